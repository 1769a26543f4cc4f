/** Rows of the key table for a run that is over. */
import { canGoOn } from "../can.ts";
import { close, canClose } from "../close.ts";
import { goOn } from "../begin.ts";
import type { Binding } from "../key-binding.ts";
import type { Mode } from "../model.ts";
import { canOpenNext, canReport, canSeeChanges, canUndo, openChanges, openNext, undo, writeReport } from "./end-act.ts";

const ENDS: readonly Mode[] = ["ended", "replay"];
const RUNS: readonly Mode[] = [...ENDS, "watching"];

export const END_KEYS: readonly Binding[] = [
  {
    keys: ["u"],
    modes: ENDS,
    label: "take up",
    help: "take the paused run up again: look first, then ask",
    enabled: canGoOn,
    act: goOn,
  },
  {
    keys: ["X"],
    modes: ENDS,
    label: "close it",
    help: "close the paused run: what is known of it first, then why; no step more is carried out, and what it did stays",
    enabled: canClose,
    act: close,
  },
  {
    keys: ["o"],
    modes: RUNS,
    label: "report",
    help: "write the report of this run into a file, say where it is, and copy its path (OSC 52)",
    enabled: canReport,
    act: writeReport,
  },
  {
    keys: ["U"],
    modes: ENDS,
    label: "undo",
    help: "take back what this run changed in the database, as a run of its own: its rows are shown first, and it asks",
    enabled: canUndo,
    act: undo,
  },
  {
    keys: ["d"],
    modes: RUNS,
    label: "changes",
    help: "what this run did: rows of each table from what to what and whether they can be taken back, then change by change",
    enabled: canSeeChanges,
    act: openChanges,
  },
  {
    keys: ["m"],
    modes: ENDS,
    label: "next {target}",
    help: "the next {target} that needs somebody, as each source has it",
    enabled: canOpenNext,
    act: openNext,
  },
];
