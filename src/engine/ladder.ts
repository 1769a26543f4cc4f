/**
 * Ladders: a rung is watched inside its time box, each target leaves when its own test holds, and only the rest climb.
 * Climbing is always a decision, made once for all that are left, with the failed test as evidence.
 */
import { EXIT } from "./exit.ts";
import { fill, holds, type Scope } from "../phases/expression.ts";
import { probe } from "../phases/read.ts";
import type { Choice, PhaseSpec, RungSpec } from "../phases/spec.ts";
import type { Drafts, Driver } from "./driver.ts";
import { scopeOf, type RungState, type TargetState } from "./state.ts";

const current = (driver: Driver, target: TargetState): TargetState =>
  driver.state.targets.find(({ key }) => key === target.key) ?? target;

/** Seconds of the site's time since the rung was entered. After a reboot the boot clock began anew: wall time serves. */
export function elapsedSeconds(driver: Driver, rung: RungState): number {
  const { clock } = driver.world.ports;
  const mono = clock.monoMs() - rung.entered_mono;
  const wall = Date.parse(driver.world.wallTime()) - Date.parse(rung.entered_wall);
  return ((mono >= 0 && rung.boot_id === driver.world.bootId ? mono : Math.max(0, wall)) / 1000) * clock.scale;
}

function rungOf(phase: PhaseSpec): RungSpec {
  if (phase.rung === undefined) throw new Error(`phase ${phase.id} is no rung`);
  return phase.rung;
}

/** Why a watch cannot come true any more, or null while it can. */
async function givenUp(driver: Driver, phase: PhaseSpec, target: TargetState): Promise<string | null> {
  const spec = driver.state.runbook.probes[rungOf(phase).fails_when ?? ""];
  if (spec === undefined) return null;
  const observation = await probe(spec, scopeOf(driver.state, target), driver.world.ports);
  return observation.ok && observation.value.holds ? observation.value.says : null;
}

async function* look(driver: Driver, phase: PhaseSpec, target: TargetState): Drafts {
  const spec = driver.state.runbook.probes[rungOf(phase).done_when];
  if (spec === undefined) throw new Error(`rung ${phase.id} is watched by no probe`);
  const place = { target: target.key, phase: phase.id };
  const observation = await probe(spec, scopeOf(driver.state, target), driver.world.ports);
  const says = observation.ok ? observation.value.says : `could not be looked at: ${observation.error.message}`;
  if (observation.ok && observation.value.holds)
    return yield* driver.emit("rung.ended", place, { result: "done", says });
  const failure = await givenUp(driver, phase, target);
  if (failure !== null) return yield* driver.emit("rung.ended", place, { result: "timed-out", says: failure });
  const rung = current(driver, target).phases[phase.id]?.rung ?? null;
  if (rung !== null && elapsedSeconds(driver, rung) >= rung.box) {
    // Nobody saw that it did not react: the box is used up, but what it brought is not known.
    if (!observation.ok) {
      const message = `the time of "${phase.title}" is up for ${target.label}, and its last look got no answer: ${observation.error.message}`;
      return driver.lack([target.key], { reason: "unreachable", exit: EXIT.unreachable, says: message });
    }
    return yield* driver.emit("rung.ended", place, { result: "timed-out", says });
  }
  if (rung !== null && rung.says !== says) yield* driver.emit("rung.observed", place, { holds: false, says });
}

/** Watches a rung for some targets, until each has reacted or its box is used up. One round; the loop comes back. */
export async function* watch(driver: Driver, phase: PhaseSpec, targets: readonly TargetState[]): Drafts {
  const { box, every } = rungOf(phase);
  for (const target of targets) {
    if (current(driver, target).phases[phase.id]?.rung === null) {
      yield* driver.emit("rung.entered", { target: target.key, phase: phase.id }, { box });
    }
  }
  for (const target of targets) yield* look(driver, phase, target);
  const rests = targets.flatMap((target) => {
    const rung = current(driver, target).phases[phase.id]?.rung ?? null;
    return rung === null || rung.result !== null ? [] : [rung.box - elapsedSeconds(driver, rung)];
  });
  const { ports, operator } = driver.world;
  if (rests.length > 0) await ports.clock.sleep(Math.max(0.05, Math.min(every, ...rests)), operator.stop);
}

/** The choices that are offered to a target, their titles filled. */
export function openChoices(choices: readonly Choice[], scope: Scope): Choice[] {
  return choices
    .filter(({ when: condition }) => {
      const verdict = condition === undefined ? null : holds(condition, scope);
      return verdict === null || (verdict.ok && verdict.value);
    })
    .map(({ id, title, then: course, when: condition }) => ({
      id,
      title: fill(title, scope),
      then: course,
      ...(condition === undefined ? {} : { when: condition }),
    }));
}

/** What the decision about a timed-out rung is asked with: the evidence of every target that did not react. */
export function climbQuestion(
  driver: Driver,
  phase: PhaseSpec,
  targets: readonly TargetState[],
): { question: string; choices: Choice[] } {
  const { climb } = rungOf(phase);
  const labelsBySight = new Map<string, string[]>();
  for (const target of targets) {
    const says = target.phases[phase.id]?.rung?.says ?? "";
    labelsBySight.set(says, [...(labelsBySight.get(says) ?? []), target.label]);
  }
  // What was seen alike is said once.
  const evidence = [...labelsBySight].map(([says, labels]) => `Seen of ${labels.join(", ")}: ${says}`);
  const scopes = targets.map((target) => scopeOf(driver.state, target));
  const [first] = scopes;
  if (first === undefined) throw new Error("nobody is left to climb");
  const everywhere = scopes.map((scope) => new Set(openChoices(climb.choices, scope).map(({ id }) => id)));
  const choices = openChoices(climb.choices, first).filter(({ id }) => everywhere.every((ids) => ids.has(id)));
  return { question: [fill(climb.question, first), ...evidence].join("\n"), choices };
}
