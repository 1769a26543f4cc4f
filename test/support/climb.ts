/** A climb for one stuck failover that dies at a chosen event, and what has to be right after its resumes. */
import { expect } from "vitest";
import { slotsOf } from "../../src/engine/end.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import { crashing, folded, resumed, type Crash, type Manner } from "./crash.ts";
import { done, effects, expectRecovered, expectRestUntouched } from "./effects.ts";
import type { Incident } from "./incident.ts";
import { beforeWith, expectCompleted, injections, stuckOnes, type Stuck } from "./ladder.ts";

export const COMPLETE = ["way=release", "ending=complete"];
export const ABANDON = ["way=plan", "nudge=release", "ending=abandon"];
export const WHOLE_PLAN = ["way=plan", "nudge=advance", "advance=release", "ending=abandon"];
export const INJECTED = ["way=plan", "nudge=advance", "advance=inject", "inject=release", "ending=abandon"];
type Was = Awaited<ReturnType<typeof beforeWith>>;

/** A fresh world with one stuck failover to climb for; four more hang beside it. */
export async function fresh(incident: Incident): Promise<{ one: Stuck; was: Was }> {
  await incident.world("stuck-virtio:alive");
  const [one] = await stuckOnes(incident.lab, ["pgtest1"]);
  if (one === undefined) throw new Error("nobody is stuck");
  return { one, was: await beforeWith(incident.lab, [one.key]) };
}

/** Nothing happened twice, nobody unknown wrote, and the other engines still hang. */
export async function expectOnce(incident: Incident, run: string): Promise<void> {
  const all = await effects(incident.lab);
  const hits = [...new Set(all.map(({ what }) => what))].flatMap((what) =>
    done(all, what)
      .filter((id) => id !== "")
      .map((id) => `${what} ${id}`),
  );
  const ours = all.flatMap(({ what, entry }) => (entry.by === "handrail" ? [what] : []));
  const ended = incident
    .events(run)
    .flatMap((event) =>
      event.type === "step.outcome" && event.step_id === "end-process" && event.body.outcome.kind === "applied"
        ? [String(event.item)]
        : [],
    );
  for (const list of [hits, ours, ended]) expect(list.filter((one, at) => list.indexOf(one) !== at)).toEqual([]);
  expect(all.filter(({ entry }) => entry.by === "unknown")).toEqual([]);
  expect(injections(incident.lab).length).toBeGreaterThanOrEqual(8);
}

export async function expectEnd(incident: Incident, decide: readonly string[], one: Stuck, was: Was): Promise<void> {
  if (decide.includes("ending=complete")) await expectCompleted(incident.lab, one, was);
  else await expectRecovered(incident.lab, one.key, [one.job]);
  await expectRestUntouched(incident.lab, was);
  expect(injections(incident.lab)).toHaveLength(8);
}

/** The steps of a run whose end nobody knows, each with what it is about. */
const doubts = (events: readonly RunEvent[]): string[] =>
  (folded(events)?.targets ?? []).flatMap((target) =>
    slotsOf(target).flatMap(({ step, item_key: item, status }) => (status === "in-doubt" ? [`${step} ${item}`] : [])),
  );

/** One crash and its resumes. Gives the last exit code, with what was right about it checked. */
export async function survive(
  incident: Incident,
  decide: readonly string[],
  crash: Crash,
): Promise<{ exit: number; run: string }> {
  const { one, was } = await fresh(incident);
  const { run, drafts } = await crashing(incident, one.key, { decide }, crash);
  const exit = (await resumed(incident, one.key, { decide })).at(-1)?.exit ?? -1;
  await expectOnce(incident, run);
  if (exit === 0) await expectEnd(incident, decide, one, was);
  else await expectRestUntouched(incident.lab, was);
  const last = drafts.at(-1);
  // Only what it died at may be in doubt.
  expect(doubts(incident.events(run))).toEqual(exit === 3 ? [`${last?.step_id} ${last?.item}`] : []);
  return { exit, run };
}

/** The events of a climb that nothing disturbs, to choose crashes from. */
export async function undisturbed(incident: Incident, decide: readonly string[]): Promise<readonly EventDraft[]> {
  const { one } = await fresh(incident);
  const { drafts } = await crashing(incident, one.key, { decide }, { k: Number.POSITIVE_INFINITY, manner: "after" });
  return drafts;
}

/** The event is durable and what it announces did not happen; or what it tells of happened and the line was lost. */
const mannerOf = (event: EventDraft): Manner =>
  event.type === "step.intent" || event.type === "rung.entered" ? "after" : "unwritten";

export function moments(drafts: readonly EventDraft[], wanted: (event: EventDraft) => boolean): Crash[] {
  return drafts.flatMap((event, at) => (wanted(event) ? [{ k: at + 1, manner: mannerOf(event) }] : []));
}

export const around = ({ type }: EventDraft): boolean => /^step\.(intent|accepted|outcome)$/u.test(type);
export const ofStep =
  (...steps: string[]) =>
  (event: EventDraft): boolean =>
    around(event) && steps.includes(event.step_id ?? "");

/** The events that a climb wrote until it paused, or until one that it is stopped at. */
export async function undisturbedRun(
  incident: Incident,
  decide: readonly string[],
  stop: (event: EventDraft) => boolean,
  between?: (event: EventDraft) => Promise<void>,
): Promise<RunEvent[]> {
  const { one } = await fresh(incident);
  const until: Crash = {
    k: Number.POSITIVE_INFINITY,
    manner: "after",
    stop,
    ...(between === undefined ? {} : { between }),
  };
  const { run } = await crashing(incident, one.key, { decide }, until);
  return incident.events(run);
}
