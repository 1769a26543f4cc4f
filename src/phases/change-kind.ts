/**
 * What every kind that changes something declares about that and has to be able to do. The engine carries out any of them in
 * the same order: request → preview → prepare → intent (engine) → dispatch → poll → verify, and settle after a lost answer.
 * Every reader is told by the kind itself: none guesses from the shape of a request.
 */
import type { DiffOptions } from "./diff-lines.ts";
import type { RowTable } from "./diff-table.ts";
import type { Fields } from "./field.ts";
import type { Scope } from "./expression.ts";
import type { Json, JsonObject } from "../ports/json.ts";
import type { Failure, Outcome } from "../ports/outcome.ts";
import type { Dispatched, Held } from "../ports/dispatch.ts";
import type { Ports } from "../ports/ports.ts";
import type { SqlTag } from "../ports/sql.ts";
import type { Result } from "../ports/result.ts";
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

/** How a change is taken back, as far as it is known before it is done. */
export interface WayBack {
  /**
   * `complete`, `partial`: by `handrail undo`. `other`: not by Handrail, by other means. `none`: by nothing. `unseen`: known
   * once it was previewed.
   */
  readonly kind: "complete" | "partial" | "none" | "other" | "unseen";
  readonly why: readonly string[];
}

/** Before there is a preview that shows it. */
export const UNSEEN: WayBack = {
  kind: "unseen",
  why: ["its preview, before it is carried out, shows whether it can be taken back"],
};

/** What a change does to one thing, for counting: rows of a table with a verb, or one request with none (`verb` ''). */
export interface EffectPart {
  readonly what: string;
  readonly verb: string;
  readonly count: number;
}

/**
 * How the effect shows afterwards. `rows`: by the rows themselves. `effect`: seeing it proves that it happened, as with
 * what was detached. `state`: a state that may have been there before, so that seeing it proves the effect only where it
 * was seen not to be there right before the intent. `none`: what was changed looks as it did before, as with what was reverted.
 */
export type Trace = "rows" | "effect" | "state" | "none";

export interface ChangeKind<S extends ChangeSpec> {
  /** Its operations by `op`, with the fields of each; the operation '' where it has none. */
  readonly forms: Readonly<Record<string, Fields>>;
  /** Seconds that Handrail waits for an accepted change where a step names no limit. */
  readonly limit: number;
  /** The most seconds between two polls; the first ones come sooner. */
  readonly every: number;
  /** Whom it asks, as in "waiting for …". */
  readonly counterpart: string;
  /** What its `settle` looks at, as in "looked at after a lost answer: …". */
  readonly looks: string;
  /** The least risk this change has; a runbook may raise it, never lower it. */
  risk(spec: S): Risk;
  /** The change without values, for `explain` and grants: one line for each part of it. */
  outline(spec: S): readonly string[];
  /** The canonical request with its real values. Pure. */
  request(spec: S, scope: Scope): Result<JsonObject, RequestError>;
  /** One plain sentence: what will happen to what. */
  describe(request: JsonObject): string;
  /** The exact request as it will be sent, safe lines. */
  requestLines(request: JsonObject): readonly string[];
  /** Whether Handrail worded a request itself, of which nobody reads more in it than its preview shows. Missing: it did not. */
  isOwn?(request: JsonObject): boolean;
  /** Whether Handrail itself keeps what takes it back, so that a runbook need not say why nothing does. Missing: it does not. */
  keepsUndo?(spec: S): boolean;
  /** How it is taken back. `preview` is null before there is one. */
  wayBack(spec: S, preview: JsonObject | null): WayBack;
  /** What the change would do, observed and rolled back; null or `{none: true, …}` where only its contract can be shown. */
  preview(request: JsonObject, ports: Ports): Promise<Result<JsonObject | null, Failure>>;
  /** A preview as safe lines; also what else was seen where there is none. */
  previewLines(preview: JsonObject, options: DiffOptions): readonly string[];
  /** The same as a table, where that says all of its rows; null where it does not. */
  previewTable?(preview: JsonObject): RowTable | null;
  /** What of a preview has to be the same for an approval of it to stand: without what a clock or chance decides. */
  seal(preview: JsonObject): Json;
  /** What it does, counted. */
  effects(request: JsonObject, preview: JsonObject | null): readonly EffectPart[];
  /** What an intent must remember so that a lost answer can be traced. */
  prepare(request: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>>;
  /** Hands the change over, exactly once. What is held is done but not committed: its undo has to be kept first. */
  dispatch(attempt: Attempt, ports: Ports): Promise<Dispatched | Held>;
  /**
   * Whether its dispatch leaves nothing behind before its undo was kept, so that its intent need not be on the disk before
   * that. Missing: it may.
   */
  holds?(request: JsonObject, preview: JsonObject | null): boolean;
  /** Looks at an accepted change: its outcome, or null while it is still going. */
  poll(id: string, request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>>;
  /**
   * After a lost answer, a crash, a word that proves nothing, or a limit: reads until it knows. Gives the id under which
   * the change is still going, or how it ended, by what was seen. `unknown` when no read can tell.
   */
  settle(attempt: Attempt, ports: Ports): Promise<Dispatched>;
  /**
   * What a person does outside to make the change, line by line. Nothing is sent then: the person is asked how it went.
   * Missing where Handrail makes it.
   */
  instructions?(request: JsonObject): readonly string[];
  /** How the effect of a request shows afterwards; one word where that is the same for every request. */
  readonly trace: Trace | ((request: JsonObject) => Trace);
  /**
   * Codes that a step's `errors` name are a clear no of the other side, by the runbook's word: nothing was done. Without it
   * the kind itself tells which are.
   */
  readonly refusesByErrors?: true;
  /**
   * For effects that leave no trace: whether one that was confirmed at `time` (ISO 8601) still stands, as a sentence that
   * says by what that was seen; null where something came after it, or nothing can be said.
   */
  stands?(request: JsonObject, time: string, ports: Ports): Promise<Result<string | null, Failure>>;
  /** For what goes back to an earlier state: its time, ISO 8601 UTC, '' where nobody could look; null for other requests. */
  goesBackTo?(request: JsonObject, preview: JsonObject | null): string | null;
}

/** How the effect of a request shows afterwards. */
export const traceOf = ({ trace }: Pick<ChangeKind<ChangeSpec>, "trace">, request: JsonObject): Trace =>
  typeof trace === "function" ? trace(request) : trace;

/** Whether the effect of some request may be seen nowhere afterwards, so that only who saw it done knows of it. */
export const mayLeaveNothing = ({ trace }: Pick<ChangeKind<ChangeSpec>, "trace">): boolean =>
  typeof trace === "function" || trace === "none";
