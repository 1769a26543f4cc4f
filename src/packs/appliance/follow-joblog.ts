/**
 * Follows a run and writes its progress into the appliance's own JobLog. It never holds the recovery up: what it could
 * not write is counted and said, and since every entry is written under the same ids again, a resume catches up.
 */
import type { JobLogEntry, JobLogPort } from "./connections/joblog/entry.ts";
import type { Follower } from "../../connections/connect.ts";
import type { EventOf, RunEvent } from "../../engine/events.ts";
import type { RunState, TargetState } from "../../engine/state.ts";
import { apply } from "../../engine/apply.ts";
import { countText } from "../../engine/words.ts";
import { eventLines } from "../../engine/event-text.ts";
import { endClaim } from "../../engine/claims/end.ts";
import { endOf } from "../../engine/end.ts";

const about = (state: RunState, target: TargetState, event: RunEvent) => ({
  run_id: state.run_id,
  target: { key: target.key, label: target.label },
  wall_time: event.wall_time,
});

function phaseEntry(state: RunState, target: TargetState, event: RunEvent): JobLogEntry[] {
  const seq = state.runbook.phases.findIndex(({ id }) => id === event.phase_id) + 1;
  const name = event.phase_id ?? "";
  const place = { ...about(state, target, event), seq, name };
  if (event.type === "phase.expanded") return [{ ...place, kind: "phase-started", ...startOf(event.body.skipped) }];
  return event.type === "phase.ended"
    ? [{ ...place, kind: "phase-ended", status: event.body.result === "done" ? "completed" : "failed" }]
    : [];
}

/** `message`: why the phase is skipped; null where it is not. */
const startOf = (message: string | null) =>
  message === null ? { status: "running" as const } : { status: "skipped" as const, message };

const TOLD = new Set<RunEvent["type"]>([
  "step.marked",
  "step.intent",
  "step.outcome",
  "step.reconciled",
  "step.verified",
  "decision.made",
]);

const isStart = (event: RunEvent): boolean => event.type === "approval.given" && event.phase_id === "@start";

const startEntries = (state: RunState, event: RunEvent): JobLogEntry[] =>
  state.targets.map((target) => ({
    ...about(state, target, event),
    kind: "run-started",
    operation: `handrail-${state.runbook.id}`,
  }));

const endEntry = (
  state: RunState,
  target: TargetState,
  event: RunEvent,
  status: "completed" | "failed",
): JobLogEntry => ({
  ...about(state, target, event),
  kind: "run-ended",
  status,
  message: endClaim(state, target).message,
});

const endEntries = (state: RunState, event: EventOf<"run.closed">): JobLogEntry[] =>
  event.body.ends.flatMap(({ key, end }) =>
    state.targets
      .filter((target) => target.key === key)
      .map((target) => endEntry(state, target, event, end === "recovered" ? "completed" : "failed")),
  );

const isFailure = (event: RunEvent): boolean => event.type === "run.paused" && event.body.reason === "failed";

/** Left as failed: whoever reads JobLog must not take it for something that goes on. */
const failureEntries = (state: RunState, event: RunEvent): JobLogEntry[] =>
  state.targets.filter(({ status }) => status === "failed").map((target) => endEntry(state, target, event, "failed"));

/** A run that has not started has nothing in JobLog to be taken up. */
const resumeEntries = (state: RunState, event: RunEvent): JobLogEntry[] =>
  state.targets
    .filter((target) => state.started && endOf(state, target) !== "recovered")
    .map((target) => ({ ...about(state, target, event), kind: "run-resumed" }));

const levelOf = (event: RunEvent): "ERROR" | "INFO" =>
  event.type === "step.marked" && (event.body.mark === "failed" || event.body.mark === "in-doubt") ? "ERROR" : "INFO";

const logEntries = (state: RunState, target: TargetState, event: RunEvent, past: boolean): JobLogEntry[] =>
  (TOLD.has(event.type) ? eventLines(state, event) : []).map((message) => ({
    ...about(state, target, event),
    kind: "log",
    event_id: event.event_id,
    past,
    level: levelOf(event),
    message,
  }));

function targetEntries(state: RunState, event: RunEvent, past: boolean): JobLogEntry[] {
  const target = state.targets.find(({ key }) => key === event.target_key);
  if (target === undefined || !state.started) return [];
  return [...phaseEntry(state, target, event), ...logEntries(state, target, event, past)];
}

/** What one event means to the JobLog. */
function entries(state: RunState, event: RunEvent, past: boolean): JobLogEntry[] {
  if (isStart(event)) return startEntries(state, event);
  if (event.type === "run.closed") return endEntries(state, event);
  if (isFailure(event)) return failureEntries(state, event);
  if (event.type === "run.resumed") return resumeEntries(state, event);
  return targetEntries(state, event, past);
}

/** The table in which an entry makes a row; the others only change one that is there. */
const TABLES: Partial<Record<JobLogEntry["kind"], string>> = {
  "run-started": "job_tracking",
  "phase-started": "job_steps",
  log: "log_events",
};

/** Follows one run; `complain` is told what could not be written. */
export function followJobLog(port: JobLogPort, complain: (text: string) => void): Follower {
  let state: RunState | null = null;
  const queue: JobLogEntry[] = [];
  let lag = 0;
  let reason = "";
  let working: Promise<void> | null = null;
  const sayMissing = (missing: number): void => {
    if (missing > 0)
      complain(
        `the appliance's JobLog is ${countText(missing, "entry", "entries")} behind (${reason || "it is slow"}); the recovery itself is not affected`,
      );
  };
  const rows: Record<string, number> = {};
  const count = (kind: JobLogEntry["kind"]): void => {
    const table = TABLES[kind];
    if (table !== undefined) rows[table] = (rows[table] ?? 0) + 1;
  };
  const work = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const result = await port.mirror(entry);
      if (result.ok) count(entry.kind);
      else {
        lag += 1;
        reason = result.error.message;
      }
    }
    working = null;
  };
  return {
    reader: (event, past) => {
      state = apply(state, event);
      // What is told as it is written down nobody can have been told before.
      queue.push(...entries(state, event, past !== undefined));
      if (queue.length > 0) working ??= work();
    },
    written: () => ({ rows: { ...rows }, behind: lag + queue.length, reason }),
    drain: async () => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, 10_000);
      });
      await Promise.race([working ?? Promise.resolve(), timeout]);
      clearTimeout(timer);
      sayMissing(lag + queue.length);
    },
    leave: () => sayMissing(lag + queue.splice(0).length + (working === null ? 0 : 1)),
  };
}
