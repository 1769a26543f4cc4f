/** What the run that is driven here tells the screen: its questions, what became of a doubt, its end. */
import { settledClaim } from "../../engine/claims/settled.ts";
import type { RunEvent } from "../../engine/events.ts";
import { findSlot, type RunState } from "../../engine/state.ts";
import { changeQuestion } from "../ask/change.ts";
import { seeQuestion } from "../ask/view.ts";
import { top, type Model, type OpenQuestion } from "../model.ts";
import type { RunEnd } from "../sources.ts";
import type { Look } from "../theme.ts";
import { say, update, type Update } from "../update.ts";
import { stopWriting, write } from "../writing.ts";
import { catchUp, changeDriven, follow } from "./change.ts";
import type { History } from "./history.ts";

/** The run has more events than it shows. */
export const showMore = (model: Model): Model => changeDriven(model, catchUp);

/** What does not stop the run but must be known. */
export const setNotice = (model: Model, notice: string): Model => changeDriven(model, (run) => ({ ...run, notice }));

/** Opens the line in which an input is given. */
const openLine = (model: Model, question: OpenQuestion | null): Model =>
  question?.kind === "choice" && question.question.asks === "input"
    ? write(model, { purpose: { kind: "input" }, prompt: question.question.label, least: 1 })
    : model;

/** Opens a question, or takes away the one that was answered. */
export function openQuestion(model: Model, question: OpenQuestion | null, look: Look): Model {
  const nextModel = openLine(
    changeDriven(stopWriting(model), (run) => ({ ...catchUp(run), question })),
    question,
  );
  // What comes while another screen lies over the run is not on the screen.
  return top(model) === "run" ? changeQuestion(nextModel, (open) => seeQuestion(open, look)) : nextModel;
}

/** Whether a look followed at once on what it is about: nobody was told of a doubt in between. */
function isFirstLook(history: History, { target_key, phase_id, step_id, item }: RunEvent): boolean {
  const target = history.stateAt(history.length - 1)?.targets.find(({ key }) => key === target_key);
  return findSlot(target?.phases[phase_id ?? ""], step_id, item)?.settle === "look";
}

function settledNow(state: RunState, history: History, event: RunEvent): ReturnType<typeof settledClaim> | null {
  if (event.type === "operator.resolved") return settledClaim(state, event);
  // What was looked at in the moment in which it came up is told by its step.
  return event.type === "step.reconciled" && !isFirstLook(history, event) ? settledClaim(state, event) : null;
}

/** What became of a doubt is one sentence that stays until a key is pressed: the log scrolls on. */
export function tellSettled(model: Model, event: RunEvent): Model {
  const { history } = model.run ?? {};
  const state = history?.stateAt(history.length) ?? null;
  if (history === undefined || state === null) return model;
  const claim = settledNow(state, history, event);
  return claim === null ? model : say(model, claim.message, claim.kind === "unknown" ? "unknown" : "plain");
}

/** The session of the run has returned. */
export function endRun(model: Model, end: RunEnd): Update {
  const run = model.run?.state?.run_id ?? null;
  const farewell = { run, lines: [end.refused, ...end.lines].filter(Boolean) };
  // What a run that was taken up again had said at its earlier end is no longer true.
  const earlier = model.session.farewell.filter((entry) => entry.run === null || entry.run !== run);
  const nextModel: Model = {
    ...changeDriven(model, (current) => ({ ...follow(current), ended: end, question: null })),
    session: { ...model.session, exit: end.exit, farewell: [...earlier, farewell] },
    board: { ...model.board, marked: [] },
    screens: model.screens.filter((screen) => screen !== "leave"),
  };
  return update(
    end.refused === "" ? nextModel : say(nextModel, end.refused, "danger"),
    { type: "read runs" },
    { type: "read board" },
  );
}
