/** What a scene is: tables made for it, one change of them, and what somebody else does in between. */
import type { SqlChange } from "../../../src/ports/sql.ts";

/** A trigger of a scene, the table that it is on and the tables that it writes, by `schema.table`. */
export interface TriggerNote {
  readonly name: string;
  readonly table: string;
  readonly writes: readonly string[];
}

/** What somebody else does. */
export interface Interference {
  readonly what: string;
  readonly statements: readonly string[];
}

/** The change that is previewed, applied and taken back. */
export interface SceneChange {
  readonly sql: string;
  /** Bound to the names in it. */
  readonly values?: SqlChange["values"];
  /** The tables that the statement itself changes. */
  readonly touched: readonly string[];
  /** It matches other rows each time it is asked, so that it may drift by itself. */
  readonly moving?: true;
  /** Nothing in it stands against taking it back: no trigger, no cascade, no row that today's rules refuse. */
  readonly plain?: true;
}

export interface Scene extends SceneChange {
  readonly seed: number;
  readonly theme: string;
  /** As root, in this order. */
  readonly setup: readonly string[];
  /** Between the preview and the apply. */
  readonly meanwhile: Interference | null;
  /** Between the apply and the undo, where nothing happened before. */
  readonly since: Interference | null;
  readonly triggers: readonly TriggerNote[];
  readonly teardown: readonly string[];
}

/** The database that a site is connected to; the appliance's account sees no other. */
export const HOME = "migratekit_oma";
