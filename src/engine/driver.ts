/** A run under way: its state, its world, and the one way to add to either. */
import type { Json } from "../ports/json.ts";
import type { Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import { apply } from "./apply.ts";
import type { Bodies, Mark, PauseReason } from "./bodies.ts";
import { asRunEvent, isDeferred } from "./event-table.ts";
import { draft, type EventType, type Place } from "./events.ts";
import type { Grant } from "./grant.ts";
import type { EventDraft, JournalEvent } from "./journal-port.ts";
import type { LockPort } from "./lock-port.ts";
import type { Ref } from "./command.ts";
import { stopCause, type OperatorPort } from "./operator-port.ts";
import { sharedHolders } from "./shared-look.ts";
import type { RunState } from "./state.ts";

/** `--decide STEP=CHOICE` and `--decide TARGET:STEP=CHOICE`, for each target: its key to gate to choice. */
export type Decisions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Everything a run reaches the world through, and what was decided beforehand. */
export interface World {
  readonly ports: Ports;
  readonly locks: LockPort;
  readonly operator: OperatorPort;
  readonly grant: Grant | null;
  /** What was decided beforehand: key of a target to gate to choice. */
  readonly decisions: Decisions;
  /** A new attempt id, unique for ever. */
  readonly newId: () => string;
  /** ISO 8601 UTC, and the boot it is measured in: for time boxes that outlive a process. */
  readonly wallTime: () => string;
  readonly bootId: string;
}

/** What one course of a run yields: an event, and nothing further until that is stored and folded. */
export type Drafts<T = void> = AsyncGenerator<EventDraft, T, void>;

type Paused = Bodies["run.paused"];

/** How a step is marked that could not go on for a failure: whoever was not reached has refused nothing. */
export const markOf = ({ kind }: Failure): "unreachable" | "failed" =>
  kind === "unreachable" ? "unreachable" : "failed";

/** A run under way: the state so far and the one way to add to it. */
export class Driver {
  state: RunState;
  readonly world: World;
  /** Why the run pauses as soon as nothing is under way any more. */
  pausing: Paused | null = null;
  /** Why it pauses once nothing is left that can go on without an answer. */
  lacking: Paused | null = null;
  /** Targets that wait for an answer which nobody here can give. */
  readonly heldKeys = new Set<string>();
  /** Target key to the reading of the boot clock at the last look at what it rests on, in this session. */
  readonly looked = new Map<string, number>();
  /** Target key to the ids of the holds that this look saw to hold. */
  readonly seenHolds = new Map<string, readonly string[]>();

  /** One walk of the process table for all looks that come up at the same moment. */
  readonly holders: Ports["process"]["holders"];

  constructor(state: RunState, world: World) {
    this.state = state;
    this.world = world;
    this.holders = sharedHolders(world);
  }

  /** Yields an event; goes on when it is stored and folded, and is on the disk where its type, or who calls, says so. */
  async *emit<T extends EventType>(type: T, place: Place, body: Bodies[T], deferred = isDeferred(type)): Drafts {
    const event = draft(this.state.run_id, type, place, body);
    yield deferred ? { ...event, deferred } : event;
  }

  async *mark(ref: Ref, mark: Mark, says: string, evidence: Json = null): Drafts {
    yield* this.emit("step.marked", placeOf(ref), { mark, says, evidence });
  }

  /** Marks a step whose other side answered with a failure, in that failure's own words. */
  fail(ref: Ref, failure: Failure): Drafts {
    return this.mark(ref, markOf(failure), failure.message);
  }

  /** Folds what was stored, in its order. */
  fold(events: readonly JournalEvent[]): void {
    for (const event of events) this.state = apply(this.state, asRunEvent(event));
  }

  /** Lets what is under way come to its end and pauses then. The first reason counts. */
  pause(reason: PauseReason, exit: number, says: string): void {
    this.pausing ??= { reason, exit, says };
  }

  /** Pauses a question that was given up because the run was asked to stop. False when it was not: then it is an answer. */
  stopped(question: string): boolean {
    const cause = stopCause(this.world.operator);
    if (cause === null) return false;
    this.pause("interrupted", cause.exit, `stopped by ${cause.by} while it waited for an answer: ${question}`);
    return true;
  }

  /** Sets targets aside that need an answer; the run pauses when the others are done. */
  lack(targets: readonly string[], pause: Paused): void {
    this.lacking ??= pause;
    for (const target of targets) this.heldKeys.add(target);
  }
}

/** The place of a slot's events. */
export function placeOf(ref: Ref, attempt?: string): Place {
  const place = { target: ref.target.key, phase: ref.phase.id, step: ref.slot.step, item: ref.slot.item_key };
  return attempt === undefined ? place : { ...place, attempt };
}
