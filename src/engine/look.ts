/** What a run does that only looks: reads of the runbook, waits, success criteria, evidence. */
import { waitSecondsOf } from "../phases/kinds/index.ts";
import { EXIT } from "./exit.ts";
import { fill, holds } from "../phases/expression.ts";
import { ask, keep, probe } from "../phases/read.ts";
import type { ReadStep } from "../phases/spec.ts";
import { stillHolds } from "./hold-look.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Ref } from "./command.ts";
import { scopeOf, type TargetState } from "./state.ts";

const specOf = ({ phase, slot }: Ref): ReadStep => phase.steps.find(({ id }) => id === slot.step) as ReadStep;

/** Whether the condition of a step holds, if it has one; marks the step where it does not. */
async function* isAsked(driver: Driver, ref: Ref): Drafts<boolean> {
  const { when: condition } = specOf(ref);
  if (condition === undefined) return true;
  const verdict = holds(condition, scopeOf(driver.state, ref.target));
  if (!verdict.ok) yield* driver.mark(ref, "failed", `${verdict.error.expression}: ${verdict.error.message}`);
  else if (!verdict.value) yield* driver.mark(ref, "skipped-by-condition", condition);
  return verdict.ok && verdict.value;
}

/** Carries one looking step out and keeps its facts. */
export async function* read(driver: Driver, ref: Ref): Drafts {
  const spec = specOf(ref);
  const scope = scopeOf(driver.state, ref.target);
  if (!(yield* isAsked(driver, ref))) return;
  const answer = await ask(spec.read, scope, driver.world.ports);
  if (!answer.ok) return yield* driver.fail(ref, answer.error);
  const inner = { ...scope, result: answer.value };
  const met = spec.expect === undefined ? { ok: true as const, value: true } : holds(spec.expect, inner);
  if (!met.ok) return yield* driver.mark(ref, "failed", `${met.error.expression}: ${met.error.message}`);
  if (!met.value) {
    if (!(yield* stillHolds(driver, ref.target.key))) return;
    const mark = spec.unmet === "refuse" ? "refused" : spec.unmet === "unreachable" ? "unreachable" : "failed";
    return yield* driver.mark(ref, mark, fill(spec.because ?? spec.title, inner), answer.value);
  }
  const facts = keep(spec.facts, inner);
  if (!facts.ok) return yield* driver.mark(ref, "failed", facts.error.message);
  yield* driver.emit("step.read", placeOf(ref), { says: fill(spec.title, inner), facts: facts.value });
}

/** The same wait for several targets, once. A condition leaves a target out of it. */
export async function* waitTogether(driver: Driver, refs: readonly Ref[]): Drafts {
  const waiting: Ref[] = [];
  let seconds = 0;
  for (const ref of refs) {
    if (!(yield* isAsked(driver, ref))) continue;
    waiting.push(ref);
    seconds = waitSecondsOf(specOf(ref).read) ?? seconds;
  }
  const { ports, operator } = driver.world;
  // A wait that was cut short was no wait: it begins anew when the run is taken up.
  if (waiting.length > 0 && !(await ports.clock.sleep(seconds, operator.stop))) return;
  for (const ref of waiting) yield* driver.emit("step.read", placeOf(ref), { says: ref.slot.title, facts: {} });
}

/** Observes one success criterion. */
export async function* criterion(driver: Driver, target: TargetState, id: string): Drafts {
  const probeId = driver.state.runbook.success.find((entry) => entry.id === id)?.probe ?? "";
  const spec = driver.state.runbook.probes[probeId];
  if (spec === undefined) throw new Error(`criterion ${id} names no probe`);
  const observation = await probe(spec, scopeOf(driver.state, target), driver.world.ports);
  if (!observation.ok) {
    // No answer is neither yes nor no: the run waits, and a resume looks again.
    const says = `${target.label}: success criterion ${id} could not be looked at: ${observation.error.message}`;
    return driver.lack([target.key], { reason: "unreachable", exit: EXIT.unreachable, says });
  }
  const { holds, says, answer, saw } = observation.value;
  const body = { criterion: id, holds, says, evidence: answer, saw: { ...saw } };
  yield* driver.emit("criterion.observed", { target: target.key }, body);
}

/** Seconds of real time that evidence may take: a hanging tool must not hold the end of a run up. */
const COLLECT_SECONDS = 20;

/** Collects evidence. A tool that is missing or a script that fails is noted, never a failure of the run. */
export async function* collect(driver: Driver, id: string): Drafts {
  const entry = driver.state.runbook.finally.find((script) => script.id === id);
  if (entry === undefined) throw new Error(`no evidence is named ${id}`);
  const got = await driver.world.ports.script.run(entry.script, COLLECT_SECONDS);
  const body = got.ok ? got.value : { exit: null, output: got.error.message, truncated: false };
  yield* driver.emit("evidence.collected", {}, { collect: id, title: entry.title, ...body });
}
