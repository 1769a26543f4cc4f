/**
 * A question of the runbook with named choices, put for one target or several. Each target has an answer of its own in the
 * journal; one answer for all of them is only a short way to give the same to each.
 */
import { EXIT } from "./exit.ts";
import type { Choice } from "../phases/spec.ts";
import type { Bodies } from "./bodies.ts";
import type { Driver, Drafts } from "./driver.ts";
import type { Place } from "./events.ts";
import { APART, type Question } from "./operator-port.ts";
import { stand, WITHDRAWN } from "./stand.ts";
import type { RunState, TargetState } from "./state.ts";

/** A target that is asked about, and what is asked of it alone. */
export interface Party {
  readonly place: Place;
  readonly target: TargetState;
  readonly question: string;
}

/** The question for some of the targets together. */
export type Compose = (parties: readonly Party[]) => Question;

const beforehandOf = ({ world }: Driver, gate: string, { target: { key } }: Party): string | undefined =>
  world.decisions[key]?.[gate];

/**
 * Whether a choice made beforehand would go round in circles: "watch once more" counts once then, since nobody is there to
 * see it.
 */
const isCircling = ({ state }: Driver, gate: string, choice: Choice, { target: { key } }: Party): boolean =>
  choice.then === "again" && state.targets.find((target) => target.key === key)?.decisions[gate] === choice.id;

/** Writes a decision down for each of the targets. */
async function* decide(driver: Driver, parties: readonly Party[], decision: Bodies["decision.made"]): Drafts {
  for (const { place } of parties) yield* driver.emit("decision.made", place, decision);
}

/** What was decided beforehand, for each target by itself. */
async function* decideBeforehand(driver: Driver, question: Question, parties: readonly Party[]): Drafts {
  const { gate, asks, choices } = question;
  const rest: Party[] = [];
  for (const party of parties) {
    const choice = choices.find(({ id }) => id === beforehandOf(driver, gate, party));
    if (choice === undefined || isCircling(driver, gate, choice, party)) rest.push(party);
    else {
      const decision = { gate, asks, choice: choice.id, then: choice.then, method: "decided-beforehand" } as const;
      yield* decide(driver, [party], decision);
    }
  }
  if (rest.length > 0) yield* giveUp(driver, question, rest);
}

/** What others of the run chose at the same question: whoever answers for one sees it. */
function decidedLines({ targets }: RunState, gate: string, parties: readonly Party[]): string[] {
  const about = new Set(parties.map(({ target: { key } }) => key));
  const others = targets.filter(({ key, decisions }) => !about.has(key) && decisions[gate] !== undefined);
  const choices = [...new Set(others.map(({ decisions }) => decisions[gate] ?? ""))];
  return choices.map((choice) => {
    const labels = others.filter(({ decisions }) => decisions[gate] === choice).map(({ label }) => label);
    return `Decided for ${labels.join(", ")}: ${choice}.`;
  });
}

/**
 * Asks about some targets; `open` are those for which nothing is decided where nobody answers. Gives whether it was decided.
 */
async function* ask(
  driver: Driver,
  compose: Compose,
  parties: readonly Party[],
  open: readonly Party[],
): Drafts<boolean> {
  const bare = compose(parties);
  const lines = [...decidedLines(driver.state, bare.gate, parties), bare.question];
  const question = { ...bare, question: lines.join("\n") };
  const keys = parties.map(({ target: { key } }) => key);
  const answer = yield* stand(driver, keys, (withdrawn) => driver.world.operator.choose(question, withdrawn));
  if (answer === WITHDRAWN) return false;
  if (answer === APART && question.apart !== undefined) return yield* askApart(driver, compose, parties);
  const choice = question.choices.find(({ id }) => id === answer);
  if (choice !== undefined) {
    const { gate, asks } = question;
    yield* decide(driver, parties, { gate, asks, choice: choice.id, then: choice.then, method: "person" });
    return true;
  }
  if (!driver.stopped(question.question)) yield* giveUp(driver, question, open);
  return false;
}

/** Asks about one target after the other. What is decided of one is written down before the next is asked about. */
async function* askApart(driver: Driver, compose: Compose, parties: readonly Party[]): Drafts<boolean> {
  for (const [index, party] of parties.entries()) {
    if (!(yield* ask(driver, compose, [party], parties.slice(index)))) return false;
  }
  return true;
}

/** Puts a question. What was decided beforehand of a target answers for it; the others are asked about together. */
export async function* choose(driver: Driver, parties: readonly Party[], compose: Compose): Drafts {
  const question = compose(parties);
  const { gate, asks, choices } = question;
  for (const { place, question: own } of parties)
    yield* driver.emit("decision.requested", place, { gate, asks, question: own, choices });
  const fixed = parties.filter((party) => beforehandOf(driver, gate, party) !== undefined);
  const open = parties.filter((party) => !fixed.includes(party));
  if (fixed.length > 0) yield* decideBeforehand(driver, question, fixed);
  if (open.length > 0) yield* ask(driver, compose, open, open);
}

/** Nobody answered: a rescue stops, everything else waits for who can. */
async function* giveUp(driver: Driver, question: Question, parties: readonly Party[]): Drafts {
  const { gate, asks, choices } = question;
  const stop = choices.find((choice) => choice.then === "stop");
  if (asks === "rescue" && stop !== undefined)
    return yield* decide(driver, parties, { gate, asks, choice: stop.id, then: stop.then, method: "nobody-to-ask" });
  const names = choices.map(({ id }) => `--decide ${gate}=${id}`).join(" or ");
  driver.lack(
    parties.map(({ target: { key } }) => key),
    { reason: "decision-needed", exit: EXIT.needed, says: `${question.question} Decide with ${names}` },
  );
}
