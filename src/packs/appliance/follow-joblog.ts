/**
 * Follows a run and writes its progress into the appliance's own JobLog. It never holds the recovery up: what it could
 * not write is counted and said, and since every entry is written under the same ids again, a resume catches up.
 */
import type { JobLogEntry, JobLogPort } from "./connections/joblog/entry.ts";
import type { Follower } from "../../connections/connect.ts";
import type { RunEvent } from "../../engine/events.ts";
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
  if (event.type === "phase.expanded") {
    const isSkipped = event.body.skipped !== null;
    return [
      {
        ...place,
        kind: "phase-started",
        status: isSkipped ? "skipped" : "running",
        ...(isSkipped ? { message: event.body.skipped ?? "" } : {}),
      },
    ];
  }
  if (event.type === "phase.ended") {
    return [{ ...place, kind: "phase-ended", status: event.body.result === "done" ? "completed" : "failed" }];
  }
  return [];
}

const TOLD = new Set<RunEvent["type"]>([
  "step.marked",
  "step.intent",
  "step.outcome",
  "step.reconciled",
  "step.verified",
  "decision.made",
]);

/** What one event means to the JobLog. */
function entries(state: RunState, event: RunEvent): JobLogEntry[] {
  if (event.type === "approval.given" && event.phase_id === "@start") {
    return state.targets.map((target) => ({
      ...about(state, target, event),
      kind: "run-started",
      operation: `handrail-${state.runbook.id}`,
    }));
  }
  if (event.type === "run.closed") {
    return event.body.ends.flatMap(({ key, end }) => {
      const target = state.targets.find((candidate) => candidate.key === key);
      const status = end === "recovered" ? ("completed" as const) : ("failed" as const);
      return target === undefined
        ? []
        : [
            {
              ...about(state, target, event),
              kind: "run-ended" as const,
              status,
              message: endClaim(state, target).message,
            },
          ];
    });
  }
  // Left as failed: whoever reads JobLog must not take it for something that goes on.
  if (event.type === "run.paused" && event.body.reason === "failed")
    return state.targets
      .filter(({ status }) => status === "failed")
      .map((target) => ({
        ...about(state, target, event),
        kind: "run-ended",
        status: "failed",
        message: endClaim(state, target).message,
      }));
  if (event.type === "run.resumed" && state.started)
    return state.targets
      .filter((target) => endOf(state, target) !== "recovered")
      .map((target) => ({ ...about(state, target, event), kind: "run-resumed" }));
  const target = state.targets.find(({ key }) => key === event.target_key);
  if (target === undefined || !state.started) return [];
  const logs = TOLD.has(event.type) ? eventLines(state, event) : [];
  const level =
    event.type === "step.marked" && (event.body.mark === "failed" || event.body.mark === "in doubt")
      ? ("ERROR" as const)
      : ("INFO" as const);
  return [
    ...phaseEntry(state, target, event),
    ...logs.map((message): JobLogEntry => ({
      ...about(state, target, event),
      kind: "log",
      event_id: event.event_id,
      level,
      message,
    })),
  ];
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
  const work = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const result = await port.mirror(entry);
      if (!result.ok) {
        lag += 1;
        reason = result.error.message;
      }
      const table = TABLES[entry.kind];
      if (result.ok && table !== undefined) rows[table] = (rows[table] ?? 0) + 1;
    }
    working = null;
  };
  return {
    reader: (event) => {
      state = apply(state, event);
      queue.push(...entries(state, event));
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
