/** What a run answers: driven here, watched, replayed, left, or over. */
import { madeSlots, undoOf, type Undoable } from "../../engine/effects.ts";
import { effectClaim } from "../../engine/claims/effect.ts";
import { clean, countText } from "../../engine/words.ts";
import { slotsOf } from "../../engine/end.ts";
import { isUnderWay, type RunState } from "../../engine/state.ts";
import { span, type TextSpan } from "../line.ts";
import type { Model, RunModel } from "../model.ts";
import type { History } from "../run/history.ts";
import { endAdvice } from "../run/end-advice.ts";
import { nextSaid, nowSaid, phaseNow } from "../run/now.ts";
import { commandOf } from "../sources.ts";
import type { Look } from "../theme.ts";
import { lossOf, plain, type Answers, type Loss } from "./answers.ts";

/** What is said of changes that are taken back alike; those that nobody can bring back stand first. Short: the answer is one line. */
const WAYS: Readonly<Record<Undoable, (count: number) => string>> = {
  no: (count) => `${count} CANNOT be undone`,
  "in-part": (count) => `${count} undone in part`,
  yes: (count) => `${count} can be undone`,
  "by-other-means": (count) => `${count} by other means only`,
  "taken-back-in-part": (count) => `${count} taken back in part`,
  "taken-back": (count) => `${count} taken back`,
};

const ways = new WeakMap<RunState, readonly Undoable[]>();

/** What takes each change back that a run made so far. Worked out once for each state. */
function waysOf(state: RunState, { undos }: History): readonly Undoable[] {
  const found = ways.get(state) ?? madeSlots(state).map((slot) => undoOf({ state, ledger: { undos } }, slot).undoable);
  ways.set(state, found);
  return found;
}

/** Changes by what takes them back: `of 3 changes: 1 CANNOT be undone, 2 can`. They are counted as the receipt counts them. */
function countsOf(undoables: readonly Undoable[]): string {
  const parts = Object.entries(WAYS).flatMap(([way, text]) => {
    const count = undoables.filter((undoable) => undoable === way).length;
    return count === 0 ? [] : [text(count)];
  });
  const texts = parts.map((text, index) => (index > 0 ? text.replace("can be undone", "can") : text));
  return `of ${countText(undoables.length, "change")}: ${texts.join(", ")}`;
}

/** What of a run's changes can be taken back, by kinds of effects; nothing of what is not known to have ended. */
export function undoOfRun(state: RunState, history: History): TextSpan {
  const undoables = waysOf(state, history);
  const { kind, message } = effectClaim(state);
  const isOpen = kind === "in-doubt";
  if (undoables.length === 0)
    return isOpen ? span("unknown", `not known yet: ${clean(message)}`) : plain(`nothing to undo: ${clean(message)}`);
  const rest = isOpen ? "; under way: not known" : "";
  const tone = isOpen ? "unknown" : undoables.includes("no") ? "danger" : "plain";
  return span(tone, `${countsOf(undoables)}${rest}`);
}

/** What becomes of a run that this console drives when its line drops. */
function lossOfDriven(state: RunState, command: (words: string) => string): Loss {
  const way = command(`resume ${state.run_id}`);
  const isSent = state.targets.some((target) => slotsOf(target).some(isUnderWay));
  if (isSent) return { ...lossOf("what was sent goes on", way), tone: "waiting" };
  return lossOf("it pauses", way);
}

function lossOfRun(run: RunModel, state: RunState, { site }: Model): Loss {
  const command = (words: string): string => commandOf(site, words);
  if (run.how === "replay") return lossOf("nothing runs here", command(`replay ${state.run_id}`));
  if (state.closed !== null) return lossOf("nothing runs", command(`report ${state.run_id}`));
  if (state.paused !== null) return lossOf("it stays paused", command(`resume ${state.run_id}`));
  if (run.how === "watching") return lossOf("whoever drives it goes on", command("console"));
  return lossOfDriven(state, command);
}

/** What a run on the screen answers. */
export function answersOfRun(run: RunModel, model: Model, look: Look): Answers {
  const { state } = run;
  const command = (words: string): string => commandOf(model.site, words);
  const now = nowSaid(run, look.nowMs, look.words);
  if (state === null)
    return {
      now,
      next: plain(run.ended === null ? "the first page asks before anything is changed" : "q goes back"),
      // Before its first event is here nobody knows what a run that is taken up has done.
      undo: plain(run.ended === null ? "not known yet: the run is being opened" : "nothing to undo: nothing was begun"),
      loss: lossOf(run.ended === null ? "the journal has what was done" : "nothing is begun", command("console")),
    };
  const isStopping = run.stopping && state.paused === null && state.closed === null;
  return {
    now: isStopping ? { ...now, text: `pausing after this step; ${now.text}` } : now,
    next: plain(endAdvice(model)?.text ?? nextSaid(state, phaseNow(run))),
    undo: undoOfRun(state, run.history),
    loss: lossOfRun(run, state, model),
  };
}
