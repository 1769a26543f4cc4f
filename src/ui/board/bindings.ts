/** Rows of the key table for what is listed: targets, plans, runs that were, doubts. */
import { openDetail, openPlan, tryPrinted } from "../detail/act.ts";
import { keepFilter, setFilter } from "../filter.ts";
import { close, canClose } from "../close.ts";
import { begin, lookAgain, takeUp } from "../begin.ts";
import { groupNext, openJournal, replay, watch } from "../runs/act.ts";
import { changing } from "../update.ts";
import { pick } from "../which/ask.ts";
import { sortBoard } from "./sort.ts";
import { mark, markAll } from "./marks.ts";
import { aTarget, canPlan, canStart, canTakeUp, canTakeUpHere, canTry, drivenRun } from "../can.ts";
import type { Binding } from "../key-binding.ts";
import type { Mode } from "../model.ts";
import type { Explained } from "../../runbooks/explain.ts";
import { ROWS_KEYS } from "../rows/bindings.ts";

/** Where a key may begin a runbook. */
export const ACTION_MODES: readonly Mode[] = ["board", "detail", "plan"];

/** The rows for the runbooks that a key begins. */
export const actionKeys = (runbooks: readonly Explained[]): readonly Binding[] =>
  runbooks.flatMap(({ action }): Binding[] => {
    if (action === undefined) return [];
    const { key, title, help } = action;
    return [
      {
        id: "begin",
        keys: [key],
        modes: ACTION_MODES,
        label: title,
        help,
        enabled: (model) => canStart(model, key),
        act: begin(key),
      },
    ];
  });

export const BOARD_KEYS: readonly Binding[] = [
  {
    keys: ["1", "2"],
    modes: ["which"],
    label: "pick",
    help: "begin the run for these {targets}; Enter never picks",
    shown: "1-2",
    act: pick,
  },
  {
    keys: ["space"],
    modes: ["board"],
    label: "mark",
    help: "mark the {target}, to act on several at once, and go down a row",
    enabled: aTarget,
    act: mark,
  },
  {
    keys: ["*"],
    modes: ["board"],
    label: (model) => (model.board.targets.filter(({ stuck }) => stuck).length > 1 ? "all" : ""),
    help: "mark every stuck {target} that is shown, or take these marks away",
    act: markAll,
  },
  {
    keys: ["enter"],
    modes: ["board"],
    label: "detail",
    help: "what each source says of this {target}",
    enabled: aTarget,
    act: openDetail,
  },
  { keys: ["j"], modes: ["board"], label: "journal", help: "the runs that were", act: openJournal },
  {
    keys: ["p"],
    modes: ["board", "detail"],
    label: "plan",
    help: "what the suggested runbook would do, in plain sentences",
    enabled: canPlan,
    act: openPlan,
  },
  {
    keys: ["p"],
    modes: ["plan"],
    label: "your own SQL",
    help: "try what your own documents print for these {targets}, show which rows it would hit, and roll it back",
    enabled: canTry,
    act: tryPrinted,
  },
  {
    keys: ["u"],
    modes: ["board", "detail"],
    label: "",
    advice: "take up",
    help: "take the open run of the {target} under the cursor up again",
    enabled: canTakeUpHere,
    act: takeUp,
  },
  {
    keys: ["F"],
    modes: ["board", "detail", "journal", "ended"],
    label: "",
    advice: "follow",
    help: "follow the run that somebody else drives; nothing can be pressed there",
    enabled: (model) => (drivenRun(model) === undefined ? "nobody else drives a run just now" : true),
    act: watch,
  },
  {
    keys: ["/"],
    modes: ["board"],
    label: "filter",
    help: "show only {targets} whose name, key or status holds this",
    act: changing((model) => setFilter(model, "", true)),
  },
  {
    keys: ["/"],
    modes: ["journal"],
    label: "filter",
    help: "show only runs whose {target}, runbook, operator or outcome holds these words",
    act: changing((model) => setFilter(model, "", true)),
  },
  ...ROWS_KEYS,
  {
    keys: ["s"],
    modes: ["journal"],
    label: "group",
    help: "group by {target}, by runbook, by operator, by outcome, or newest first",
    act: groupNext,
  },
  { keys: ["enter"], modes: ["filter"], label: "done", help: "keep the filter", act: keepFilter },
  {
    keys: ["s"],
    modes: ["board"],
    label: "",
    help: "sort by need, by age, by name",
    act: sortBoard,
  },
  { keys: ["J"], modes: ["detail"], label: "its runs", help: "the runs that were, of this {target}", act: openJournal },
  {
    keys: ["enter"],
    modes: ["journal"],
    label: "open",
    help: "how this run ended, and back through it event by event; nothing is executed",
    act: replay,
  },
  {
    keys: ["u"],
    modes: ["journal"],
    label: "take up",
    help: "take this run up again",
    enabled: canTakeUp,
    act: takeUp,
  },
  {
    keys: ["X"],
    modes: ["board", "detail", "journal"],
    label: "",
    help: "close the open run under the cursor, which nobody goes on with: shows what is known of it first",
    enabled: canClose,
    act: close,
  },
  {
    keys: ["l"],
    modes: ["doubt"],
    label: "look again",
    help: "look what became of it and go on from there; nothing is sent twice",
    act: lookAgain,
  },
  {
    keys: ["X"],
    modes: ["doubt"],
    label: "close it",
    help: "close the run: asks why; no step more is carried out, and what it did stays",
    enabled: canClose,
    act: close,
  },
];
