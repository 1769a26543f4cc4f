/**
 * What every kind of change has to be able to do, so that the engine can carry out any of them in the same order:
 * request → preview → prepare → intent (engine) → dispatch → poll → verify, and settle after a lost answer.
 */
import type { Scope } from "./expression.ts";
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Dispatched, Held, Ports } from "./ports.ts";
import type { SqlTag } from "./sql-port.ts";
import type { Result } from "./result.ts";
import type { ChangeSpec, Risk } from "./spec.ts";

/** Why a request could not be made from a step: an expression of the runbook had no fitting value. */
export interface RequestError {
  readonly message: string;
}

/** Everything a dispatched attempt is known by. `prepared` was in the intent, so it survives a crash. */
export interface Attempt {
  readonly request: JsonObject;
  readonly preview: JsonObject | null;
  readonly prepared: JsonObject;
  readonly tag: SqlTag;
}

export interface ChangeKind<S extends ChangeSpec> {
  /** The least risk this change has; a runbook may raise it, never lower it. */
  risk(spec: S): Risk;
  /** The canonical request with its real values. Pure. */
  request(spec: S, scope: Scope): Result<JsonObject, RequestError>;
  /** One plain sentence: what will happen to what. */
  describe(request: JsonObject): string;
  /** What cannot be taken back, or null. */
  cannotUndo(request: JsonObject): string | null;
  /** What the change would do, observed and rolled back; null where only its contract can be shown. */
  preview(request: JsonObject, ports: Ports): Promise<Result<JsonObject | null, Failure>>;
  /** What an intent must remember so that a lost answer can be traced. */
  prepare(request: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>>;
  /** Hands the change over, exactly once. What is held is done but not committed: its undo has to be kept first. */
  dispatch(attempt: Attempt, ports: Ports): Promise<Dispatched | Held>;
  /** Looks at an accepted change: its outcome, or null while it is still going. */
  poll(id: string, request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>>;
  /**
   * After a lost answer or a crash, with no id known: reads until it knows. Gives the id under which the change
   * is going, or how it ended. `unknown` when no read can tell.
   */
  settle(attempt: Attempt, ports: Ports): Promise<Dispatched>;
  /** Whether seeing the effect proves that it happened: a detached volume does, a reverted one looks like before. */
  shownByVerify(request: JsonObject): boolean;
  /** The most seconds between two polls; the first ones come sooner. */
  readonly every: number;
}
