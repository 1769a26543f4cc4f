/** What the keys mean now. */
import { isOver, top, type Mode, type Model, type OpenQuestion, type RunModel, type Screen } from "./model.ts";

const questionMode = (question: OpenQuestion): Mode =>
  question.kind === "choice" ? "decision" : question.page.typed === null ? "approval" : "typed";

function runMode(run: RunModel): Mode {
  if (run.ended !== null || isOver(run)) return "ended";
  if (run.question !== null) return questionMode(run.question);
  return run.state === null ? "starting" : "run";
}

const searching =
  (screen: Screen) =>
  ({ search, screens }: Model): Mode =>
    search?.screens === screens && search.typing ? "search" : screen;

const MODES: Readonly<Partial<Record<Screen, (model: Model) => Mode>>> = {
  board: ({ board }) => (board.filtering ? "filter" : "board"),
  journal: ({ journal }) => (journal.filtering ? "filter" : "journal"),
  rows: ({ rows }) => (rows?.filtering === true ? "filter" : "rows"),
  detail: searching("detail"),
  plan: searching("plan"),
  doubt: (model) => (model.entry !== null ? "writing" : searching("doubt")(model)),
  page: searching("page"),
  changes: searching("changes"),
  reason: searching("reason"),
  watch: searching("watch"),
  help: searching("help"),
  replay: ({ entry, replay }) => (entry !== null ? "writing" : replay?.how === "watching" ? "watching" : "replay"),
  run: ({ entry, run }) => (entry !== null ? "writing" : run === null ? "run" : runMode(run)),
};

/** The mode of the screen that is on top: what its keys mean, and which of them the last line shows. */
export function modeOf(model: Model): Mode {
  const screen = top(model);
  return MODES[screen]?.(model) ?? screen;
}
