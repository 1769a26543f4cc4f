/** The limits of time that a run is under: of changes that are awaited, and of rungs that are watched. Pure; the time is given. */
import { slotsOf } from "./end.ts";
import type { RunState, TargetState } from "./state.ts";

/** From so much of its time on little of it is left. */
const LITTLE_LEFT = 0.8;

/** How much of a limited time is used: enough is left, little is left, it is up. */
export type Usage = "within" | "little-left" | "up";

/** When so many seconds of the site's time are over that began at a wall time, in wall milliseconds. */
export const limitMs = ({ created }: RunState, begin: string, seconds: number): number =>
  Date.parse(begin) + (seconds * 1000) / created.site.scale;

/** How much is used of the time between a beginning and its limit. */
export function usageOf(begin: string, endMs: number, nowMs: number): Usage {
  const beginMs = Date.parse(begin);
  if (nowMs >= endMs) return "up";
  return nowMs - beginMs >= (endMs - beginMs) * LITTLE_LEFT ? "little-left" : "within";
}

function usagesOf(state: RunState, target: TargetState, nowMs: number): Usage[] {
  const waits = slotsOf(target).flatMap(({ status, attempt, at: begin }) =>
    status === "waiting" && attempt !== null ? [usageOf(begin, limitMs(state, begin, attempt.limit), nowMs)] : [],
  );
  const rungs = Object.values(target.phases).flatMap(({ rung }) => {
    if (rung === null || rung.result !== null) return [];
    const { entered_wall: begin, box } = rung;
    return [usageOf(begin, limitMs(state, begin, box), nowMs)];
  });
  return [...waits, ...rungs];
}

/** A text that differs from an earlier one of the same state once a limit was crossed in between. */
export const usageText = (state: RunState, nowMs: number): string =>
  state.targets.map((target) => usagesOf(state, target, nowMs).join(" ")).join(",");
