/** Rows of the key table that move a cursor or a window. */
import type { Binding } from "./key-binding.ts";
import type { Mode } from "./model.ts";
import { moveBy, moveFirst, moveLast, movePage } from "./move.ts";

/** The modes in which letters may move, too. */
export const LISTS: readonly Mode[] = [
  "board",
  "journal",
  "run",
  "ended",
  "starting",
  "approval",
  "detail",
  "plan",
  "doubt",
  "replay",
  "watching",
  "rows",
  "page",
  "changes",
  "reason",
  "watch",
  "which",
  "help",
];

/** The pages that nothing runs or asks on. */
export const PLAIN: readonly Mode[] = [
  "board",
  "detail",
  "plan",
  "journal",
  "replay",
  "watching",
  "doubt",
  "rows",
  "page",
  "changes",
  "reason",
  "watch",
];

/** The rows that only move. */
export const MOVE_KEYS: readonly Binding[] = [
  { id: "move", keys: ["up", "k"], modes: LISTS, label: "", help: "one line up", act: moveBy(-1) },
  {
    id: "move",
    keys: ["up"],
    modes: ["typed", "decision", "filter", "palette"],
    label: "",
    help: "one line up",
    act: moveBy(-1),
  },
  {
    id: "move",
    keys: ["down", "j"],
    modes: LISTS.filter((mode) => mode !== "board"),
    label: "",
    help: "one line down",
    act: moveBy(1),
  },
  {
    id: "move",
    keys: ["down"],
    modes: ["board", "typed", "decision", "filter", "palette"],
    label: "",
    help: "one line down",
    act: moveBy(1),
  },
  {
    id: "move",
    keys: ["pageup", "ctrl-u"],
    modes: [...LISTS, "decision"],
    label: "",
    help: "a screen up",
    act: movePage(-1),
  },
  { id: "move", keys: ["pageup"], modes: ["typed", "palette"], label: "", help: "a screen up", act: movePage(-1) },
  {
    id: "move",
    keys: ["pagedown", "ctrl-d"],
    modes: LISTS.filter((mode) => mode !== "approval"),
    label: "",
    help: "a screen down",
    act: movePage(1),
  },
  {
    id: "move",
    keys: ["space"],
    modes: ["approval", "plan", "detail", "help", "doubt", "rows", "page", "changes", "reason", "watch", "ended"],
    label: "",
    help: "a screen down",
    act: movePage(1),
  },
  { id: "move", keys: ["home", "g"], modes: LISTS, label: "", help: "to the beginning", act: moveFirst },
  {
    id: "move",
    keys: ["home"],
    modes: ["typed", "decision"],
    label: "",
    help: "to the beginning of the page",
    act: moveFirst,
  },
  { id: "move", keys: ["end"], modes: ["typed", "decision"], label: "", help: "to the end of the page", act: moveLast },
  {
    id: "move",
    keys: ["end", "G"],
    modes: LISTS,
    label: "",
    help: "to the end; in a run: follow what happens",
    act: moveLast,
  },
  { id: "move", keys: ["pagedown"], modes: ["palette"], label: "", help: "a screen down", act: movePage(1) },
];
