/** What a run asks of a person: pages to approve, and questions with named choices. A grant or `--decide` answers first. */
import { EXIT } from "./exit.ts";
import { fill, holds } from "../phases/expression.ts";
import type { Choice, GateStep, PhaseSpec } from "../phases/spec.ts";
import { CANARY } from "./schedule.ts";
import { slotsOf } from "./end.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Bodies } from "./bodies.ts";
import type { Place } from "./events.ts";
import { covers } from "./grant.ts";
import { choose, type Party } from "./choose.ts";
import { adviceOf, followsOf, withAdvice, type QuestionPlace } from "./consequence.ts";
import { climbQuestion, openChoices } from "./ladder.ts";
import type { Ref } from "./command.ts";
import type { Answer, Question } from "./operator-port.ts";
import { coveredBy } from "./document.ts";
import type { ApprovalDocument } from "./approval-document.ts";
import { forRecord } from "./document-record.ts";
import { APPROVAL_MS, isBegun as isBegunSlot, scopeOf, type ApprovalState, type TargetState } from "./state.ts";
import { stand, WITHDRAWN } from "./stand.ts";
import { saidOnce } from "./words.ts";

const WITHDRAWN_SAYS = "withdrawn before it was answered: what it rests on is no longer so, or could not be looked at";

const OTHER_PAGE = "an answer came to another page than the one that stood there; nothing was executed on it";

/** The approval of this very document that somebody gave while the run was paused, and that is not too old; else undefined. */
function givenBefore({ state, world }: Driver, { digest }: ApprovalDocument): ApprovalState | undefined {
  const nowMs = world.ports.clock.monoMs();
  const wall = Date.parse(world.wallTime());
  return Object.values(state.approvals).find(
    ({ beforehand, page_digest, given_mono }) =>
      beforehand !== null &&
      beforehand.boot_id === world.bootId &&
      wall - Date.parse(beforehand.at) <= APPROVAL_MS &&
      page_digest === digest &&
      nowMs >= given_mono - 1 &&
      nowMs - given_mono <= APPROVAL_MS,
  );
}

type Given = Bodies["approval.given"];

/** What answers a page before anybody is asked: an approval with `handrail approve`, or a grant that fits; else null. */
function givenBeforehand(
  driver: Driver,
  page: ApprovalDocument,
): Pick<Given, "method" | "by" | "grant" | "beforehand"> | null {
  const approval = givenBefore(driver, page);
  if (approval?.beforehand != null) {
    const { method, by } = approval.beforehand;
    return { method, by, grant: null, beforehand: approval.id };
  }
  const { grant } = driver.world;
  if (grant === null || !covers(grant, page, driver.state.runbook)) return null;
  return { method: "grant", by: grant.written_by, grant: grant.written_at };
}

/**
 * A document and one decision about it. What was approved beforehand answers first; nobody is asked then. An answer has to
 * bring back the digest of the document.
 */
export async function* approve(driver: Driver, page: ApprovalDocument): Drafts {
  const { approval, digest: page_digest, phase, risk, typed, title } = page;
  const document = forRecord(page);
  const body = {
    approval,
    page_digest,
    risk,
    typed,
    covers: coveredBy(page),
    ...(document === undefined ? {} : { document }),
  };
  yield* driver.emit("approval.requested", { phase }, body);
  const grantAnswer = givenBeforehand(driver, page);
  if (grantAnswer !== null)
    return yield* driver.emit("approval.given", { phase }, { approval, page_digest, ...grantAnswer });
  const keys = page.targets.map(({ key }) => key);
  const answer = yield* stand(driver, keys, (withdrawn) => driver.world.operator.approve(page, withdrawn));
  if (answer === WITHDRAWN)
    return yield* driver.emit("approval.expired", { phase }, { approval, says: WITHDRAWN_SAYS });
  if (answer.kind === "approved") return yield* take(driver, page, answer);
  if (answer.kind === "rejected") return yield* refuse(driver, page, answer.says);
  if (driver.stopped(title)) return;
  const reason = driver.world.grant === null ? "there is nobody to ask and no grant" : "the grant does not cover it";
  driver.lack(keys, { reason: "approval-needed", exit: EXIT.needed, says: `"${title}" needs an approval; ${reason}` });
}

/** An approval by a person, of the very page that stood there. */
async function* take(driver: Driver, page: ApprovalDocument, answer: Extract<Answer, { kind: "approved" }>): Drafts {
  const { approval, digest: page_digest, phase } = page;
  const { method, by, digest } = answer;
  if (method === "rehearsal" && driver.state.created.site.lab === null)
    throw new Error("a rehearsal approves nothing on a real site");
  if (digest === page_digest)
    return yield* driver.emit("approval.given", { phase }, { approval, page_digest, method, by, grant: null });
  yield* driver.emit("approval.expired", { phase }, { approval, says: OTHER_PAGE });
  driver.pause("approval-needed", EXIT.needed, OTHER_PAGE);
}

/** A refusal. What nobody began needs nobody to take it up: it ends here, and stands in nobody's way. */
async function* refuse(driver: Driver, { approval, phase, title }: ApprovalDocument, says: string): Drafts {
  const isBegun = driver.state.targets.some((target) => slotsOf(target).some(isBegunSlot));
  yield* driver.emit("approval.rejected", { phase }, { approval, says, ...(isBegun ? {} : { ends: true as const }) });
  if (isBegun) driver.pause("rejected", EXIT.stopped, `not approved: ${title}`);
}

/** A gate for one target, once it is known that it has to be asked there. */
interface Asked {
  readonly ref: Ref;
  readonly question: string;
  readonly choices: readonly Choice[];
}

/** The targets of a gate at which it has to be asked; at the others it is marked as skipped. */
async function* askedAt(driver: Driver, refs: readonly Ref[]): Drafts<Asked[]> {
  const questions: Asked[] = [];
  for (const ref of refs) {
    const spec = ref.phase.steps.find(({ id }) => id === ref.slot.step) as GateStep;
    const scope = scopeOf(driver.state, ref.target);
    const verdict = spec.when === undefined ? null : holds(spec.when, scope);
    if (verdict !== null && !verdict.ok)
      yield* driver.mark(ref, "failed", `${verdict.error.expression}: ${verdict.error.message}`);
    else if (verdict !== null && !verdict.value) yield* driver.mark(ref, "skipped-by-condition", "nothing to decide");
    else questions.push({ ref, question: fill(spec.question, scope), choices: openChoices(spec.choices, scope) });
  }
  return questions;
}

/** Those that are offered the same choices as the first: they can be asked about together. */
function alike<T extends { readonly choices: readonly Choice[] }>(questions: readonly T[]): T[] {
  const ids = (candidate: T): string => candidate.choices.map(({ id }) => id).join(" ");
  const [first] = questions;
  return first === undefined ? [] : questions.filter((candidate) => ids(candidate) === ids(first));
}

/** A question of the runbook with what it advises, what follows from each choice, and whether targets may be told apart. */
function wholeQuestion(
  { state }: Driver,
  question: Question,
  place: QuestionPlace & { readonly choices: readonly Choice[] },
  targets: readonly TargetState[],
): Question {
  const scopes = targets.map((target) => scopeOf(state, target));
  const follows = followsOf(state, place, targets, question.choices);
  const apart = targets.length > 1 ? { apart: targets.length } : {};
  return withAdvice({ ...question, follows, ...apart }, adviceOf(place.choices, scopes));
}

const targetsIn = (parties: readonly Party[]): TargetState[] => parties.map(({ target }) => target);
const labelOf = (parties: readonly Party[]): string => parties.map(({ target }) => target.label).join(", ");
const textOf = (parties: readonly Party[]): string => saidOnce(parties.map(({ question }) => question));

/** One decision for all targets at the same gate, as far as they have the same choices; the first alone otherwise. */
export async function* gate(driver: Driver, refs: readonly Ref[]): Drafts {
  const questions = yield* askedAt(driver, refs);
  const group = alike(questions);
  const [first] = group;
  if (first === undefined) return;
  const { slot, phase } = first.ref;
  const spec = phase.steps.find(({ id }) => id === slot.step) as GateStep;
  const place = { phase: phase.id, gate: slot.step, choices: spec.choices };
  const parties = group.map(({ ref, question }) => ({ place: placeOf(ref), target: ref.target, question }));
  yield* choose(driver, parties, (about) => {
    const question: Question = {
      gate: slot.step,
      asks: "gate",
      label: labelOf(about),
      question: textOf(about),
      choices: first.choices,
    };
    return wholeQuestion(driver, question, place, targetsIn(about));
  });
}

/** One decision for all targets that failed in the same phase, as far as they have the same choices. */
export async function* rescue(driver: Driver, targets: readonly TargetState[], phase: PhaseSpec): Drafts {
  const spec = phase.rescue;
  if (spec === undefined) throw new Error(`phase ${phase.id} has no rescue`);
  const candidates = targets.map((target) => {
    const scope = scopeOf(driver.state, target);
    const question = `${target.reason}. ${fill(spec.question, scope)}`;
    return { target, question, choices: openChoices(spec.choices, scope), place: placeIn(target, phase) };
  });
  const group = alike(candidates);
  const [first] = group;
  if (first === undefined) return;
  const place = { phase: phase.id, gate: phase.id, choices: spec.choices };
  yield* choose(driver, group, (about) => {
    const question: Question = {
      gate: phase.id,
      asks: "rescue",
      label: labelOf(about),
      question: textOf(about),
      choices: first.choices,
    };
    return wholeQuestion(driver, question, place, targetsIn(about));
  });
}

const placeIn = (target: TargetState, phase: PhaseSpec): Place => ({ target: target.key, phase: phase.id });

/** One decision for all targets whose rung timed out, with what was seen as evidence. */
export async function* climb(driver: Driver, phase: PhaseSpec, targets: readonly TargetState[]): Drafts {
  const { question: whole } = climbQuestion(driver, phase, targets);
  const place = { phase: phase.id, gate: phase.id, choices: phase.rung?.climb.choices ?? [] };
  const parties = targets.map((target) => ({ target, place: placeIn(target, phase), question: whole }));
  yield* choose(driver, parties, (about) => {
    const { question: text, choices } = climbQuestion(driver, phase, targetsIn(about));
    const question: Question = { gate: phase.id, asks: "climb", label: labelOf(about), question: text, choices };
    return wholeQuestion(driver, question, place, targetsIn(about));
  });
}

/** Asked when the first target of a batch did not recover: whether the others are to be begun at all. */
export async function* canary(driver: Driver, first: TargetState, rest: readonly TargetState[]): Drafts {
  const reason = first.reason === "" ? "not every success criterion was observed" : first.reason;
  const question: Question = {
    gate: CANARY,
    asks: "canary",
    label: `${rest.length} more`,
    question: `${first.label} was carried out first and was not recovered: ${reason}. Go on with the other ${rest.length}?`,
    choices: [
      { id: "go-on", title: `Go on with the other ${rest.length}`, then: "go-on" },
      { id: "stop", title: "Stop here; nothing was begun for the others", then: "stop" },
    ],
  };
  const advice = { choice: "stop", message: "what stopped the first one may stop the others half-way, too" };
  const parties = rest.map((target) => ({ target, place: { target: target.key }, question: question.question }));
  yield* choose(driver, parties, () => withAdvice(question, advice));
}
