/**
 * What a kind of step declares about itself, wholly: how its steps are written, what it may look at and what it may change.
 * Schema, types of expressions, lint, `explain`, the approval document, the run screen and the docs are made of this; no
 * other list of kinds stands anywhere. A kind is one file and one row: of the core in `kinds/`, of a product in its pack.
 */
import type { Json } from "../ports/json.ts";
import type { Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import type { Result } from "../ports/result.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { Scope } from "./expression.ts";
import type { Fields } from "./field.ts";
import type { ChangeSpec, ReadSpec } from "./spec.ts";

/** One question that a step or a probe can put, which changes nothing. */
export interface ReadForm<S extends ReadSpec> {
  readonly fields: Fields;
  /** The CEL type of its answer, which is `result` in the expressions beside it; `rows`: rows of the declared `columns`. */
  readonly answer: string;
  /** Whom it asks. null: nobody; it compares what was read before, or lets time pass. */
  readonly counterpart: string | null;
  /** The question in one line, without values, for `explain`. */
  outline(spec: S): string;
  /** Puts the question. One that could not be asked or answered is a failure, never an empty answer. */
  ask(spec: S, scope: Scope, ports: Ports): Promise<Result<Json, Failure>>;
  /**
   * Seconds of the site's time that it only lets pass. The targets of a run wait together, the screen shows it as a wait, and a
   * pause cuts it short: none of that holds for a time that `ask` sleeps.
   */
  waitS?(spec: S): number;
}

/** What a connection of a site leads to, by the key that it has in the configuration. */
export type ConnectionKind = "mysql" | "http" | "programs";

export interface StepKind {
  /** What it is for, one sentence. */
  readonly summary: string;
  /** Its questions by `op`; '' for one that has none. */
  readonly reads: Readonly<Record<string, ReadForm<ReadSpec>>>;
  readonly change: ChangeKind<ChangeSpec> | null;
  /** The kind of connection that a step's `connection` names; missing where it names none. */
  readonly connection?: ConnectionKind;
  /** What connection a step lacks on a site, as a sentence; null where it has it. Missing where it needs none. */
  lacks?(spec: object, ports: Ports): string | null;
  /** The types of rows that its questions answer with: CEL type name to fields and their CEL types. */
  readonly rows?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where steps name a `command` and no `op`: the commands that only look, and under which `op` such a question stands. */
  readonly lists?: { readonly op: string; readonly commands: RegExp };
}
