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
  /** The id under which the other side took it; null where none is known. */
  readonly remote: string | null;
  /** What was known of its end so far: an outcome that is unknown, or null. */
  readonly known: Extract<Outcome, { kind: "unknown" }> | null;
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
   * After a lost answer, a crash, a word that proves nothing, or a limit: reads until it knows. Gives the id under which
   * the change is still going, or how it ended, by what was seen. `unknown` when no read can tell.
   */
  settle(attempt: Attempt, ports: Ports): Promise<Dispatched>;
  /** Whether seeing the effect proves that it happened: a detached volume does, a reverted one looks like before. */
  shownByVerify(request: JsonObject): boolean;
  /**
   * For effects that leave no trace: whether one that was confirmed at `since` (ISO 8601) still stands, as a sentence that
   * says by what that was seen; null where something came after it, or nothing can be said.
   */
  stands?(request: JsonObject, since: string, ports: Ports): Promise<Result<string | null, Failure>>;
  /** The most seconds between two polls; the first ones come sooner. */
  readonly every: number;
}
