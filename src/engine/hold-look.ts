/**
 * Looks at what a run rests on, before every effect and at intervals while something is awaited. What is no longer so stops
 * the run for that target before its next effect; what could not be looked at is unknown, and stops it too.
 */
import { targetNoun } from "../phases/target-noun.ts";
import { EXIT } from "./exit.ts";
import type { Failure } from "../ports/outcome.ts";
import { failure } from "../ports/outcome.ts";
import { probe, type Observation } from "../phases/read.ts";
import { err, type Result } from "../ports/result.ts";
import { canonical } from "../ports/json.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import { isOpen, slotsOf } from "./end.ts";
import { conditionsOf, type Condition } from "./holds.ts";
import { sharedLook } from "./shared-look.ts";
import { scopeOf, isPlanned, type RunState, type TargetState } from "./state.ts";
import { sentence, timeOf } from "./words.ts";

/** Seconds of the site between two looks while something is awaited; in a lab never under a real second. */
const HOLD_S = 5;
const LEAST_REAL_S = 1;
/** Targets that are looked at at the same moment. */
const AT_ONCE = 8;

/** A condition and what was seen of it. */
interface Sight {
  readonly condition: Condition;
  readonly answer: Result<Observation, Failure>;
}

/** Seconds of the site's time between two looks. */
export const holdInterval = ({ world }: Driver): number => Math.max(HOLD_S, LEAST_REAL_S * world.ports.clock.scale);

const targetIn = (state: RunState, key: string): TargetState | undefined =>
  state.targets.find((target) => target.key === key);

/** Whether a target rests on anything now. */
export const restsOnSomething = ({ state }: Driver, keys: readonly string[]): boolean =>
  keys.some((key) => {
    const target = targetIn(state, key);
    return target !== undefined && conditionsOf(state, target).length > 0;
  });

/** Whether the last look at a target is so old that another one is due; one that was never looked at is. */
function isDue(driver: Driver, key: string): boolean {
  const last = driver.looked.get(key);
  return last === undefined || driver.world.ports.clock.since(last) >= holdInterval(driver);
}

/** Looks at everything that these targets rest on. Reads only; each different question is asked once. */
export async function lookAt(driver: Driver, keys: readonly string[]): Promise<Sight[]> {
  const { state, world } = driver;
  const sights: Sight[] = [];
  const portsOf = sharedLook(world.ports, driver.holders);
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const conditions = keys.slice(start, start + AT_ONCE).flatMap((key) => {
      const target = targetIn(state, key);
      if (target === undefined) return [];
      const ports = portsOf();
      return conditionsOf(state, target).map((condition) => ({ condition, ports }));
    });
    const looks = conditions.map(async ({ condition, ports }): Promise<Sight> => {
      const { trouble, target, item, ref, spec } = condition;
      if (trouble !== "") return { condition, answer: err(failure("garbled", `it cannot be asked: ${trouble}`)) };
      const scope = scopeOf(state, target, ref === null ? undefined : item);
      return { condition, answer: await probe(spec, scope, ports) };
    });
    sights.push(...(await Promise.all(looks)));
  }
  for (const key of keys) {
    driver.looked.set(key, world.ports.clock.monoMs());
    const holds = sights.filter((sight) => sight.condition.target.key === key && isSeen(sight));
    driver.seenHolds.set(
      key,
      holds.map(({ condition }) => condition.id),
    );
  }
  return sights;
}

/** Whether a hold of the runbook was seen to hold. */
const isSeen = ({ condition, answer }: Sight): boolean => condition.ref === null && answer.ok && answer.value.holds;

export const isUnknown = ({ answer }: Sight): boolean => !answer.ok;
export const isBroken = ({ answer }: Sight): boolean => answer.ok && !answer.value.holds;

/** What was sent for a target and is not known to have ended, as the end of a sentence. */
function underWay(target: TargetState): string {
  const open = slotsOf(target).filter(isOpen);
  if (open.length === 0) return "; nothing of this run is under way for it";
  const names = open.map(({ title, attempt }) => {
    const id = attempt?.remote ?? null;
    return `"${title}"${id === null ? "" : ` (accepted as ${id})`}`;
  });
  return `. Sent before that was seen: ${names.join(", ")}; its end is waited for, and it is not sent again`;
}

const nextText = ({ runbook }: RunState): string =>
  "Find out who does that; then take the run up again: it looks at this first, and asks anew. Where it will not be so " +
  `again, begin a new run of this ${targetNoun(runbook)}: it goes by what is there now`;

/** Approvals of a target that are of no use any more; those that hold for others stay, and the fold takes the target out. */
function voidApprovals(state: RunState, key: string): string[] {
  const target = targetIn(state, key);
  const resting = new Set(
    (target === undefined ? [] : slotsOf(target)).filter(isPlanned).map(({ approval }) => approval),
  );
  return Object.values(state.approvals)
    .filter(({ id, status, covers }) => {
      if (state.created.batch !== undefined && covers.some((cover) => cover.target !== key)) return false;
      return status === "given" && resting.has(id);
    })
    .map(({ id }) => id);
}

async function* tellBroken(driver: Driver, { condition, answer }: Sight): Drafts<string> {
  if (!answer.ok) throw new Error("what could not be looked at is not broken");
  const { target, id, ref } = condition;
  const { says, answer: evidence, saw } = answer.value;
  if (ref === null) {
    const previous = targetIn(driver.state, target.key)?.holds[id];
    if (previous?.holds !== false || previous.says !== says)
      yield* driver.emit("hold.observed", { target: target.key }, { hold: id, holds: false, says, evidence, saw });
    return says;
  }
  const begin = ref.slot.at;
  const undone = `done at ${timeOf(begin)}, no longer so when it was looked at: ${says}`;
  yield* driver.emit("step.lapsed", placeOf(ref), { since: begin, says: undone, evidence, saw });
  return `"${ref.slot.title}" came undone: ${undone}`;
}

/** Writes down what holds again after it had not, and in a dry run what was seen of each. */
async function* tellHeld(driver: Driver, sights: readonly Sight[]): Drafts {
  for (const { condition, answer } of sights) {
    const { target, id, ref } = condition;
    if (!answer.ok || ref !== null) continue;
    const previous = targetIn(driver.state, target.key)?.holds[id];
    const dry = driver.state.created.dry === true;
    if (!dry && (previous === undefined || previous.holds)) continue;
    if (!dry && !answer.value.holds) continue;
    const { holds, says, answer: evidence, saw } = answer.value;
    yield* driver.emit("hold.observed", { target: target.key }, { hold: id, holds, says, evidence, saw });
  }
}

/** Writes down of which holds something else was seen than the journal has: most of all, that they were looked at. */
async function* tellSeen(driver: Driver, sights: readonly Sight[], key: string): Drafts {
  const earlierHolds = targetIn(driver.state, key)?.holds ?? {};
  const news = sights.filter(isSeen).flatMap(({ condition: { id }, answer }) => {
    const earlier = earlierHolds[id];
    if (!answer.ok) return [];
    const { says, saw } = answer.value;
    const isSame = earlier?.says === says && canonical({ ...earlier.saw }) === canonical({ ...saw });
    return isSame ? [] : [{ hold: id, says, saw }];
  });
  if (news.length > 0) yield* driver.emit("hold.looked", { target: key }, { sights: news });
}

/** Writes down what a look saw to hold, of each target, and nothing else. */
export async function* tellHolding(driver: Driver, sights: readonly Sight[]): Drafts {
  for (const key of new Set(sights.map(({ condition }) => condition.target.key)))
    yield* tellSeen(
      driver,
      sights.filter(({ condition }) => condition.target.key === key),
      key,
    );
}

/**
 * Writes down what a look came to and sets targets aside whose conditions do not hold, or could not be looked at. Gives
 * whether nothing stands in the way of the next effect.
 */
export async function* tell(driver: Driver, sights: readonly Sight[]): Drafts<boolean> {
  yield* tellHeld(driver, sights);
  const dry = driver.state.created.dry === true;
  for (const { key, label } of new Set(sights.map(({ condition }) => condition.target))) {
    const own = sights.filter(({ condition }) => condition.target.key === key);
    yield* tellSeen(driver, own, key);
    const broken = dry ? [] : own.filter(isBroken);
    const expire = voidApprovals(driver.state, key);
    const messages: string[] = [];
    for (const sight of broken) {
      const message = yield* tellBroken(driver, sight);
      // Several holds may break by one and the same thing: it is said once.
      if (!messages.includes(message)) messages.push(message);
    }
    if (messages.length > 0) {
      for (const approval of expire)
        yield* driver.emit(
          "approval.expired",
          {},
          { approval, says: `no longer so for ${label}: ${messages.join("; ")}` },
        );
      const target = targetIn(driver.state, key);
      const changes = target === undefined ? "" : underWay(target);
      const says = `${label}: ${sentence(messages.join("; "))} Nothing more is begun for it${changes}. ${nextText(driver.state)}`;
      driver.lack([key], { reason: "hold-broken", exit: EXIT.stopped, says });
    }
    const unknown = own.find(isUnknown);
    if (unknown !== undefined && messages.length === 0) driver.lack([key], notSeen(unknown));
  }
  return !sights.some((sight) => isUnknown(sight) || (!dry && isBroken(sight)));
}

function notSeen({ condition, answer }: Sight): Parameters<Driver["lack"]>[1] {
  const subject = condition.ref === null ? condition.id : condition.ref.slot.title;
  const reason = answer.ok ? "" : answer.error.message;
  const says = `${condition.target.label}: whether what this run rests on is still so (${subject}) could not be looked at: ${sentence(reason)} Nothing more is begun for it`;
  return { reason: "unreachable", exit: EXIT.unreachable, says };
}

/**
 * Looks before something is begun or asked: where nobody looked in this session, and with `old` where the last look is too
 * old; a dry run looks at each condition once, as soon as it can be asked. Gives whether it may go on.
 */
export async function* lookWhenDue(driver: Driver, keys: readonly string[], old: boolean): Drafts<boolean> {
  const dry = driver.state.created.dry === true;
  const due = keys.filter((key) => dry || (old ? isDue(driver, key) : !driver.looked.has(key)));
  if (!restsOnSomething(driver, due)) return true;
  return yield* tell(driver, await lookAt(driver, due));
}

/**
 * Looks once more, whatever was seen a moment ago: before an effect, and before a step is called failed. Where what the run
 * rests on is no longer so the step did not fail, it was never begun. Gives whether it may go on.
 */
export async function* stillHolds(driver: Driver, key: string): Drafts<boolean> {
  return yield* tell(driver, await lookAt(driver, [key]));
}

/** Looks while a change that was sent is awaited. Only what is broken counts: the next effect looks for itself. */
export async function* lookMeanwhile(driver: Driver, key: string): Drafts {
  if (!isDue(driver, key) || !restsOnSomething(driver, [key])) return;
  const sights = await lookAt(driver, [key]);
  yield* tell(
    driver,
    sights.filter((sight) => !isUnknown(sight)),
  );
}
