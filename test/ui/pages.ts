/** Every page of the console as a model of its own, in several states each. */
import { draft } from "../../src/engine/events.ts";
import type { Doubt } from "../../src/engine/doubt.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import type { RunState } from "../../src/engine/state.ts";
import type { Model, RowsModel, Screen } from "../../src/ui/model.ts";
import { newModel, newRun } from "../../src/ui/new-model.ts";
import { History } from "../../src/ui/run/history.ts";
import { approved } from "../engine/moments.ts";
import { aStep } from "../support/document.ts";
import {
  board,
  choice,
  CLOSED,
  CREATED,
  driving,
  historyOf,
  LATER,
  PAGE,
  page,
  press,
  SITE,
  summary,
  withRuns,
} from "./models.ts";

const RUN_ID = "run-1";

/** A model with screens over its board. */
export const over = (model: Model, ...screens: readonly Screen[]): Model => ({
  ...model,
  screens: ["board", ...screens],
});
/** The end of a run that was paused. */
export const paused = draft(RUN_ID, "run.paused", {}, { reason: "interrupted", exit: 130, says: "stopped by ada" });
const [FIRST] = board().board.targets;
if (FIRST === undefined) throw new Error("the board has no target");
/** The first target, as each source has it. */
export const detail = (model: Model): Model =>
  over({ ...model, detail: { target: FIRST, detail: null, trouble: "", scroll: 0 } }, "detail");
/** The plan of the first runbook for the first target. */
export const plan = (model: Model): Model => {
  const runbook = model.runbooks?.[0]?.id ?? "";
  return over({ ...model, plan: { runbook, target: FIRST, scroll: 0, phase: null, left: [], printed: null } }, "plan");
};
/** A run that was left. */
export const left = (...events: readonly EventDraft[]): Model => ({
  ...over(board(), "doubt"),
  left: { summary: summary(), history: historyOf(...events), scroll: 0 },
});
/** A run of which a change was sent, and nobody knows what became of it. */
export const doubtful = (): Model => {
  const history = new History();
  for (const event of approved().sent("vol-1").events) history.push(event);
  return { ...over(board(), "doubt"), left: { summary: summary(), history, scroll: 0 } };
};
/** A run that is replayed or watched. */
export const replay = (how: "replay" | "watching", ...events: readonly EventDraft[]): Model => ({
  ...over(board(), "replay"),
  replay: newRun(how, "", historyOf(...events)),
});

const driven = summary({ status: "driven", driver: "bob (pid 7)" });
const DOUBT: Doubt = {
  run_id: RUN_ID,
  target: "ctx-one",
  label: "one",
  phase: "detach",
  step: "detach",
  item: "vol-1",
  title: "Detach volume vol-1",
  status: "in-doubt",
  reason: "",
  event: "",
  at: "",
};
const closed = summary({ status: "closed", outcome: "recovered" });
const journal = (model: Model, selected: string | null = RUN_ID): Model => ({
  ...over(model, "journal"),
  journal: { ...model.journal, selected },
});
const after = (model: Model, keys: string): Model => press(model, keys, LATER).model;
const single = (model: Model): Model => ({ ...model, session: { ...model.session, single: true } });
const readOnly = (model: Model): Model => ({ ...model, site: { ...model.site, readOnly: true } });
const clipboard = (model: Model): Model => ({ ...model, session: { ...model.session, clipboard: true } });
const ended = (...drafts: readonly EventDraft[]): Model => {
  const model = driving(null, historyOf(CREATED, ...drafts));
  return model.run === null ? model : { ...model, run: { ...model.run, ended: { exit: 4, refused: "", lines: [] } } };
};
const stateOf = (...drafts: readonly EventDraft[]): RunState => {
  const state = historyOf(...drafts).stateAt(drafts.length);
  if (state === null) throw new Error("no run");
  return state;
};
const rowsOf = (filtering: boolean): RowsModel => ({
  parts: [],
  live: true,
  filter: filtering ? "x" : "",
  filtering,
  unchanged: "off",
  now: {},
  trouble: "",
  scroll: 0,
});
const withRows = (): Model => page({ targets: [{ key: "ctx-one", label: "one", shown: [], steps: [aStep()] }] });

/** Pages by what they show. */
export const PAGES: Readonly<Record<string, Model>> = {
  "a board that is still read": newModel(SITE),
  "a board without targets": { ...board(), board: { ...board().board, targets: [], selected: null } },
  "a board of three": board(),
  "a board with its cursor at the end": { ...board(), board: { ...board().board, selected: "ctx-three" } },
  "a board of which all are marked": after(board(), "*"),
  "a board whose filter hides the cursor": {
    ...board(),
    board: { ...board().board, filter: "two" },
  },
  "a board that is only looked at": readOnly(board()),
  "a board with a run that is open": withRuns(summary()),
  "a board with a run that somebody drives": withRuns(driven),
  "a board with a terminal that takes text": clipboard(board()),
  "a board without an answer": { ...board(), board: { ...board().board, trouble: "refused", troubled: 0 } },
  "a filter of the board, empty": after(board(), "/"),
  "a filter of the board": after(board(), "/ t w"),
  "a detail": detail(board()),
  "a detail with a run that is open": detail(withRuns(summary())),
  "a detail with a run that somebody drives": detail(withRuns(driven)),
  "a search in a detail": after(detail(board()), "/ o n"),
  "a plan": plan(board()),
  "a plan in the middle": after(plan(board()), "right"),
  "a plan whose runbook is gone": plan({ ...board(), runbooks: [] }),
  "a journal that is read": { ...over(newModel(SITE), "journal") },
  "a journal without runs": journal(board(), null),
  "a journal whose filter has nothing": after(journal(withRuns(summary())), "/ q q enter"),
  "a journal with an open run": journal(withRuns(summary(), closed)),
  "a journal with a closed run": journal(withRuns(closed)),
  "a journal with a run that somebody drives": journal(withRuns(driven)),
  "a journal with a run in doubt": journal(withRuns(summary({ doubts: [DOUBT] }))),
  "a filter of the journal": after(journal(withRuns(summary())), "/ o"),
  "a run that was left": left(CREATED, paused),
  "a run that was left in doubt": doubtful(),
  "words why a run is closed": after(over({ ...withRuns(summary()), left: left(CREATED, paused).left }, "doubt"), "X"),
  "a run being prepared": driving(null, historyOf()),
  "a run": driving(),
  "a run, its steps moved": after(driving(), "down right"),
  "a run at its last phase": after(driving(), "right right right right"),
  "what a run watches": over(driving(), "run", "watch"),
  "a note of a run, empty": after(driving(), "n"),
  "a note of a run": after(driving(), "n h i"),
  "a paused run": ended(paused),
  "a paused run with its steps": after(ended(paused), "enter"),
  "a closed run": ended(CLOSED),
  "a closed run that a console was opened for": single(ended(CLOSED)),
  "what becomes of leaving a run": after(driving(), "q"),
  "a replay": replay("replay", CREATED, paused),
  "a replay at its first event": after(replay("replay", CREATED, paused), "left"),
  "a replay that a console was opened for": single(replay("replay", CREATED, CLOSED)),
  "a run that is watched": replay("watching", CREATED),
  "a run that is watched and over": replay("watching", CREATED, CLOSED),
  "changes of a run": over(
    { ...board(), changes: { state: stateOf(CREATED), undos: {}, receipt: null, scroll: 0 } },
    "run",
    "changes",
  ),
  "a page to begin": page(),
  "a page with steps": withRows(),
  "a page of many lines": page({ next: Array.from({ length: 60 }, (_unused, line) => `line ${line}`) }),
  "a page that wants a name": page({ typed: "one" }),
  "a page with half a name": after(page({ typed: "one" }), "o n"),
  "a page with a whole name": after(page({ typed: "one" }), "o n e"),
  "a decision": choice(),
  "words for a decision": after(choice(), "2"),
  "a page that was asked about": over({ ...driving(), page: { document: PAGE, scroll: 0 } }, "run", "page"),
  "rows of a page": over({ ...page(), rows: rowsOf(false) }, "run", "rows"),
  "rows of a page, filtered": over({ ...page(), rows: rowsOf(true) }, "run", "rows"),
  "reasons of a page": over(
    { ...page(), reason: { reasons: [{ subject: "Step", text: "since" }], scroll: 0 } },
    "run",
    "reason",
  ),
  "a question which are meant": after({ ...after(board(), "space / t w"), runbooks: board().runbooks }, "enter c"),
  "help of the board": after(board(), "?"),
  "help of a run": after(driving(), "?"),
  "help of a page": after(page(), "?"),
  "a search in help": after(board(), "? / q"),
  "a palette": after(board(), ":"),
  "a palette with words": after(board(), ": j o"),
  "a palette that has nothing": after(board(), ": q q q"),
  "a palette of a run": after(driving(), ":"),
};
