/**
 * What follows from the choices of a question, as the runbook's own conditions say it by what is known now: which phases
 * are on the way of a choice, how many changes they have, and which of these nobody can take back. Nothing of it is a
 * promise: each change asks again before it is made.
 */
import { fill, holds, type Scope } from "../phases/expression.ts";
import type { ChangeStep, Choice, PhaseSpec } from "../phases/spec.ts";
import { wayBackOf } from "../phases/way-back.ts";
import { isChosen } from "./chosen.ts";
import type { Advice, Question } from "./operator-port.ts";
import { scopeOf, type RunState, type TargetState } from "./state.ts";
import { clean, countText } from "./words.ts";

/** Where a question stands: in a phase, under the name by which its answer is kept. */
export interface QuestionPlace {
  readonly phase: string;
  readonly gate: string;
}

const changesOf = ({ steps }: PhaseSpec): ChangeStep[] => steps.filter((step) => step.does === "change");

/** Whether a phase is on the way of a target that chose so; what cannot be worked out yet may be. */
function mayCome({ when: condition, within }: PhaseSpec, scope: Scope): boolean {
  return [within, condition].every((expression) => {
    const verdict = expression === undefined ? null : holds(expression, scope);
    return verdict === null || !verdict.ok || verdict.value;
  });
}

/** The changing phases from the question on that a choice leads to, for any of the targets. */
function phasesOf(state: RunState, place: QuestionPlace, targets: readonly TargetState[], choice: Choice): PhaseSpec[] {
  const { phases } = state.runbook;
  const from = phases.findIndex(({ id }) => id === place.phase);
  return phases.slice(from + 1).filter(
    (phase) =>
      isChosen(state.created.phases, phase) &&
      changesOf(phase).length > 0 &&
      targets.some((target) => {
        const scope = scopeOf(state, target);
        return mayCome(phase, { ...scope, decisions: { ...scope.decisions, [place.gate]: choice.id } });
      }),
  );
}

const TITLES_MOST = 3;

/** Phases by their titles, and what of their changes is final. */
function leadText(phases: readonly PhaseSpec[], scope: Scope): string {
  const titles = phases.slice(0, TITLES_MOST).map(({ title }) => clean(fill(title, scope)));
  const rest = phases.length > TITLES_MOST ? `, and ${phases.length - TITLES_MOST} more` : "";
  const changes = phases.flatMap(changesOf);
  const final = changes.filter((step) => wayBackOf(step, null).kind === "none").length;
  return `${titles.join(", ")}${rest} (${countText(changes.length, "kind of change", "kinds of change")}, ${finalText(final, changes.length)})`;
}

/** How many of some changes are final. */
function finalText(final: number, total: number): string {
  if (final === 0) return total === 1 ? "not final" : "none of them final";
  const which = final < total ? `${final} of which` : total === 1 ? "which" : "all of which";
  return `${which} CANNOT be undone`;
}

/** What each choice of a question leads to, by its id. */
export function followsOf(
  state: RunState,
  place: QuestionPlace,
  targets: readonly TargetState[],
  choices: readonly Choice[],
): Readonly<Record<string, string>> {
  const [first] = targets;
  if (first === undefined) return {};
  const scope = scopeOf(state, first);
  const ways = choices
    .filter((choice) => choice.then === "go-on")
    .map((choice) => ({ choice, phases: phasesOf(state, place, targets, choice) }));
  return Object.fromEntries(
    choices.map(({ id, then: course }) => {
      if (course === "stop") return [id, "ends here; nothing more is changed"];
      if (course === "again") return [id, "changes nothing; asks again"];
      const own = ways.find(({ choice }) => choice.id === id)?.phases ?? [];
      // What every way has says nothing of this one.
      const special = own.filter((phase) => !ways.every(({ phases }) => phases.includes(phase)));
      const phases = special.length > 0 ? special : own;
      return [id, phases.length === 0 ? "goes on; no change follows from it" : `leads to ${leadText(phases, scope)}`];
    }),
  );
}

/** The choice that the runbook advises a target, with its reason. */
function adviceFor(choices: readonly Choice[], scope: Scope): Advice | null {
  const choice = choices.find(({ advised: condition, when: offer }) => {
    if (condition === undefined) return false;
    return [offer, condition].every((expression) => {
      const verdict = expression === undefined ? null : holds(expression, scope);
      return verdict === null || (verdict.ok && verdict.value);
    });
  });
  return choice === undefined ? null : { choice: choice.id, message: clean(fill(choice.because ?? "", scope)) };
}

/** What is advised to all of the targets; null where they are not advised the same. */
export function adviceOf(choices: readonly Choice[], scopes: readonly Scope[]): Advice | null {
  const [first = null, ...rest] = scopes.map((scope) => adviceFor(choices, scope));
  return first !== null && rest.every((advice) => advice?.choice === first.choice) ? first : null;
}

/** A question with what is advised: it stands first, under the key 1. */
export function withAdvice(question: Question, advice: Advice | null): Question {
  const choice = question.choices.find(({ id }) => id === advice?.choice);
  if (advice === null || choice === undefined) return question;
  return { ...question, advice, choices: [choice, ...question.choices.filter(({ id }) => id !== choice.id)] };
}
