/** Rows of the key table for one run: its phases, its VMs, its notes, its events one by one. */
import { canNote, canRetry, hasList } from "./can.ts";
import type { Binding } from "./key-binding.ts";
import { shownRun } from "./model.ts";
import { canSeePage } from "./run/page.ts";

export const RUN_KEYS: readonly Binding[] = [
  {
    id: "previous",
    keys: ["left", "h"],
    modes: ["run", "ended", "watching", "plan"],
    label: "",
    help: "the phase before",
  },
  {
    id: "next",
    keys: ["right", "l"],
    modes: ["run", "ended", "watching", "plan"],
    label: "phase",
    help: "the phase after",
  },
  {
    id: "leave-out",
    keys: ["x"],
    modes: ["plan"],
    label: "leave out",
    help: "leave the phase under the cursor out of the run that begins here, or take it in again",
  },
  {
    id: "one-vm",
    keys: ["enter"],
    modes: ["run", "ended", "watching", "replay"],
    label: "its steps",
    help: "where a run lists its VMs: the steps of the one under the cursor",
    enabled: (model) => hasList(shownRun(model)),
  },
  {
    id: "retry",
    keys: ["R"],
    modes: ["ended"],
    label: "retry the others",
    help: "begin a new run for the VMs that this one did not recover",
    enabled: canRetry,
  },
  {
    id: "note",
    keys: ["n"],
    modes: ["run", "ended", "watching"],
    label: "note",
    help: "write a note into the journal of this run",
    enabled: canNote,
  },
  {
    id: "page",
    keys: ["v"],
    modes: ["replay", "watching", "ended"],
    label: "",
    help: "the page that was asked about last before this moment, whole",
    enabled: canSeePage,
  },
  { id: "words-kept", keys: ["enter"], modes: ["writing"], label: "keep it", help: "keep what was written" },
  { id: "words-back", keys: ["escape"], modes: ["writing"], label: "take it back", help: "forget what was written" },
  { id: "step-back", keys: ["left", "h"], modes: ["replay"], label: "", help: "one event back" },
  { id: "step-on", keys: ["right", "l", "space"], modes: ["replay"], label: "step", help: "one event on" },
  {
    id: "jump-back",
    keys: ["N", "b"],
    modes: ["replay"],
    label: "",
    help: "back to the decision, failure or doubt before",
  },
  {
    id: "jump-on",
    keys: ["n"],
    modes: ["replay"],
    label: "next decision",
    help: "on to the next decision, failure or doubt",
  },
];
