/**
 * What follows from the choices of a question, as the runbook's own conditions say it by what is known now: which phases
 * are on the way of a choice, how many changes they have, and which of these nobody can take back. Nothing of it is a
 * promise: each change asks again before it is made.
 */
import { fill, holds, type Scope } from "../phases/expression.ts";
import type { ChangeStep, Choice, PhaseSpec } from "../phases/spec.ts";
import { wayBackOf } from "../phases/way-back.ts";
import { isChosen } from "./chosen.ts";
import type { Advice, Consequence, Question } from "./operator-port.ts";
import { prospectOf } from "./prospect.ts";
import { scopeOf, type RunState, type TargetState } from "./state.ts";
import { clean, countText } from "./words.ts";

/** Where a question stands: in a phase, under the name by which its answer is kept. */
export interface QuestionPlace {
  readonly phase: string;
  readonly gate: string;
}

const changesOf = ({ steps }: PhaseSpec): ChangeStep[] => steps.filter((step) => step.does === "change");

/** The names under which the answers of a phase's questions are kept. */
const gatesOf = ({ id, steps, rescue, rung }: PhaseSpec): string[] => [
  ...steps.flatMap((step) => (step.does === "gate" ? [step.id] : [])),
  ...(rescue === undefined && rung === undefined ? [] : [id]),
];

/** Whether a phase is on the way of a target that chose so; what cannot be worked out yet may be. */
const mayFollow = (phase: PhaseSpec, scope: Scope): boolean => prospectOf(phase, scope) !== "none";

/** The phases with changes that a choice leads to: by itself, and by what is still to be decided behind it. */
interface Way {
  readonly near: readonly PhaseSpec[];
  readonly far: readonly PhaseSpec[];
}

/** What is known on a way: the phases behind the question whose own questions nobody has answered yet. */
interface Course {
  readonly scope: Scope;
  /** Names of questions that are still to be asked on the way: their answers are not known. */
  readonly openGates: readonly string[];
  /** Rungs that may be the one at which the target leaves the ladder. */
  readonly rungs: readonly string[];
}

/** Whether a phase may come once the questions on the way are answered, in whatever way. */
function mayComeLater(phase: PhaseSpec, { scope, openGates, rungs }: Course): boolean {
  const known = Object.entries(scope.decisions).filter(([gate]) => !openGates.includes(gate));
  // A name without a value makes a condition that rests on it one of which nobody can tell yet.
  const decisions = Object.fromEntries(known);
  return [scope.left, ...rungs].some((left) => mayFollow(phase, { ...scope, decisions, left }));
}

/** The way of one target from a question on, by its scope with the answer in it. */
function wayOf(phases: readonly PhaseSpec[], from: number, gate: string, scope: Scope): Way {
  const near: PhaseSpec[] = [];
  const far: PhaseSpec[] = [];
  const here = phases[from];
  const gates = here === undefined ? [] : gatesOf(here);
  let course: Course = { scope, openGates: gates.slice(gates.indexOf(gate) + 1), rungs: [] };
  for (const phase of phases.slice(from + 1)) {
    const isNear = mayFollow(phase, scope);
    if (!isNear && !mayComeLater(phase, course)) continue;
    (isNear ? near : far).push(phase);
    course = {
      scope,
      openGates: [...course.openGates, ...gatesOf(phase)],
      rungs: phase.rung === undefined ? course.rungs : [...course.rungs, phase.id],
    };
  }
  return { near, far };
}

/** The ways of all targets that a choice is offered to, as one. */
function waysOf(state: RunState, place: QuestionPlace, targets: readonly TargetState[], choice: Choice): Way {
  const { phases } = state.runbook;
  const from = phases.findIndex(({ id }) => id === place.phase);
  const ways = targets.map((target) => {
    const scope = scopeOf(state, target);
    return wayOf(phases, from, place.gate, {
      ...scope,
      decisions: { ...scope.decisions, [place.gate]: choice.id },
    });
  });
  const acts = (phase: PhaseSpec): boolean => isChosen(state.created.phases, phase) && changesOf(phase).length > 0;
  const near = phases.filter((phase) => acts(phase) && ways.some((way) => way.near.includes(phase)));
  const far = phases.filter(
    (phase) => acts(phase) && !near.includes(phase) && ways.some((way) => way.far.includes(phase)),
  );
  return { near, far };
}

const TITLES_MOST = 3;

/** How many kinds of change some phases have, and what of them is final. */
function countsText(phases: readonly PhaseSpec[]): string {
  const changes = phases.flatMap(changesOf);
  const final = changes.filter((step) => wayBackOf(step, null).kind === "none").length;
  return `${countText(changes.length, "kind of change", "kinds of change")}, ${finalText(final, changes.length)}`;
}

/** Phases by their titles. */
function titlesText(phases: readonly PhaseSpec[], scope: Scope): string {
  const titles = phases.slice(0, TITLES_MOST).map(({ title }) => clean(fill(title, scope)));
  return `${titles.join(", ")}${phases.length > TITLES_MOST ? `, and ${phases.length - TITLES_MOST} more` : ""}`;
}

/** How many of some changes are final. */
function finalText(final: number, total: number): string {
  if (final === 0) return total === 1 ? "not final" : "none of them final";
  const which = final < total ? `${final} of which` : total === 1 ? "which" : "all of which";
  return `${which} CANNOT be undone`;
}

/** What a choice leads to, and the same without the phases' titles. */
function wayText({ near, far }: Way, scope: Scope): Consequence {
  const asks = far.length === 0 ? "" : `what is asked after it may lead to ${countsText(far)}`;
  if (near.length === 0) {
    const text = asks === "" ? "goes on; no change follows from it" : `changes nothing by itself; ${asks}`;
    return { text, brief: text };
  }
  const tail = asks === "" ? "" : `; ${asks}`;
  return {
    text: `leads to ${titlesText(near, scope)} (${countsText(near)})${tail}`,
    brief: `leads to ${countsText(near)}${tail}`,
  };
}

const alike = (text: string): Consequence => ({ text, brief: text });

/** What each choice of a question leads to, by its id. */
export function followsOf(
  state: RunState,
  place: QuestionPlace,
  targets: readonly TargetState[],
  choices: readonly Choice[],
): Readonly<Record<string, Consequence>> {
  const [first] = targets;
  if (first === undefined) return {};
  const scope = scopeOf(state, first);
  const ways = new Map(
    choices
      .filter(({ then: course }) => course === "go-on")
      .map((choice) => [choice.id, waysOf(state, place, targets, choice)]),
  );
  // What every way has says nothing of this one.
  const isSpecial = (phase: PhaseSpec): boolean => ![...ways.values()].every(({ near }) => near.includes(phase));
  return Object.fromEntries(
    choices.map(({ id, then: course }) => {
      if (course === "stop") return [id, alike("ends here; nothing more is changed")];
      if (course === "again") return [id, alike("changes nothing; asks again")];
      const { near = [], far = [] } = ways.get(id) ?? {};
      const special = near.filter(isSpecial);
      return [id, wayText({ near: special.length > 0 ? special : near, far }, scope)];
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
