/** Beginning runs and leaving them: one at a time, and nothing in between while one that is over is put away. */
import { BY_OPERATOR, type StopCause } from "../engine/operator-port.ts";
import { EXIT } from "../engine/exit.ts";
import { isDriving, isOver, top, type Model, type Wish } from "./model.ts";
import { newRun } from "./new-model.ts";
import { History } from "./run/history.ts";
import { changeDriven } from "./run/change.ts";
import { commandOf, type StartRequest } from "./sources.ts";
import { refuse, show, uncover, update, type Update } from "./update.ts";

/** The screen tells the end as soon as the journal has it; notices are still sent then, locks and connections let go. */
const isPutAway = (model: Model): boolean => isDriving(model) && model.run !== null && isOver(model.run);

/** What is asked for meanwhile waits: the last wish counts. */
const wait = (model: Model, wish: Wish): Update =>
  refuse(
    { ...model, session: { ...model.session, wish } },
    "one moment: notices are sent, locks and connections let go",
  );

/** What is being begun, for the moments before its first event. */
function titleOf(request: StartRequest): string {
  if (request.kind === "resume") return `Taking run ${request.run_id} up again`;
  if (request.kind === "close") return `Closing run ${request.run_id}`;
  if (request.kind === "undo") return `Preparing to take back what run ${request.run_id} changed`;
  return "Preparing: locks, journal, first look";
}

/** Begins or takes up a run and shows it; one at a time. */
export function startRun(model: Model, request: StartRequest): Update {
  if (isPutAway(model)) return wait(model, { kind: "start", request });
  if (isDriving(model)) return refuse(model, "a run is going on already");
  const title = titleOf(request);
  const first = request.kind === "new" ? (request.keys[0] ?? null) : null;
  const begun: Model = {
    ...model,
    run: newRun("driving", title, new History()),
    left: null,
    board: { ...model.board, selected: model.board.selected ?? first },
    screens: [...model.screens.filter((screen) => screen === "board" || screen === "journal"), "run"],
    message: { text: "", tone: "plain" },
  };
  return update(begun, { type: "start", request });
}

const quitNow = (model: Model, fallback: number): Update =>
  update(model, { type: "quit", exit: model.session.exit || fallback });

/** Ends the console with the exit code of the last run; with `fallback` where there is none. */
export const quit = (model: Model, fallback = 0): Update =>
  isPutAway(model) ? wait(model, { kind: "quit", fallback }) : quitNow(model, fallback);

/** The session of a run has returned: what was asked for meanwhile is done. */
export function grantWish(model: Model): Update {
  const { wish } = model.session;
  const nextModel: Model = { ...model, session: { ...model.session, wish: null } };
  if (wish === null) return update(model);
  return wish.kind === "start" ? startRun(nextModel, wish.request) : quitNow(nextModel, wish.fallback);
}

/** Leaves the console; while a run goes on it asks first what to do with it. */
export function leave(model: Model): Update {
  const screen = top(model);
  if (isDriving(model) && !isPutAway(model)) return screen === "leave" ? abandon(model) : update(show(model, "leave"));
  return quit(model, screen === "board" ? 0 : EXIT.interrupted);
}

/** Leaves at once. What was sent is in the journal; the next look finds out what became of it. */
export const abandon = (model: Model): Update => update(tellLeft(model), { type: "quit", exit: EXIT.interrupted });

/** What stays on the normal screen of a run that is left while a step of it runs. */
export function tellLeft(model: Model): Model {
  const run = model.run?.state?.run_id;
  if (!isDriving(model) || run === undefined) return model;
  const command = commandOf(model.site, `resume ${run}`);
  const farewell = { run, lines: [`left at once; look what became of it with:\n  ${command}`] };
  return { ...model, session: { ...model.session, farewell: [...model.session.farewell, farewell] } };
}

/** Pauses the run after the step that is under way; at a question at once. */
export const pause = (model: Model, cause: StopCause = BY_OPERATOR): Update =>
  update(
    changeDriven(model, (run) => ({ ...run, stopping: true })),
    { type: "pause", cause },
  );

/** The same, where somebody was asked how to leave. */
export function pauseAndStay(model: Model): Update {
  const { model: nextModel, effects } = pause(model);
  return { model: top(nextModel) === "leave" ? uncover(nextModel) : nextModel, effects };
}
