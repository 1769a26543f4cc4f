/**
 * The one key table. Dispatch, footer, help and docs/keys.md are made from it. A row says in which modes it holds, and
 * why it cannot be used now.
 */
import type { Binding } from "./key-binding.ts";
import { keyName } from "./key-names.ts";
import { type Mode } from "./model.ts";
import { BOARD_KEYS } from "./board-keys.ts";
import { RUN_KEYS } from "./run-keys.ts";

const LISTS: readonly Mode[] = [
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
  "which",
  "help",
];
const TYPING: readonly Mode[] = ["filter", "typed", "writing"];
const PLAIN: readonly Mode[] = ["board", "detail", "plan", "journal", "replay", "watching", "doubt", "rows", "page"];

export const KEYS: readonly Binding[] = [
  { id: "up", keys: ["up", "k"], modes: LISTS, label: "", help: "one line up" },
  { id: "up", keys: ["up"], modes: ["typed", "decision", "filter"], label: "", help: "one line up" },
  {
    id: "down",
    keys: ["down", "j"],
    modes: LISTS.filter((mode) => mode !== "board"),
    label: "",
    help: "one line down",
  },
  { id: "down", keys: ["down"], modes: ["board", "typed", "decision", "filter"], label: "", help: "one line down" },
  { id: "page-up", keys: ["pageup", "ctrl-u"], modes: [...LISTS, "typed", "decision"], label: "", help: "a screen up" },
  {
    id: "page-down",
    keys: ["pagedown", "ctrl-d"],
    modes: LISTS.filter((mode) => mode !== "approval"),
    label: "",
    help: "a screen down",
  },
  {
    id: "page-down",
    keys: ["space"],
    modes: ["approval", "plan", "detail", "help", "doubt", "rows", "page"],
    label: "",
    help: "a screen down",
  },
  { id: "first", keys: ["home", "g"], modes: LISTS, label: "", help: "to the beginning" },
  { id: "first", keys: ["home"], modes: ["typed", "decision"], label: "", help: "to the beginning of the page" },
  { id: "last", keys: ["end"], modes: ["typed", "decision"], label: "", help: "to the end of the page" },
  { id: "last", keys: ["end", "G"], modes: LISTS, label: "", help: "to the end; in a run: follow what happens" },
  {
    id: "approve",
    keys: ["a"],
    modes: ["approval"],
    label: "approve",
    help: "approve this page, once it has stood for 0.4 s and was seen to its end",
  },
  { id: "approve", keys: ["a"], modes: ["typed"], label: "approve", help: "approve, once the name is typed in full" },
  {
    id: "no",
    keys: ["escape"],
    modes: ["approval", "typed"],
    label: "no",
    help: "no: nothing of it is done and the run pauses",
  },
  {
    id: "no",
    keys: ["escape"],
    modes: ["decision"],
    label: "decide later",
    help: "decides nothing: the run pauses, or stops where it asked after a failed step",
  },
  {
    id: "choose",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    modes: ["decision"],
    label: "decide",
    help: "decide for this choice",
  },
  {
    id: "page-down",
    keys: ["pagedown", "ctrl-d"],
    modes: ["approval", "typed", "decision"],
    label: "more",
    help: "the part of the page below",
  },
  ...BOARD_KEYS,
  ...RUN_KEYS,
  { id: "pause", keys: ["p"], modes: ["run", "starting"], label: "pause", help: "pause after the step that runs" },
  {
    id: "pause",
    keys: ["p"],
    modes: ["leave"],
    label: "finish the step, then pause",
    help: "finish the step that runs, then pause",
  },
  {
    id: "abandon",
    keys: ["x"],
    modes: ["leave"],
    label: "leave now",
    help: "leave at once; what runs goes on without us and is in doubt until somebody looks",
  },
  { id: "back", keys: ["escape"], modes: ["leave"], label: "stay", help: "go on as before" },
  { id: "back", keys: ["escape", "q"], modes: ["ended"], label: "back", help: "back; from one VM to all of them" },
  {
    id: "back",
    keys: ["escape"],
    modes: ["run"],
    label: "all VMs",
    help: "from one VM back to all of them",
    enabled: (model) => (model.run?.alone === true ? true : "the run goes on; p pauses it, q asks how to leave"),
  },
  {
    id: "back",
    keys: ["escape", "q"],
    modes: ["detail", "plan", "journal", "replay", "watching", "doubt", "rows", "page", "which", "help"],
    label: "back",
    help: "back",
  },
  { id: "back", keys: ["escape"], modes: ["filter"], label: "clear", help: "no filter" },
  { id: "back", keys: ["escape"], modes: ["board"], label: "", help: "no filter, no marks" },
  {
    id: "help",
    keys: ["?"],
    modes: [...PLAIN, "run", "ended", "approval", "decision", "starting"],
    label: "help",
    help: "all keys",
  },
  { id: "quit", keys: ["q"], modes: ["board"], label: "quit", help: "leave Handrail" },
  {
    id: "quit",
    keys: ["q"],
    modes: ["run", "starting"],
    label: "leave",
    help: "asks what to do with the step that runs",
  },
  {
    id: "interrupt",
    keys: ["ctrl-c"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "leave; while a run goes on it asks what to do with it",
  },
  {
    id: "abandon",
    keys: ["ctrl-\\"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "leave at once without asking; what runs is in doubt until somebody looks",
  },
  {
    id: "suspend",
    keys: ["ctrl-z"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "back to the shell; fg brings Handrail back",
  },
];

/** The row that a key means in a mode. */
export const bindingFor = (mode: Mode, key: string): Binding | undefined =>
  KEYS.find((binding) => binding.modes.includes(mode) && binding.keys.includes(key));

/** What is said of a key that means nothing: which it was, and where the others are listed. */
export function unknownKey(mode: Mode, key: string): string {
  const way = bindingFor(mode, "?") === undefined ? "the last line shows the keys" : "? lists the keys";
  return `${keyName(key, "Enter")} does nothing here; ${way}`;
}
