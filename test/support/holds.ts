/** A run in which somebody else does something at a chosen moment: nothing is sent after a look that could have seen it. */
import { expect } from "vitest";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import type { OperatorPort } from "../../src/engine/operator-port.ts";
import { apply } from "../../src/engine/apply.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import type { RunState } from "../../src/engine/state.ts";
import { fault } from "../../src/packs/appliance/lab/index.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { crashing, type Crash } from "./crash.ts";
import { keyOf, volumesOf } from "./effects.ts";
import type { Incident } from "./incident.ts";
import { timed } from "./gaps.ts";
import { momentOf, perform, sentSince, type Act, type Moment } from "./strangers.ts";

/** Between two steps, while a page stands, while a change that was sent is awaited. */
export const MOMENTS = ["between two steps", "while a page stands", "while a change is awaited"] as const;
export type When = (typeof MOMENTS)[number];

const VM = "pgtest1";
/** Seconds of the site that every change takes, where one is awaited on purpose. */
const LONG = "20";
/** The pages of the recovery behind the first one. */
const PAGES = 4;

interface Foreign {
  readonly act: Act;
  readonly lab: Incident["lab"];
  readonly volumes: readonly string[];
  at: Moment | null;
  /** Whether it happened behind the look of an effect, whose look or intent was just written: that one may still come. */
  isSlipping: boolean;
  undo: () => void;
}

/** The disk it happens to: for a move one that the run itself has moved, since only those have to stay. */
function diskOf({ act, volumes }: Foreign, drafts: readonly EventDraft[]): string | null {
  if (act !== "volume") return volumes.at(-1) ?? null;
  const seen = drafts.filter(
    ({ type, step_id }) => type === "step.verified" && (step_id === "detach" || step_id === "attach"),
  );
  const begun = drafts.filter(({ type, step_id }) => type === "step.intent" && step_id === "attach");
  const under = begun.filter(({ item }) => !seen.some((one) => one.step_id === "attach" && one.item === item));
  return seen.find(({ item }) => !under.some((one) => one.item === item))?.item ?? null;
}

/** The last word before an effect leaves: what its look saw, where that was news, its intent, and how to take it back. */
const BEHIND_A_LOOK: ReadonlySet<string> = new Set(["hold.looked", "step.intent", "step.undo-prepared"]);

async function happen(foreign: Foreign, drafts: readonly EventDraft[]): Promise<void> {
  const volume = diskOf(foreign, drafts);
  if (volume === null || foreign.at !== null) return;
  foreign.undo = await perform(foreign.lab, foreign.act, volume);
  foreign.isSlipping = BEHIND_A_LOOK.has(drafts.at(-1)?.type ?? "");
  foreign.at = await momentOf(foreign.lab);
}

/** Someone who approves everything; at one of the pages it happens, and the approval crosses with the withdrawal. */
function approver(foreign: Foreign, drafts: readonly EventDraft[], page: number, delay: number): OperatorPort {
  let shown = -1;
  return {
    stop: new AbortController().signal,
    approve: async ({ typed, digest }, withdrawn) => {
      shown += 1;
      if (shown === page) {
        await new Promise((resolve) => setTimeout(resolve, delay));
        await happen(foreign, drafts);
        if (withdrawn?.aborted === false && foreign.at !== null)
          await new Promise((resolve) => withdrawn.addEventListener("abort", resolve, { once: true }));
      }
      return { kind: "approved", method: typed === null ? "key" : "typed", by: "test", digest };
    },
    choose: () => Promise.resolve(null),
    input: () => Promise.resolve(null),
    failed: () => Promise.resolve({ kind: "nobody" }),
  };
}

/** It happens inside the n-th question for the change that is the k-th to be accepted. */
function awaited(foreign: Foreign, drafts: readonly EventDraft[], k: number, n: number): (ports: Ports) => Ports {
  let asked = 0;
  const before = async (): Promise<void> => {
    const accepted = drafts.filter(({ type }) => type === "step.accepted").length;
    if (accepted < k) return;
    asked += 1;
    if (asked >= n) await happen(foreign, drafts);
  };
  return (ports) => ({
    ...ports,
    volume: { ...ports.volume, operation: async (id) => (await before(), ports.volume.operation(id)) },
    cloudstack: { ...ports.cloudstack, job: async (id) => (await before(), ports.cloudstack.job(id)) },
  });
}

const folded = (events: readonly RunEvent[]): RunState | null =>
  events.reduce<RunState | null>((state, event) => apply(state, event), null);

/** Events between which something may happen: from the end of the first looking phase to the last intent. */
export function stepsOf(drafts: readonly EventDraft[], act: Act): number[] {
  const first = drafts.findIndex(
    ({ type, phase_id, step_id }) =>
      (type === "phase.ended" && phase_id === "analyse" && act !== "volume") ||
      (type === "step.verified" && step_id === "detach" && act === "volume"),
  );
  const last = drafts.findLastIndex(({ type }) => type === "step.intent");
  return drafts.flatMap(({ type }, at) => (at >= first && at < last && type !== "step.accepted" ? [at] : []));
}

/** How a trial ended: why it is paused, and what slipped through the gap behind its look. */
export interface Tried {
  readonly reason: string;
  readonly slipped: number;
  readonly at: string;
  /** Milliseconds between the last answer of a look and each change that was handed over. */
  readonly gaps: readonly number[];
}

/** One trial; null when the run ended before it could happen. `pick` chooses the moment; `steps` are those of an undisturbed run. */
export async function tryAct(
  incident: Incident,
  act: Act,
  when: When,
  { pick, steps }: { readonly pick: (below: number) => number; readonly steps: readonly number[] },
): Promise<Tried | null> {
  await incident.world("stuck-virtio");
  const { lab } = incident;
  const key = await keyOf(lab, VM);
  const volumes = (await volumesOf(lab, key)).map(({ id }) => id);
  const foreign: Foreign = { act, lab, volumes, at: null, isSlipping: false, undo: () => undefined };
  const drafts: EventDraft[] = [];
  const k = steps[pick(steps.length)] ?? 0;
  const until = act === "volume" ? volumes.length : 0;
  const kinds: Record<When, Partial<Crash>> = {
    "between two steps": {},
    "while a page stands": {
      operator: approver(foreign, drafts, (until > 0 ? 2 : 1) + pick(until > 0 ? PAGES - 1 : PAGES), pick(300)),
    },
    "while a change is awaited": {
      ports: awaited(foreign, drafts, until + 1 + pick(4 * volumes.length - 1 - until), 1 + pick(5)),
    },
  };
  if (when === "while a change is awaited")
    for (const name of ["daemon-operation-time", "cloudstack-job-time"])
      await fault(lab, name, { seconds: LONG, times: 99 });
  const between = async (event: EventDraft): Promise<void> => {
    drafts.push(event);
    if (when === "between two steps" && drafts.length - 1 === k) await happen(foreign, drafts);
  };
  try {
    // The first event is written by hand, so that both count alike.
    drafts.push({ type: "run.created" } as EventDraft);
    const crash: Crash = { k: Number.POSITIVE_INFINITY, manner: "after", between, ...kinds[when] };
    const gaps: number[] = [];
    const ports = (real: Ports): Ports => timed(crash.ports?.(real) ?? real, gaps);
    const { run } = await crashing(incident, key, {}, { ...crash, ports });
    const last = drafts.at(-1)?.type ?? "";
    const at = `${act} ${when}: ${drafts.length} events, the last ${last}`;
    const state = folded(incident.events(run));
    // A machine that stands still for a second runs into the minute of a detach, sixty times as fast: another moment then.
    if (foreign.at === null && state?.paused?.reason === "in-doubt") return null;
    if (foreign.at === null) throw new Error(`${at}: it did not happen: ${state?.paused?.says ?? ""}`);
    const sent = await sentSince(lab, foreign.at);
    expect(sent.length, `${at}: sent afterwards: ${sent.join(", ")}`).toBeLessThanOrEqual(foreign.isSlipping ? 1 : 0);
    return { reason: state?.paused?.reason ?? `closed ${state?.closed?.exit ?? "?"}`, slipped: sent.length, at, gaps };
  } finally {
    foreign.undo();
  }
}
