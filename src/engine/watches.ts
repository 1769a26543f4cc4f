/**
 * What a run asks again while it goes on, and what was seen of it: its holds, finished steps that have to stay so, the test of
 * a rung, the end of a change that was accepted. Made of the state alone: what nobody looked at is said to be so. Pure.
 */
import { fill } from "../phases/expression.ts";
import { findRead } from "../phases/kinds/index.ts";
import { sawText } from "../phases/saw.ts";
import type { Hold, PhaseSpec } from "../phases/spec.ts";
import { changeStep } from "./change-spec.ts";
import { stepClaim } from "./claims/step.ts";
import { slotsOf } from "./end.ts";
import { limitMs } from "./limits.ts";
import { conditionsOf, demandOf, type Condition } from "./holds.ts";
import { counterpartOf } from "./slot-text.ts";
import { scopeOf, type Glimpse, type HoldSight, type RunState, type Slot, type TargetState } from "./state.ts";

/** How what is watched stands, those that need somebody first. */
export const WATCH_STANDINGS = [
  "broken",
  "awaited",
  "timed-out",
  "unseen",
  "holds",
  "reacted",
  "ahead",
  "past",
  "waived",
] as const;
export type WatchStanding = (typeof WATCH_STANDINGS)[number];

/** One question that is asked again. */
export interface Watch {
  readonly standing: WatchStanding;
  readonly wanted: string;
  /** Whom it asks, as in "asks the database"; null where it compares what was read before. */
  readonly source: string | null;
  /** What was seen, at the look that first saw it so; null while the journal has no look. */
  readonly seen: Glimpse | null;
  /** The time of the newest look that the journal proves; null while it has none. */
  readonly looked: string | null;
  /** What was seen before that was something else. */
  readonly before: Glimpse | null;
  /** When its time is up, in wall milliseconds; null where it has none. */
  readonly untilMs: number | null;
  /** Why nothing was seen, or is asked no more; of what is to come or waived when it is asked; '' else. */
  readonly note: string;
}

const NOTHING = { seen: null, looked: null, before: null, untilMs: null, note: "" } as const;

/** What a probe wants, and whom it asks. */
function questionOf(state: RunState, target: TargetState, probe: string): Pick<Watch, "wanted" | "source"> {
  const spec = state.runbook.probes[probe];
  if (spec === undefined) return { wanted: probe, source: null };
  return { wanted: fill(spec.title, scopeOf(state, target)), source: findRead(spec.read)?.counterpart ?? null };
}

const titleOf = ({ runbook }: RunState, id: string): string => {
  const phase = runbook.phases.find((entry) => entry.id === id);
  return phase === undefined ? id : phase.title;
};

/** What was seen of a hold: one that holds is told by what was looked at, its own words are what is wanted. */
function glimpseOf({ holds, says, saw, at }: HoldSight): Glimpse {
  const sight = sawText(saw);
  return { says: holds ? sight || "it is so" : says, at };
}

function holdWatch(state: RunState, target: TargetState, hold: Hold): Watch {
  const { demand, trouble } = demandOf(state, target, hold);
  const sight = target.holds[hold.id];
  const base = { ...NOTHING, ...questionOf(state, target, hold.probe) };
  if (demand === "ahead")
    return { ...base, standing: "ahead", note: `from the end of "${titleOf(state, hold.from)}" on` };
  if (demand === "waived") return { ...base, standing: "waived", note: `only where ${hold.when ?? ""}` };
  if (sight === undefined)
    return demand === "past"
      ? { ...base, standing: "past", note: "the journal has no look at it" }
      : { ...base, standing: "unseen", note: trouble || "the journal has no look at it yet" };
  const before = sight.before === null ? null : glimpseOf(sight.before);
  const standing = !sight.holds ? "broken" : demand === "past" ? "past" : "holds";
  const note = demand === "past" ? `no longer asked since "${titleOf(state, hold.until ?? "")}" acts` : "";
  return { ...base, standing, seen: glimpseOf(sight), looked: sight.looked, before, note };
}

/** A finished step that has to stay as it is: its verification is what was seen of it, a person's word is not. */
function stepWatch(state: RunState, { spec, target, item }: Condition, slot: Slot): Watch {
  const wanted = fill(spec.title, scopeOf(state, target, item));
  const base = { ...NOTHING, wanted, source: findRead(spec.read)?.counterpart ?? null };
  if (stepClaim(slot).basis !== "observation")
    return { ...base, standing: "unseen", note: "not looked at by this run" };
  return { ...base, standing: "holds", seen: { says: slot.reason, at: slot.at }, looked: slot.at };
}

const stepWatches = (state: RunState, target: TargetState): Watch[] =>
  conditionsOf(state, target).flatMap((condition) =>
    condition.ref === null ? [] : [stepWatch(state, condition, condition.ref.slot)],
  );

const lapseWatches = (state: RunState, target: TargetState): Watch[] =>
  slotsOf(target)
    .filter(({ mark }) => mark === "lapsed")
    .map(({ title, step, reason, at }) => {
      const seen = { says: reason, at };
      const probe = changeStep(state.runbook, step)?.verify ?? "";
      const base = { ...NOTHING, ...questionOf(state, target, probe), wanted: `stays done: ${title}` };
      return { ...base, standing: "broken", seen, looked: at };
    });

const RUNG_STANDINGS = { done: "reacted", "timed-out": "timed-out" } as const;

function rungWatch(state: RunState, target: TargetState, { id, rung: spec }: PhaseSpec): Watch[] {
  const rung = target.phases[id]?.rung ?? null;
  if (rung === null || spec === undefined) return [];
  const { seen, before, result } = rung;
  const standing = result === null ? "awaited" : RUNG_STANDINGS[result];
  const untilMs = result === null ? limitMs(state, rung.entered_wall, rung.box) : null;
  const note = seen === null ? "the journal has no look at it yet" : "";
  const question = questionOf(state, target, spec.done_when);
  return [{ ...NOTHING, ...question, standing, seen, looked: seen?.at ?? null, before, untilMs, note }];
}

/** A change that the other side accepted: its end is asked for until its limit. */
const waitWatches = (state: RunState, target: TargetState): Watch[] =>
  slotsOf(target).flatMap(({ status, title, step, at, attempt }) => {
    if (status !== "waiting" || attempt === null) return [];
    const seen = { says: `accepted as ${attempt.remote ?? ""}`, at };
    const base = { ...NOTHING, wanted: `ends well: ${title}`, source: counterpartOf(state.runbook, step) };
    return [{ ...base, standing: "awaited", seen, looked: at, untilMs: limitMs(state, at, attempt.limit) }];
  });

/** All that is watched of one target, what needs somebody first. */
export function watchesOf(state: RunState, target: TargetState): readonly Watch[] {
  const watches = [
    ...lapseWatches(state, target),
    ...waitWatches(state, target),
    ...state.runbook.phases.flatMap((phase) => rungWatch(state, target, phase)),
    ...(state.runbook.holds ?? []).map((hold) => holdWatch(state, target, hold)),
    ...stepWatches(state, target),
  ];
  return WATCH_STANDINGS.flatMap((standing) => watches.filter((watch) => watch.standing === standing));
}

/** Whether a run watches anything, as cheap as it can be told. */
export const isWatching = ({ runbook, targets }: RunState): boolean =>
  (runbook.holds ?? []).length > 0 ||
  runbook.phases.some(({ rung, steps }) => rung !== undefined || steps.some((step) => "stays_until" in step)) ||
  targets.some((target) => slotsOf(target).some(({ status }) => status === "waiting"));
