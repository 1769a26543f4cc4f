/**
 * What the first events of a run hold, worked out from the events alone and in the plainest way: no fold and no claim of
 * Handrail's is asked. Readers are held against it.
 */
import type { RunEvent } from "../../src/engine/events.ts";

export interface Look {
  readonly holds: boolean;
  /** null where the answer was no list. */
  readonly count: number | null;
  readonly noneExpected: boolean;
}

export interface Sent {
  readonly target: string;
  /** `open`: nobody knows its end. `unseen`: it is done, and was not seen to have worked. `ended`: its end is known. */
  readonly end: "open" | "unseen" | "ended";
}

export interface Held {
  readonly run: string;
  readonly targets: readonly { readonly key: string; readonly label: string }[];
  readonly closed: number | null;
  readonly paused: number | null;
  readonly dry: boolean;
  /** By target and criterion, `TARGET CRITERION`: the newest look. */
  readonly looks: ReadonlyMap<string, Look>;
  /** By step, `TARGET/PHASE/STEP/ITEM`: its newest attempt. */
  readonly sent: ReadonlyMap<string, Sent>;
  /** Changes that were seen to work after they were sent. */
  readonly made: number;
  /** By step: whether it was taken back wholly. */
  readonly undone: ReadonlyMap<string, boolean>;
  /** Rows that an undo was to take back and could not, since somebody had changed them. */
  readonly left: number;
  readonly ways: number;
  readonly given: number;
  readonly asked: number;
  readonly settled: number;
  readonly counted: boolean;
  readonly ids: ReadonlySet<string>;
}

const stepOf = ({ target_key, phase_id, step_id, item }: RunEvent): string =>
  [target_key, phase_id, step_id, item].join("/");

class Reading {
  looks = new Map<string, Look>();
  sent = new Map<string, Sent>();
  seen = new Set<string>();
  undone = new Map<string, boolean>();
  left = new Map<string, number>();
  closed: number | null = null;
  paused: number | null = null;

  look(event: Extract<RunEvent, { type: "criterion.observed" }>): void {
    const { criterion, holds, saw, evidence } = event.body;
    const count = saw === undefined ? (Array.isArray(evidence) ? evidence.length : null) : saw.count;
    const look = { holds, count, noneExpected: saw !== undefined && saw.none_expected !== null };
    this.looks.set(`${event.target_key} ${criterion}`, look);
  }

  attempt(event: RunEvent): void {
    const step = stepOf(event);
    const target = event.target_key ?? "";
    const end = (how: Sent["end"]): void => void (this.sent.has(step) && this.sent.set(step, { target, end: how }));
    switch (event.type) {
      case "step.previewed": {
        const conflicts = event.body.preview?.["conflicts"];
        this.left.set(step, Array.isArray(conflicts) ? conflicts.length : 0);
        return;
      }
      case "step.intent":
        this.sent.set(step, { target, end: "open" });
        this.seen.delete(step);
        return;
      case "step.outcome":
      case "step.reconciled": {
        const { kind } = event.body.outcome;
        return end(kind === "unknown" ? "open" : kind === "applied" ? "unseen" : "ended");
      }
      case "step.verified":
        if (event.body.holds) {
          end("ended");
          if (this.sent.has(step)) this.seen.add(step);
        }
        return;
      case "operator.resolved":
        return end("ended");
      case "step.marked": {
        const { mark } = event.body;
        if (mark === "undone" || mark === "undone-in-part") this.undone.set(step, mark === "undone");
        else if (mark === "in-doubt") end("open");
        else end("ended");
        return;
      }
      default:
    }
  }
}

/** Reads the first events of one run. */
export function heldIn(events: readonly RunEvent[]): Held {
  const [first] = events;
  if (first?.type !== "run.created") throw new Error("a run begins with run.created");
  const reading = new Reading();
  const count = (...types: readonly RunEvent["type"][]): number =>
    events.filter(({ type }) => types.includes(type)).length;
  for (const event of events) {
    if (event.type === "run.closed") reading.closed = event.body.exit;
    if (event.type === "run.paused") reading.paused = event.body.exit;
    if (event.type === "run.resumed") {
      reading.paused = null;
      reading.looks.clear(); // what was seen before a pause is no word about now
    }
    if (event.type === "criterion.observed") reading.look(event);
    reading.attempt(event);
  }
  return {
    run: first.run_id,
    targets: first.body.targets,
    closed: reading.closed,
    paused: reading.paused,
    dry: first.body.dry === true,
    looks: reading.looks,
    sent: reading.sent,
    made: reading.seen.size,
    undone: reading.undone,
    left: [...reading.left].reduce((sum, [step, rows]) => sum + (reading.seen.has(step) ? rows : 0), 0),
    ways: events.filter((event) => event.type === "step.undo-prepared" && event.body.undo.kind !== "none").length,
    given: count("approval.given"),
    asked: count("approval.requested"),
    settled: count("step.reconciled", "operator.resolved"),
    counted: count("joblog.written") > 0,
    ids: new Set(events.map(({ event_id }) => event_id)),
  };
}

/** The criteria of a target that were seen to hold, of something. */
export const metOf = ({ looks }: Held, target: string): string[] =>
  [...looks].flatMap(([at, { holds, count, noneExpected }]) =>
    at.startsWith(`${target} `) && holds && (count !== 0 || noneExpected) ? [at.slice(target.length + 1)] : [],
  );

/** Whether a target has a change that nobody knows the end of. */
export const isOpen = ({ sent }: Held, target: string): boolean =>
  [...sent.values()].some((each) => each.target === target && each.end === "open");

/** Whether a target has a change whose end was not seen: sent, or done and not yet looked at. */
export const isUnseen = ({ sent }: Held, target: string): boolean =>
  [...sent.values()].some((each) => each.target === target && each.end !== "ended");
