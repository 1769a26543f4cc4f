/** The reasons that a runbook gives for what the cursor of a screen is on: its own words, never ours. */
import { clean } from "../../engine/words.ts";
import { brokenIn } from "../../engine/holds.ts";
import { doubtsOf } from "../../engine/doubt.ts";
import type { RunState, Slot } from "../../engine/state.ts";
import { wayBackOf, WAY_BACK_WORDS } from "../../phases/way-back.ts";
import type { PhaseSpec, Runbook, StepSpec } from "../../phases/spec.ts";
import { blanks } from "../../runbooks/explain.ts";
import type { Reason } from "./reason.ts";
import { shownRun, top, type Model, type OpenQuestion, type RunModel } from "../model.ts";
import { phaseNow } from "../run/now.ts";
import { endedAt, selectedStep, stepRows } from "../run/steps.ts";
import { listedTargets, listsTargets, targetAt } from "../run/targets.ts";

/** A reason where there are words for it. */
const given = (subject: string, text: string | undefined): readonly Reason[] =>
  text === undefined || text === "" ? [] : [{ subject, text: blanks(text) }];

/** Why a step is there, and why it can be taken back in that way alone. */
function ofSpec(step: StepSpec): readonly Reason[] {
  const reasons = given(`Step: ${blanks(step.title)}`, step.why);
  if (step.does !== "change") return reasons;
  const { kind, why: texts } = wayBackOf(step, null);
  return [...reasons, ...given(WAY_BACK_WORDS[kind], texts.join("; "))];
}

const ofPhase = (phase: PhaseSpec | undefined): readonly Reason[] =>
  phase === undefined ? [] : given(`Phase: ${blanks(phase.title)}`, phase.why);

const warningsOf = ({ warnings }: Runbook): readonly Reason[] => warnings.flatMap((text) => given("Warning", text));

/** What a step of a run said when it ended as it should not. */
const ofSlot = ({ mark, reason }: Slot): readonly Reason[] =>
  mark === null || mark === "succeeded" || reason === "" ? [] : [{ subject: "It ended so because", text: reason }];

const phaseOf = ({ phases }: Runbook, id: string | null): PhaseSpec | undefined =>
  phases.find((phase) => phase.id === id);

/** All of a phase: itself, and the steps that are named; of all of them the warnings, where one changes anything. */
function ofSteps(runbook: Runbook, phaseId: string | null, ids: ReadonlySet<string>): readonly Reason[] {
  const phase = phaseOf(runbook, phaseId);
  const steps = (phase?.steps ?? []).filter(({ id }) => ids.has(id));
  const warnings = steps.some(({ does }) => does === "change") ? warningsOf(runbook) : [];
  return [...ofPhase(phase), ...steps.flatMap(ofSpec), ...warnings];
}

function ofStep(runbook: Runbook, phaseId: string | null, slot: Slot): readonly Reason[] {
  return [...ofSlot(slot), ...ofSteps(runbook, phaseId, new Set([slot.step]))];
}

/** What a question is about: a page and its steps, a step that asks or failed, a phase. */
function ofQuestion(question: OpenQuestion, { runbook }: RunState): readonly Reason[] {
  if (question.kind === "page") {
    const { phase, targets } = question.page;
    const ids = new Set(targets.flatMap(({ steps }) => steps.map(({ step }) => step)));
    const reasons = ofSteps(runbook, phase, ids);
    return ids.size === 0 && phaseOf(runbook, phase) === undefined ? warningsOf(runbook) : reasons;
  }
  const { gate } = question.question;
  const phase = phaseOf(runbook, gate) ?? runbook.phases.find(({ steps }) => steps.some(({ id }) => id === gate));
  return ofSteps(runbook, phase?.id ?? null, new Set([gate]));
}

/** Where a run lists its targets: why the one under the cursor came to where it is. */
function ofListed(run: RunModel, state: RunState): readonly Reason[] {
  const listings = listedTargets(state);
  const target = listings[targetAt(run, listings)]?.target;
  const phase = run.phase ?? phaseNow(run);
  const rows = target === undefined ? [] : stepRows([target], phase ?? "");
  const row = rows[endedAt(state, rows)];
  return row === undefined ? ofPhase(phaseOf(state.runbook, phase)) : ofStep(state.runbook, phase, row.slot);
}

/** Conditions of the run that do not hold, as their probes say. */
const ofHolds = (state: RunState): readonly Reason[] =>
  state.targets.flatMap((target) =>
    brokenIn(target).map((text) => ({ subject: `${target.label}: what the run rests on does not hold`, text })),
  );

function ofRun(run: RunModel): readonly Reason[] {
  const { state, question } = run;
  if (state === null) return [];
  if (question !== null && run.ended === null) return ofQuestion(question, state);
  const step = selectedStep(run);
  const reasons =
    step === null || listsTargets(run)
      ? ofListed(run, state)
      : ofStep(state.runbook, run.phase ?? phaseNow(run), step.slot);
  return [...ofHolds(state), ...reasons];
}

/** The steps of a run that was left whose end nobody knows. */
function ofLeft({ left }: Model): readonly Reason[] {
  const state = left?.history.stateAt(left.history.length) ?? null;
  if (state === null) return [];
  return doubtsOf(state).flatMap(({ phase, step }) => ofSteps(state.runbook, phase, new Set([step])));
}

/** The phase under the plan's cursor; all of them where none is. */
function ofPlan({ plan, runbooks }: Model): readonly Reason[] {
  const phases = runbooks?.find(({ id }) => id === plan.runbook)?.phases ?? [];
  return phases
    .filter(({ id }) => plan.phase === null || id === plan.phase)
    .flatMap(({ title, why: reason, steps }) => [
      ...given(`Phase: ${title}`, reason),
      ...steps.flatMap((step) => given(`Step: ${step.says}`, step.why)),
    ]);
}

/** The reasons for what the cursor is on; [] where the runbook gives none. */
export function reasonsOf(model: Model): readonly Reason[] {
  const screen = top(model);
  if (screen === "plan") return ofPlan(model);
  if (screen === "doubt") return ofLeft(model);
  const run = shownRun(model);
  const reasons = run === null ? [] : ofRun(run);
  return reasons.map(({ subject, text }) => ({ subject: clean(subject), text: clean(text) }));
}
