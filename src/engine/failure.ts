/**
 * What a person may do about a step that failed: look again, leave it out with a reason, say that it was done by hand
 * and have that proved, or stop. Nobody else may: a grant stops, and `--decide` can neither leave out nor claim anything.
 */
import { targetNoun } from "../phases/target-noun.ts";
import { EXIT } from "./exit.ts";
import { probe } from "../phases/read.ts";
import type { Choice } from "../phases/spec.ts";
import { traceOf } from "../phases/change-kind.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Ref } from "./command.ts";
import { withAdvice } from "./consequence.ts";
import { APART, type Question } from "./operator-port.ts";
import { changeSpec } from "./change-spec.ts";
import { askDoubt } from "./doubt-question.ts";
import { isFlawed, scopeOf } from "./state.ts";
import { askAbout, type StepDecision } from "./step-question.ts";
import { saidOnce } from "./words.ts";

const NOTES = {
  skip: "Why is it left out? It stands in the report",
  "by-hand": "What was done, by whom and how? It stands in the report",
};

/**
 * Whether the step's probe can tell that somebody else did it. A revert leaves nothing to be seen: its snapshot is there
 * before and after, so a claim would be believed by a probe that proves nothing, and the snapshot be deleted next.
 */
function canBeSeen(ref: Ref): boolean {
  const { change } = changeSpec(ref);
  return traceOf(changeKind(change.kind), ref.slot.request ?? {}) !== "none";
}

/** What others need to know can only be looked at again: facts cannot be claimed. */
function choicesFor(ref: Ref, noun: string): Choice[] {
  const { slot, target, phase } = ref;
  const retry: Choice = {
    id: "again",
    title:
      slot.does === "change"
        ? "Look again: back to the beginning of this step, with a new preview and a new approval"
        : "Look again",
    then: "again",
  };
  const stop: Choice =
    target.status === "unreachable"
      ? { id: "stop", title: "Leave it for now: it can be taken up again", then: "stop" }
      : phase.rescue === undefined
        ? {
            id: "stop",
            title: `Leave it failed; nothing after it is done for this ${noun}`,
            then: "stop",
          }
        : { id: "stop", title: "Leave it failed; the next question is how the phase ends", then: "stop" };
  if (slot.does !== "change" || slot.mark === "unreachable") return [retry, stop];
  if (isFlawed(slot))
    return [
      {
        id: "by-hand",
        title: "The record was mended by hand: say how; it counts only if it can be seen",
        then: "go-on",
      },
      { ...stop, title: "Leave it as it is; a new run looks where everything is now, and offers to mend the record" },
    ];
  const byHand: Choice = {
    id: "by-hand",
    title: "It was done by hand: say how; it counts only if it can be seen",
    then: "go-on",
  };
  return [
    retry,
    ...(canBeSeen(ref) ? [byHand] : []),
    { id: "skip", title: "Leave this step out, with a reason, and go on behind it", then: "go-on" },
    stop,
  ];
}

function questionOf({ target, slot }: Ref): string {
  const word = slot.mark === "unreachable" ? "got no answer" : "failed";
  const attempts = target.undecided?.tried ?? "";
  const claim = attempts === "" ? "" : ` It was said to be done by hand, but that cannot be seen: ${attempts}.`;
  return `"${slot.title}" ${word} for ${target.label}: ${slot.reason.replace(/[.\s]+$/u, "")}.${claim} What becomes of it?`;
}

/** The question for several targets at once; the same for all, as far as they may choose the same. */
function about(refs: readonly [Ref, ...Ref[]], noun: string): Question {
  const [first] = refs;
  const question: Question = {
    gate: first.slot.step,
    asks: "failure",
    label: refs.map(({ target }) => target.label).join(", "),
    question: saidOnce(refs.map(questionOf)),
    choices: choicesFor(first, noun),
    notes: NOTES,
  };
  const message = "what it failed for may be mended by now, and nothing is sent before it was asked about anew";
  return withAdvice(question, { choice: "again", message });
}

/** A claim is proved by the step's own probe; what cannot be seen is asked about again. */
async function* byHand(driver: Driver, ref: Ref, note: string): Drafts {
  const spec = driver.state.runbook.probes[changeSpec(ref).verify];
  if (spec === undefined) throw new Error(`${ref.slot.step} is verified by no probe`);
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  if (observation.ok && observation.value.holds)
    return yield* driver.mark(ref, "by-hand", `${note}; seen: ${observation.value.says}`, observation.value.answer);
  yield* driver.emit("step.verified", placeOf(ref), {
    holds: false,
    says: observation.ok ? observation.value.says : `it could not be looked at: ${observation.error.message}`,
    evidence: observation.ok ? observation.value.answer : null,
  });
}

/** What is offered, as it is said: only those that are offered the same are asked about together. */
const offer = (ref: Ref, noun: string): string =>
  choicesFor(ref, noun)
    .map(({ title }) => title)
    .join("\n");

/** Asks what becomes of a step that failed for some targets, and carries the decision out. */
export async function* failure(driver: Driver, failures: readonly Ref[]): Drafts {
  const [first, ...rest] = failures;
  if (first === undefined) return;
  if (first.slot.status === "in-doubt") return yield* askDoubt(driver, first);
  const noun = targetNoun(driver.state.runbook);
  const refs = [first, ...rest.filter((ref) => offer(ref, noun) === offer(first, noun))] as const;
  const { gate, asks, choices } = about(refs, noun);
  for (const ref of refs)
    yield* driver.emit("decision.requested", placeOf(ref), { gate, asks, question: questionOf(ref), choices });
  yield* decide(driver, refs, noun);
}

const WAITS = { reason: "decision-needed", exit: EXIT.needed } as const;

/** Asks about some targets together, or about each apart where that was said. Gives whether it was decided. */
async function* decide(driver: Driver, refs: readonly [Ref, ...Ref[]], noun: string): Drafts<boolean> {
  const question = { ...about(refs, noun), ...(refs.length > 1 ? { apart: refs.length } : {}) };
  const { gate, asks } = question;
  const keys = refs.map(({ target }) => target.key);
  const decision = yield* askAbout(driver, question, keys, WAITS);
  if (decision === null) return false;
  if (decision === APART) {
    for (const [index, ref] of refs.entries()) {
      if (yield* decide(driver, [ref], noun)) continue;
      driver.lack(keys.slice(index), { ...WAITS, says: `${question.question} Nothing was decided` });
      return false;
    }
    return true;
  }
  for (const ref of refs) {
    yield* driver.emit("decision.made", placeOf(ref), { gate, asks, ...decision });
    yield* carryOut(driver, ref, decision);
  }
  return true;
}

/** What follows from a decision beside its own event; looking again and stopping are in the fold. */
async function* carryOut(driver: Driver, ref: Ref, { choice, note = "" }: StepDecision): Drafts {
  if (choice === "skip") yield* driver.mark(ref, "skipped-by-operator", note);
  if (choice === "by-hand") yield* byHand(driver, ref, note);
}
