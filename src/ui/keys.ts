/**
 * The one key table. Dispatch, footer, help and docs/keys.md are made from it. A row says in which modes it holds, and
 * why it cannot be used now.
 */
import {
  choiceKeys,
  approve,
  canFold,
  choose,
  foldAll,
  hasFold,
  hasMore,
  isNameWhole,
  mayPart,
  sayNo,
  takeApart,
  unfold,
} from "./ask/act.ts";
import { back, clearBoard, closeScreen, leaveJournal } from "./back.ts";
import { ACTION_MODES, actionKeys, BOARD_KEYS } from "./board/bindings.ts";
import { canBegin } from "./can.ts";
import { ACTION_KEYS } from "../runbooks/action-keys.ts";
import { clearField, clearFirst, clearLabel, rubOut, rubOutWord, TYPING } from "./field.ts";
import { clearFilter } from "./filter.ts";
import type { Binding } from "./key-binding.ts";
import { keyName } from "./key-names.ts";
import type { Mode, Model } from "./model.ts";
import { movePage } from "./move.ts";
import { LISTS, MOVE_KEYS, PLAIN } from "./move-bindings.ts";
import { PALETTE_KEYS } from "./palette/bindings.ts";
import { isMeant, whyNone } from "./runbook-key.ts";
import { closeRows } from "./rows/act.ts";
import { READ_KEYS } from "./read/bindings.ts";
import { REASON_KEYS } from "./reason/bindings.ts";
import { RUN_KEYS } from "./run/bindings.ts";
import { SEARCH_KEYS } from "./search/bindings.ts";
import { abandon, leave, pause, pauseAndStay } from "./start.ts";
import { changing, show, update } from "./update.ts";

const BACK = { id: "back", keys: ["escape", "q"], label: "back", help: "back", stays: true } as const;

const FIRST_KEYS: readonly Binding[] = [
  ...MOVE_KEYS,
  { keys: ["backspace"], modes: TYPING, label: "", help: "take the last character back", act: rubOut },
  { keys: ["ctrl-w"], modes: TYPING, label: "", help: "take the last word back", act: rubOutWord },
  { keys: ["ctrl-u"], modes: TYPING, label: "", help: "take back all that was typed", act: clearField },
  {
    id: "approve",
    keys: ["a"],
    modes: ["approval"],
    label: "approve",
    help: "approve this page, once it has stood for 0.4 s and all of it was on the screen",
    act: approve,
  },
  {
    id: "approve",
    keys: ["a"],
    modes: ["typed"],
    label: "approve",
    help: "approve, once the name is typed in full",
    offered: isNameWhole,
    act: approve,
  },
  {
    id: "no",
    keys: ["escape"],
    modes: ["approval"],
    label: "no",
    help: "no: nothing of it is done; the run pauses, or ends where nothing was sent yet",
    act: sayNo,
  },
  {
    id: "no",
    keys: ["escape"],
    modes: ["typed"],
    label: clearLabel("no"),
    help: "clear what was typed of the name; where nothing was: no, nothing of it is done and the run pauses",
    act: clearFirst(sayNo),
  },
  {
    id: "no",
    keys: ["escape"],
    modes: ["decision"],
    label: "decide later",
    help: "decides nothing: the run pauses, or stops where it asked after a failed step",
    act: sayNo,
  },
  {
    id: "choose",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    modes: ["decision"],
    label: "decide",
    help: "decide for this choice",
    shown: choiceKeys,
    act: choose,
  },
  {
    keys: ["t"],
    modes: ["decision"],
    label: "each {target} apart",
    help: "decide for each {target} apart: one after the other is asked about, with what was decided for those before",
    offered: mayPart,
    act: takeApart,
  },
  {
    keys: ["pagedown", "ctrl-d"],
    modes: ["approval", "typed", "decision"],
    label: "more",
    help: "the part of the page below",
    offered: hasMore,
    act: movePage(1),
  },
  {
    keys: ["right"],
    modes: ["approval", "typed"],
    label: "unfold",
    help: "show the next part of the page that is folded",
    offered: hasFold,
    act: unfold,
  },
  {
    keys: ["left"],
    modes: ["approval", "typed"],
    label: "",
    help: "fold these parts again",
    enabled: canFold,
    act: foldAll,
  },
];

const LAST_KEYS: readonly Binding[] = [
  ...BOARD_KEYS,
  // Before all others of a run: in a phase that nobody can take back it has to find room in the last line.
  {
    keys: ["p"],
    modes: ["run", "starting"],
    label: "pause",
    help: "pause after the step that runs",
    act: (model) => pause(model),
  },
  ...RUN_KEYS,
  ...REASON_KEYS,
  ...READ_KEYS,
  {
    keys: ["p"],
    modes: ["leave"],
    label: "finish the step, then pause",
    help: "finish the step that runs, then pause",
    act: pauseAndStay,
  },
  {
    id: "abandon",
    keys: ["x"],
    modes: ["leave"],
    label: "leave now",
    help: "leave at once; what runs goes on without us and is in doubt until somebody looks",
    act: abandon,
  },
  {
    id: "back",
    keys: ["escape"],
    modes: ["leave"],
    label: "stay",
    help: "go on as before",
    stays: true,
    act: closeScreen,
  },
  {
    id: "back",
    keys: ["escape", "q"],
    modes: ["ended"],
    label: "back",
    help: "back; from the steps to the receipt first, from one {target} to all of them",
    stays: true,
    act: back,
  },
  {
    id: "back",
    keys: ["escape"],
    modes: ["run"],
    label: "all {targets}",
    help: "from one {target} back to all of them",
    enabled: (model) => (model.run?.alone === true ? true : "the run goes on; p pauses it, q asks how to leave"),
    stays: true,
    act: back,
  },
  {
    ...BACK,
    modes: ["detail", "plan", "replay", "watching", "doubt", "page", "changes", "reason", "watch", "which"],
    act: back,
  },
  { ...BACK, modes: ["journal"], act: leaveJournal },
  { ...BACK, modes: ["rows"], act: closeRows },
  { ...BACK, modes: ["help"], act: closeScreen },
  {
    id: "back",
    keys: ["escape"],
    modes: ["filter"],
    label: clearLabel("no filter"),
    help: "clear what was typed; where nothing was: no filter",
    stays: true,
    act: clearFirst(clearFilter),
  },
  {
    id: "back",
    keys: ["escape"],
    modes: ["board"],
    label: "",
    help: "no filter, no marks",
    stays: true,
    act: clearBoard,
  },
  {
    keys: ["?"],
    modes: [...PLAIN, "run", "ended", "approval", "decision", "starting"],
    label: "help",
    help: "all keys",
    stays: true,
    act: changing((model) => show({ ...model, help: { scroll: 0 } }, "help")),
  },
  ...PALETTE_KEYS,
  ...SEARCH_KEYS,
  { id: "quit", keys: ["q"], modes: ["board"], label: "quit", help: "leave Handrail", stays: true, act: leave },
  {
    id: "quit",
    keys: ["q"],
    modes: ["run", "starting"],
    label: "leave",
    help: "asks what to do with the step that runs",
    stays: true,
    act: leave,
  },
  {
    id: "interrupt",
    keys: ["ctrl-c"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "leave; while a run goes on it asks what to do with it",
    act: leave,
  },
  {
    id: "abandon",
    keys: ["ctrl-\\"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "leave at once without asking; what runs is in doubt until somebody looks",
    act: abandon,
  },
  {
    id: "suspend",
    keys: ["ctrl-z"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "back to the shell; fg brings Handrail back",
    act: (model) => update(model, { type: "suspend" }),
  },
  {
    id: "redraw",
    keys: ["ctrl-l"],
    modes: [...LISTS, ...TYPING, "decision", "leave"],
    label: "",
    help: "draw the screen anew, where something else wrote on it",
    act: (model) => update(model, { type: "redraw" }),
  },
];

type Runbooks = Model["runbooks"];

const tables = new WeakMap<NonNullable<Runbooks>, readonly Binding[]>();
const BARE = [...FIRST_KEYS, ...LAST_KEYS];

/** All rows, those of the runbooks among them; made once for what was read. */
export function keyTable(runbooks: Runbooks): readonly Binding[] {
  if (runbooks === null) return BARE;
  const table = tables.get(runbooks) ?? [...FIRST_KEYS, ...actionKeys(runbooks), ...LAST_KEYS];
  tables.set(runbooks, table);
  return table;
}

/** The row that a key means in a mode. */
export const bindingFor = (table: readonly Binding[], mode: Mode, key: string): Binding | undefined =>
  table.find((binding) => binding.modes.includes(mode) && binding.keys.includes(key));

/** What is said of a key that means nothing: which it was, and where the others are listed. */
export function unknownKey(model: Model, mode: Mode, key: string): string {
  const isUnread = model.runbooks === null && ACTION_KEYS.test(key);
  if (ACTION_MODES.includes(mode) && (isUnread || isMeant(model, key))) {
    const can = canBegin(model);
    return can === true ? whyNone(model, key) : can;
  }
  const way = bindingFor(BARE, mode, "?") === undefined ? "the last line shows the keys" : "? lists the keys";
  return `${keyName(key)} does nothing here; ${way}`;
}
