/**
 * The only loop. `drive` is an async generator that yields an event and does not advance until it is given the stored
 * one back: so no effect can precede its journal line, and whoever drives may stop it between any two events.
 */
import { fill, holds } from "../phases/expression.ts";
import { ask, keep, probe } from "../phases/read.ts";
import type { Choice, GateStep, PhaseSpec, ReadStep } from "../phases/spec.ts";
import { execute, settle, verify } from "./attempt.ts";
import { placeOf, Driver, type Drafts, type World } from "./driver.ts";
import type { Place } from "./events.ts";
import { expandPhase } from "./expand.ts";
import { covers } from "./grant.ts";
import { climbQuestion, offered, watch } from "./ladder.ts";
import { next, nextApprovalId, START, type Ref } from "./next.ts";
import type { Question } from "./operator-port.ts";
import { phasePage, startPage, type ApprovalPage } from "./page.ts";
import { previewStep } from "./preview.ts";
import { endOf, scopeOf, type RunState, type TargetState } from "./state.ts";

async function* read(driver: Driver, ref: Ref): Drafts {
  const spec = ref.phase.steps.find(({ id }) => id === ref.slot.step) as ReadStep;
  const scope = scopeOf(driver.state, ref.target);
  if (spec.when !== undefined) {
    const wanted = holds(spec.when, scope);
    if (!wanted.ok) return yield* driver.mark(ref, "failed", `${wanted.error.expression}: ${wanted.error.message}`);
    if (!wanted.value) return yield* driver.mark(ref, "skipped by condition", spec.when);
  }
  const answer = await ask(spec.read, scope, driver.world.ports);
  if (!answer.ok) {
    return yield* driver.mark(
      ref,
      answer.error.kind === "unreachable" ? "unreachable" : "failed",
      answer.error.message,
    );
  }
  const seen = { ...scope, result: answer.value };
  const met = spec.expect === undefined ? { ok: true as const, value: true } : holds(spec.expect, seen);
  if (!met.ok) return yield* driver.mark(ref, "failed", `${met.error.expression}: ${met.error.message}`);
  if (!met.value) {
    const mark = spec.unmet === "refuse" ? "refused" : spec.unmet === "unreachable" ? "unreachable" : "failed";
    return yield* driver.mark(ref, mark, fill(spec.because ?? spec.title, seen), answer.value);
  }
  const kept = keep(spec.facts, seen);
  if (!kept.ok) return yield* driver.mark(ref, "failed", kept.error.message);
  yield* driver.emit("step.read", placeOf(ref), { says: fill(spec.title, seen), facts: kept.value });
}

/** The same wait for several targets, once. A condition leaves a target out of it. */
async function* waitTogether(driver: Driver, refs: readonly Ref[]): Drafts {
  const waiting: Ref[] = [];
  let seconds = 0;
  for (const ref of refs) {
    const spec = ref.phase.steps.find(({ id }) => id === ref.slot.step) as ReadStep;
    const wanted = spec.when === undefined ? null : holds(spec.when, scopeOf(driver.state, ref.target));
    if (wanted !== null && !wanted.ok)
      yield* driver.mark(ref, "failed", `${wanted.error.expression}: ${wanted.error.message}`);
    else if (wanted !== null && !wanted.value) yield* driver.mark(ref, "skipped by condition", spec.when ?? "");
    else {
      waiting.push(ref);
      seconds = spec.read.kind === "wait" ? spec.read.seconds : seconds;
    }
  }
  if (waiting.length > 0) await driver.world.ports.clock.sleep(seconds);
  for (const ref of waiting) yield* driver.emit("step.read", placeOf(ref), { says: ref.slot.title, facts: {} });
}

/** A page and one decision about it. A grant that fits answers first; nobody is asked what it covers. */
async function* approve(driver: Driver, page: ApprovalPage): Drafts {
  const { world, state } = driver;
  const asked = page.sections.flatMap((section) =>
    section.entries.map((entry) => ({ target: section.target, step: entry.step, item_key: entry.item_key })),
  );
  const about = { approval: page.approval, page_digest: page.digest };
  yield* driver.emit(
    "approval.requested",
    { phase: page.phase },
    { ...about, risk: page.risk, typed: page.typed, covers: asked },
  );
  const place = { phase: page.phase };
  const { grant } = world;
  if (grant !== null && covers(grant, page, state.runbook)) {
    const body = { ...about, method: "grant" as const, by: grant.written_by, grant: grant.written_at };
    return yield* driver.emit("approval.given", place, body);
  }
  const answer = await world.operator.approve(page);
  if (answer.kind === "approved") {
    return yield* driver.emit("approval.given", place, { ...about, method: answer.method, by: answer.by, grant: null });
  }
  if (answer.kind === "rejected") {
    yield* driver.emit("approval.rejected", place, { approval: page.approval, says: answer.says });
    return yield* driver.pause("rejected", 4, `not approved: ${page.title}`);
  }
  const why = grant === null ? "there is nobody to ask and no grant" : "the grant does not cover it";
  yield* driver.pause("approval needed", 5, `"${page.title}" needs an approval; ${why}`);
}

/** A question with named choices. `then: stop` is what an unanswered rescue means; an unanswered gate pauses the run. */
async function* choose(
  driver: Driver,
  question: Question,
  places: readonly Place[],
  ownQuestions: readonly string[] = [],
): Drafts {
  const { gate, asks, choices } = question;
  for (const [at, place] of places.entries()) {
    const own = ownQuestions[at] ?? question.question;
    yield* driver.emit("decision.requested", place, { gate, asks, question: own, choices });
  }
  const beforehand = driver.world.decisions[gate];
  const decided = beforehand ?? (await driver.world.operator.choose(question));
  const picked = choices.find(({ id }) => id === decided);
  // "Watch once more", said beforehand, counts once: nobody is there to see that it goes round in circles.
  const key = places[0]?.target;
  const before = driver.state.targets.find((target) => target.key === key)?.decisions[gate];
  const circling = picked?.then === "again" && beforehand !== undefined && before === picked.id;
  if (picked !== undefined && !circling) {
    const method = beforehand === undefined ? ("person" as const) : ("decided beforehand" as const);
    const body = { gate, asks, choice: picked.id, then: picked.then, method };
    for (const place of places) yield* driver.emit("decision.made", place, body);
    return;
  }
  const stop = choices.find(({ then }) => then === "stop");
  if (asks === "rescue" && stop !== undefined) {
    const body = { gate, asks, choice: stop.id, then: stop.then, method: "nobody to ask" as const };
    for (const place of places) yield* driver.emit("decision.made", place, body);
    return;
  }
  const names = choices.map(({ id }) => `--decide ${gate}=${id}`).join(" or ");
  yield* driver.pause("decision needed", 5, `${question.question} Decide with ${names}`);
}

/** A gate for one target, once it is known that it has to be asked there. */
interface Asked {
  readonly ref: Ref;
  readonly question: string;
  readonly choices: readonly Choice[];
}

/** The targets of a gate at which it has to be asked; at the others it is marked as skipped. */
async function* askedAt(driver: Driver, refs: readonly Ref[]): Drafts<Asked[]> {
  const asked: Asked[] = [];
  for (const ref of refs) {
    const spec = ref.phase.steps.find(({ id }) => id === ref.slot.step) as GateStep;
    const scope = scopeOf(driver.state, ref.target);
    const wanted = spec.when === undefined ? null : holds(spec.when, scope);
    if (wanted !== null && !wanted.ok)
      yield* driver.mark(ref, "failed", `${wanted.error.expression}: ${wanted.error.message}`);
    else if (wanted !== null && !wanted.value) yield* driver.mark(ref, "skipped by condition", "nothing to decide");
    else asked.push({ ref, question: fill(spec.question, scope), choices: offered(spec.choices, scope) });
  }
  return asked;
}

/** One decision for all targets at the same gate, as far as they have the same choices; the first alone otherwise. */
async function* gate(driver: Driver, refs: readonly Ref[]): Drafts {
  const asked = yield* askedAt(driver, refs);
  const [first] = asked;
  if (first === undefined) return;
  const ids = (one: Asked): string => one.choices.map(({ id }) => id).join(" ");
  const group = asked.filter((one) => ids(one) === ids(first));
  const question = [...new Set(group.map((one) => one.question))].join("\n");
  const label = group.map(({ ref }) => ref.target.label).join(", ");
  const about: Question = { gate: first.ref.slot.step, asks: "gate", label, question, choices: first.choices };
  yield* choose(
    driver,
    about,
    group.map(({ ref }) => placeOf(ref)),
    group.map((one) => one.question),
  );
}

async function* rescue(driver: Driver, target: TargetState, phase: PhaseSpec): Drafts {
  if (phase.rescue === undefined) throw new Error(`phase ${phase.id} has no rescue`);
  const scope = scopeOf(driver.state, target);
  const choices = offered(phase.rescue.choices, scope);
  const question = `${target.reason}. ${fill(phase.rescue.question, scope)}`;
  const about: Question = { gate: phase.id, asks: "rescue", label: target.label, question, choices };
  yield* choose(driver, about, [{ target: target.key, phase: phase.id }]);
}

async function* climb(driver: Driver, phase: PhaseSpec, targets: readonly TargetState[]): Drafts {
  const { question, choices } = climbQuestion(driver, phase, targets);
  const label = targets.map((target) => target.label).join(", ");
  const places = targets.map((target) => ({ target: target.key, phase: phase.id }));
  yield* choose(driver, { gate: phase.id, asks: "climb", label, question, choices }, places);
}

async function* criterion(driver: Driver, target: TargetState, id: string): Drafts {
  const named = driver.state.runbook.success.find((found) => found.id === id)?.probe ?? "";
  const spec = driver.state.runbook.probes[named];
  if (spec === undefined) throw new Error(`criterion ${id} names no probe`);
  const seen = await probe(spec, scopeOf(driver.state, target), driver.world.ports);
  const body = seen.ok
    ? { criterion: id, holds: seen.value.holds, says: seen.value.says, evidence: seen.value.answer }
    : { criterion: id, holds: false, says: `could not be looked at: ${seen.error.message}`, evidence: null };
  yield* driver.emit("criterion.observed", { target: target.key }, body);
}

/** Exit codes of a run, the gravest first. */
const EXITS = [
  ["in doubt", 3],
  ["stopped", 4],
  ["failed", 1],
  ["criteria not met", 1],
  ["unreachable", 69],
  ["refused", 4],
] as const;

/** The exit code that the ends of all targets make together; 0 only when every one was recovered. */
export function exitOf(state: RunState): number {
  const ends = new Set(state.targets.map(endOf));
  return EXITS.find(([end]) => ends.has(end))?.[1] ?? 0;
}

/** Seconds of real time that evidence may take: a hanging tool must not hold the end of a run up. */
const COLLECT_SECONDS = 20;

/** Collects evidence. A tool that is missing or a script that fails is noted, never a failure of the run. */
async function* collect(driver: Driver, id: string): Drafts {
  const found = driver.state.runbook.finally.find((known) => known.id === id);
  if (found === undefined) throw new Error(`no evidence is named ${id}`);
  const got = await driver.world.ports.script.run(found.script, COLLECT_SECONDS);
  const body = got.ok ? got.value : { exit: null, output: got.error.message, truncated: false };
  yield* driver.emit("evidence.collected", {}, { collect: id, title: found.title, ...body });
}

async function* close(driver: Driver): Drafts {
  const { state } = driver;
  const ends = state.targets.map((target) => ({
    key: target.key,
    label: target.label,
    end: endOf(target),
    says:
      target.reason !== ""
        ? target.reason
        : Object.values(target.criteria)
            .filter((found) => !found.holds)
            .map((found) => found.says)
            .join("; "),
  }));
  yield* driver.emit("run.closed", {}, { exit: exitOf(state), ends });
}

async function* pauseOpen(driver: Driver): Drafts {
  const exit = exitOf(driver.state);
  const open = driver.state.targets.filter(({ status }) => status === "in doubt" || status === "unreachable");
  const says = open.map((target) => `${target.label}: ${target.reason}`).join("; ");
  yield* driver.pause(exit === 3 ? "in doubt" : "unreachable", exit, says);
}

async function* perform(driver: Driver, command: ReturnType<typeof next>): Drafts {
  const { state } = driver;
  switch (command.do) {
    case "start":
      return yield* approve(driver, startPage(state, nextApprovalId(state, START)));
    case "approve":
      return yield* approve(driver, phasePage(state, command.phase.id, nextApprovalId(state, command.phase.id)));
    case "expand":
      return yield* expandPhase(driver, command.target, command.phase);
    case "preview":
      return yield* previewStep(driver, command.ref);
    case "read":
      return yield* read(driver, command.ref);
    case "wait":
      return yield* waitTogether(driver, command.refs);
    case "gate":
      return yield* gate(driver, command.refs);
    case "execute":
      return yield* execute(driver, command.ref);
    case "settle":
      return yield* settle(driver, command.ref);
    case "verify":
      return yield* verify(driver, command.ref);
    case "watch":
      return yield* watch(driver, command.phase, command.targets);
    case "climb":
      return yield* climb(driver, command.phase, command.targets);
    case "rescue":
      return yield* rescue(driver, command.target, command.phase);
    case "end-phase":
      return yield* driver.emit(
        "phase.ended",
        { target: command.target.key, phase: command.phase.id },
        { result: command.result },
      );
    case "criterion":
      return yield* criterion(driver, command.target, command.criterion);
    case "collect":
      return yield* collect(driver, command.collect);
    case "pause":
      return yield* pauseOpen(driver);
    case "close":
      return yield* close(driver);
    case "nothing":
      return undefined;
    default:
      return command satisfies never;
  }
}

/** Drives a run until it is closed or paused. Give each yielded draft's stored event back with `next(stored)`. */
export async function* drive(state: RunState, world: World): Drafts<RunState> {
  const driver = new Driver(state, world);
  for (;;) {
    const command = next(driver.state);
    if (command.do === "nothing") return driver.state;
    if (world.operator.stopRequested())
      yield* driver.pause("interrupted", 130, "stopped by the operator between two steps");
    else yield* perform(driver, command);
  }
}
