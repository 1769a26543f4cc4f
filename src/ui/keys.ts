/**
 * The one key table. Dispatch, footer, help and docs/keys.md are made from it. A row says in which modes it holds, and
 * why it cannot be used now.
 */
import { aVm, canNote, canStart, canTakeUp, CLEANUP, drivenRun, RECOVER } from "./can.ts";
import { keyName } from "./key-names.ts";
import type { Mode, Model } from "./model.ts";
import { canReadRows, canSeeRows } from "./rows/keys.ts";

export type ActionId =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "previous"
  | "next"
  | "mark"
  | "mark-all"
  | "filter"
  | "filter-done"
  | "rows"
  | "unchanged"
  | "copy-keys"
  | "sort"
  | "open"
  | "cleanup"
  | "recover"
  | "take-up"
  | "watch"
  | "plan"
  | "journal"
  | "replay"
  | "approve"
  | "no"
  | "choose"
  | "note"
  | "words-kept"
  | "words-back"
  | "pause"
  | "abandon"
  | "look-again"
  | "step-back"
  | "step-on"
  | "jump-back"
  | "jump-on"
  | "back"
  | "help"
  | "quit"
  | "interrupt"
  | "suspend";

export interface Binding {
  readonly id: ActionId;
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  /** The footer's word; '' keeps the row out of the footer. */
  readonly label: string;
  readonly help: string;
  /** Why it cannot be used now, or true. */
  readonly enabled?: (model: Model) => true | string;
}

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
  "help",
];
const TYPING: readonly Mode[] = ["filter", "typed", "writing"];
const PLAIN: readonly Mode[] = ["board", "detail", "plan", "journal", "replay", "watching", "doubt", "rows"];

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
    modes: ["approval", "plan", "detail", "help", "doubt", "rows"],
    label: "",
    help: "a screen down",
  },
  { id: "first", keys: ["home", "g"], modes: LISTS, label: "", help: "to the beginning" },
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
  {
    id: "cleanup",
    keys: ["c"],
    modes: ["board", "detail", "plan"],
    label: "Cleanup Failed Job",
    help: "begin Cleanup Failed Job for the marked VMs, or the one under the cursor; it asks before every change",
    enabled: (model) => canStart(model, CLEANUP, "Cleanup Failed Job"),
  },
  {
    id: "recover",
    keys: ["r"],
    modes: ["board", "detail", "plan"],
    label: "Recover",
    help: "begin the recovery of VMs whose VirtIO injection hangs; it asks before every change",
    enabled: (model) => canStart(model, RECOVER, "recovering a hanging VirtIO injection"),
  },
  {
    id: "open",
    keys: ["enter"],
    modes: ["board"],
    label: "detail",
    help: "what each source says of this VM",
    enabled: aVm,
  },
  { id: "journal", keys: ["j"], modes: ["board"], label: "journal", help: "the runs that were" },
  {
    id: "mark",
    keys: ["space"],
    modes: ["board"],
    label: "mark",
    help: "mark the VM, to act on several at once",
    enabled: aVm,
  },
  { id: "mark-all", keys: ["*"], modes: ["board"], label: "", help: "mark every stuck VM, or none" },
  {
    id: "plan",
    keys: ["p"],
    modes: ["board", "detail"],
    label: "plan",
    help: "what the suggested runbook would do, in plain sentences",
  },
  {
    id: "take-up",
    keys: ["u"],
    modes: ["board"],
    label: "",
    help: "take the newest open run up again",
    enabled: canTakeUp,
  },
  {
    id: "watch",
    keys: ["w"],
    modes: ["board", "journal", "ended"],
    label: "",
    help: "watch the run that somebody else drives; nothing can be pressed there",
    enabled: (model) => (drivenRun(model) === undefined ? "nobody else drives a run just now" : true),
  },
  {
    id: "filter",
    keys: ["/"],
    modes: ["board"],
    label: "filter",
    help: "show only VMs whose name, key or status holds this",
  },
  {
    id: "filter",
    keys: ["/"],
    modes: ["journal"],
    label: "filter",
    help: "show only runs whose VM, runbook, operator or outcome holds these words",
  },
  {
    id: "rows",
    keys: ["/"],
    modes: ["approval"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
  },
  {
    id: "rows",
    keys: ["/"],
    modes: ["run", "ended", "watching", "replay"],
    label: "",
    help: "the rows of this step's preview one by one, filtered by key or column",
    enabled: canSeeRows,
  },
  {
    id: "rows",
    keys: ["tab"],
    modes: ["typed"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
  },
  {
    id: "filter",
    keys: ["/"],
    modes: ["rows"],
    label: "filter",
    help: "show only rows whose key or columns hold this",
  },
  {
    id: "unchanged",
    keys: ["u"],
    modes: ["rows"],
    label: "unchanged",
    help: "read what else stands in these rows now, or hide it; reads only, and no part of what is approved",
    enabled: canReadRows,
  },
  {
    id: "copy-keys",
    keys: ["y"],
    modes: ["rows"],
    label: "copy keys",
    help: "send the keys of the shown rows to the terminal's clipboard (OSC 52)",
  },
  {
    id: "sort",
    keys: ["s"],
    modes: ["journal"],
    label: "group",
    help: "group by VM, by runbook, by operator, by outcome, or newest first",
  },
  { id: "filter-done", keys: ["enter"], modes: ["filter"], label: "done", help: "keep the filter" },
  { id: "sort", keys: ["s"], modes: ["board"], label: "", help: "sort by need, by age, by name" },
  { id: "journal", keys: ["J"], modes: ["detail"], label: "journal", help: "the runs that were" },
  {
    id: "replay",
    keys: ["enter"],
    modes: ["journal"],
    label: "replay",
    help: "see this run again, step by step; nothing is executed",
  },
  {
    id: "take-up",
    keys: ["u"],
    modes: ["journal"],
    label: "take up",
    help: "take this run up again",
    enabled: canTakeUp,
  },
  {
    id: "look-again",
    keys: ["l"],
    modes: ["doubt"],
    label: "look again",
    help: "look what became of it and go on from there; nothing is sent twice",
  },
  {
    id: "look-again",
    keys: ["r"],
    modes: ["ended"],
    label: "take up again",
    help: "take the paused run up again: look first, then ask",
    enabled: (model) =>
      model.run?.state?.closed !== null && model.run?.state !== null
        ? "the run is closed; there is nothing to take up"
        : true,
  },
  { id: "previous", keys: ["left", "h"], modes: ["run", "ended", "watching"], label: "", help: "the phase before" },
  { id: "next", keys: ["right", "l"], modes: ["run", "ended", "watching"], label: "phase", help: "the phase after" },
  {
    id: "note",
    keys: ["n"],
    modes: ["run", "ended", "watching"],
    label: "note",
    help: "write a note into the journal of this run",
    enabled: canNote,
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
  { id: "back", keys: ["escape", "q", "enter"], modes: ["ended"], label: "back", help: "back" },
  {
    id: "back",
    keys: ["escape", "q"],
    modes: ["detail", "plan", "journal", "replay", "watching", "doubt", "rows", "help"],
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
