/** What somebody has to be called for who looks elsewhere: worked out from two models, one after the other. */
import type { PauseReason } from "../engine/bodies.ts";
import { endClaim } from "../engine/claims/end.ts";
import { brokenIn } from "../engine/holds.ts";
import type { RunState, TargetState } from "../engine/state.ts";
import { clean } from "../engine/words.ts";
import { wordText } from "../engine/wire-words.ts";
import type { Model, RunModel } from "./model.ts";

export interface Alarm {
  readonly text: string;
  /** Whether it rings at once; else once nobody has pressed a key for a while. */
  readonly urgent: boolean;
}

const namesOf = (targets: readonly TargetState[]): string => targets.map(({ label }) => clean(label)).join(", ");

/** A condition that held before and does not any more, or a step that came undone. */
function breakOf(before: RunState, { targets }: RunState): string | null {
  for (const [index, target] of targets.entries()) {
    const earlier = before.targets[index];
    const [broken] = brokenIn(target);
    if (broken !== undefined && earlier !== undefined && brokenIn(earlier).length === 0)
      return `${clean(target.label)}: no longer so: ${clean(broken)}`;
  }
  return null;
}

const SAID: ReadonlySet<PauseReason> = new Set(["interrupted", "hold-broken"]);

/** A run that ended, or stopped, without having recovered all of its targets. */
function endOf(before: RunState, state: RunState): string | null {
  if (state.closed !== null && before.closed === null && state.closed.exit !== 0) {
    const lost = state.targets.filter((target) => endClaim(state, target).kind !== "recovered");
    return `${namesOf(lost)}: not recovered`;
  }
  // What broke has rung already; who interrupted it knows.
  const reason = state.paused?.reason;
  if (before.paused !== null || reason === undefined || SAID.has(reason)) return null;
  return `${namesOf(state.targets)}: paused, ${wordText(reason)}`;
}

function alarmOfRun(before: RunModel | null, run: RunModel): Alarm | null {
  const [earlier, state] = [before?.state ?? null, run.state];
  if (earlier !== null && state !== null && earlier !== state) {
    const text = breakOf(earlier, state) ?? endOf(earlier, state);
    if (text !== null) return { text, urgent: true };
  }
  const [asked, question] = [before?.question ?? null, run.question];
  if (question === null || asked !== null || state === null) return null;
  const subject = question.kind === "page" ? "your approval" : "your decision";
  return { text: `${namesOf(state.targets)}: waits for ${subject}`, urgent: false };
}

/** A run of somebody else that was not there before; null where none is. */
function alarmOfOthers(before: Model, { journal, run }: Model): Alarm | null {
  const known = new Set(before.journal.items?.filter(({ status }) => status === "driven").map(({ run_id }) => run_id));
  if (before.journal.items === null || before.journal.items === journal.items) return null;
  const other = journal.items?.find(
    ({ run_id, status }) => status === "driven" && !known.has(run_id) && run_id !== run?.state?.run_id,
  );
  if (other === undefined) return null;
  const names = other.targets.map(({ label }) => clean(label)).join(", ");
  return { text: `${clean(other.driver)} drives a run for ${names} now`, urgent: true };
}

/** What to call somebody for, where the second model has it and the first had not. */
export function alarmOf(before: Model, model: Model): Alarm | null {
  const own = model.run !== null && model.run !== before.run ? alarmOfRun(before.run, model.run) : null;
  return own ?? alarmOfOthers(before, model);
}
