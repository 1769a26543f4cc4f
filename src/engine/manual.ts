/**
 * A step that a person makes outside: it is shown, asked about, and looked at where it has a proof. Nothing is sent, so nothing
 * can be sent twice; a run that ends before the answer asks again. Only a proof makes it seen: a word stays a word.
 */
import type { Bodies, Mark } from "./bodies.ts";
import { changeSpec } from "./change-spec.ts";
import { mayBegin } from "./attempt.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Ref } from "./command.ts";
import { EXIT } from "./exit.ts";
import { SEEN, type Question } from "./operator-port.ts";
import { lookMeanwhile, stillHolds } from "./hold-look.ts";
import { alreadyDone } from "./preview.ts";
import { scopeOf } from "./state.ts";
import { stand, WITHDRAWN } from "./stand.ts";
import { clean } from "./words.ts";
import { fill } from "../phases/expression.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { probe, type Observation } from "../phases/read.ts";
import type { Choice, ProbeSpec } from "../phases/spec.ts";
import type { Failure } from "../ports/outcome.ts";
import type { Result } from "../ports/result.ts";

type Look = Result<Observation, Failure>;

const CHOICES: readonly Choice[] = [
  { id: "done", title: "It is done", then: "go-on" },
  { id: "not-done", title: "It was not done, and is not going to be done now", then: "go-on" },
  { id: "cannot-tell", title: "I cannot tell whether it was done", then: "go-on" },
];

const kindOf = (ref: Ref) => changeKind(changeSpec(ref).change.kind);

const linesOf = (ref: Ref): readonly string[] => kindOf(ref).instructions?.(ref.slot.request ?? {}) ?? [];

const proofOf = ({ state }: Driver, ref: Ref): ProbeSpec | undefined => state.runbook.probes[changeSpec(ref).verify];

const lookAt = ({ state, world }: Driver, ref: Ref, proof: ProbeSpec): Promise<Look> =>
  probe(proof, scopeOf(state, ref.target, ref.slot.item), world.ports);

/** What the proof will have to show, or that nothing will. */
function proofText(driver: Driver, ref: Ref, proof: ProbeSpec | undefined): string {
  if (proof === undefined) return "Nobody looks at it afterwards: it will stand as said by you, seen by nobody.";
  const title = fill(proof.title, scopeOf(driver.state, ref.target, ref.slot.item));
  return `It counts once this is seen: ${title}. It is looked at meanwhile, and ${changeSpec(ref).limit} s after you say that it is done.`;
}

function questionOf(driver: Driver, ref: Ref): Question {
  const { slot, target } = ref;
  const lines = [
    `"${slot.title}" of ${target.label} is done by you, outside of Handrail:`,
    ...linesOf(ref),
    proofText(driver, ref, proofOf(driver, ref)),
  ];
  return { gate: slot.step, asks: "manual", label: target.label, question: lines.join("\n"), choices: CHOICES };
}

/** The proof was seen to hold while the question stood. */
interface Seen {
  readonly seen: Observation;
}

/** Looks at the proof at intervals until it holds, or until nobody waits for it any more; null then. */
async function watch(driver: Driver, ref: Ref, proof: ProbeSpec, end: AbortSignal): Promise<Observation | null> {
  const { every } = kindOf(ref);
  while (await driver.world.ports.clock.sleep(every, end)) {
    const look = await lookAt(driver, ref, proof);
    if (look.ok && look.value.holds) return look.value;
  }
  return null;
}

/** Puts the question; a proof that comes to hold meanwhile answers it. */
async function put(
  driver: Driver,
  ref: Ref,
  question: Question,
  withdrawn: AbortSignal,
): Promise<string | null | Seen> {
  const proof = proofOf(driver, ref);
  if (proof === undefined) return driver.world.operator.choose(question, withdrawn);
  const end = new AbortController();
  const seenEnd = new AbortController();
  const sight = watch(driver, ref, proof, end.signal);
  void sight.then((seen) => (seen === null ? undefined : seenEnd.abort(SEEN)));
  const answer = await driver.world.operator.choose(question, AbortSignal.any([withdrawn, seenEnd.signal]));
  end.abort();
  const seen = await sight;
  // Whoever answered in the same moment is not passed over: the look comes again behind their word.
  return seen === null || answer !== null ? answer : { seen };
}

/** Looks until it holds, at most some seconds after somebody said that it is done. Gives the last look. */
async function* lookUntil(driver: Driver, ref: Ref, proof: ProbeSpec, limitS: number): Drafts<Look> {
  const { clock } = driver.world.ports;
  const { stop } = driver.world.operator;
  const sinceMs = clock.monoMs();
  for (;;) {
    const look = await lookAt(driver, ref, proof);
    const restS = limitS - clock.since(sinceMs);
    if ((look.ok && look.value.holds) || restS <= 0 || stop.aborted) return look;
    await clock.sleep(Math.min(kindOf(ref).every, restS), stop);
    yield* lookMeanwhile(driver, ref.target.key);
  }
}

async function* seen(driver: Driver, ref: Ref, { says, answer, saw, holds }: Observation): Drafts {
  yield* driver.emit("step.verified", placeOf(ref), { holds, says, evidence: answer, saw });
}

/** What becomes of a step whose proof does not show it, by what was said. */
const UNSEEN: Readonly<Record<string, readonly [Mark, string]>> = {
  done: ["failed", "said that it is done, and it is not to be seen"],
  "not-done": ["failed", "said that it was not done; looked"],
  "cannot-tell": ["in-doubt", "cannot tell whether it was done; looked"],
};

/** The same where nothing can show it: what was said is all that is known. */
const SAID: Readonly<Record<string, (name: string) => readonly [Mark, string]>> = {
  done: (name) => ["by-hand", `said by ${name}, seen by nobody`],
  "not-done": (name) => ["failed", `${name} said that it was not done`],
  "cannot-tell": (name) => ["in-doubt", `${name} cannot tell whether it was done, and nothing shows it`],
};

/** What a person said, held against the proof. */
async function* proved(driver: Driver, ref: Ref, proof: ProbeSpec, choice: string): Drafts {
  const { limit } = changeSpec(ref);
  const look = yield* lookUntil(driver, ref, proof, choice === "done" ? limit : 0);
  // Cut short: what was said is asked about again.
  if (!(look.ok && look.value.holds) && driver.stopped(ref.slot.title)) return;
  if (!look.ok) return yield* driver.fail(ref, look.error);
  yield* seen(driver, ref, look.value);
  const [mark, text] = UNSEEN[choice] ?? ["in-doubt", ""];
  if (!look.value.holds)
    yield* driver.mark(ref, mark, `${driver.state.operator} ${text}: ${look.value.says}`, look.value.answer);
}

/** What follows from an answer. */
async function* conclude(driver: Driver, ref: Ref, choice: string): Drafts {
  const proof = proofOf(driver, ref);
  if (proof !== undefined) return yield* proved(driver, ref, proof, choice);
  const [mark, says] = SAID[choice]?.(driver.state.operator) ?? ["in-doubt", ""];
  yield* driver.mark(ref, mark, says);
}

/** Nobody answers: the run pauses, and says what is to be done and how it goes on. */
function pause(driver: Driver, ref: Ref): void {
  if (driver.stopped(ref.slot.title)) return;
  const lines = linesOf(ref).join(" ");
  const proof = proofOf(driver, ref);
  const way =
    proof === undefined
      ? "a person has to say how it went"
      : "it goes on once that is seen, or a person says how it went";
  const says = `"${ref.slot.title}" of ${ref.target.label} is done by a person, outside of Handrail: ${lines} Then take the run up again: ${way}`;
  driver.lack([ref.target.key], { reason: "decision-needed", exit: EXIT.needed, says: clean(says) });
}

/** Shows what a person has to do, and asks how it went. */
export async function* askManual(driver: Driver, ref: Ref): Drafts {
  if (!(yield* mayBegin(driver, ref))) return;
  if (yield* alreadyDone(driver, ref)) return;
  if (!(yield* stillHolds(driver, ref.target.key))) return;
  const question = questionOf(driver, ref);
  const { gate, asks, choices } = question;
  const place = placeOf(ref);
  yield* driver.emit("decision.requested", place, { gate, asks, question: question.question, choices });
  const answer = yield* stand(driver, [ref.target.key], (withdrawn) => put(driver, ref, question, withdrawn));
  if (answer === WITHDRAWN) return;
  if (answer !== null && typeof answer === "object") return yield* seen(driver, ref, answer.seen);
  const choice = choices.find(({ id }) => id === answer);
  if (choice === undefined) return pause(driver, ref);
  const decision: Bodies["decision.made"] = { gate, asks, choice: choice.id, then: choice.then, method: "person" };
  yield* driver.emit("decision.made", place, decision);
  yield* conclude(driver, ref, choice.id);
}
