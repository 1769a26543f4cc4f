/** Where a change points: its tables and keys, the SELECT of the rows it would hit, and the statement held to such rows. */
import type { BoundSql, Touches } from "../../../ports/sql.ts";
import type { Anatomy } from "../../../sql/anatomy.ts";
import { bindNamed } from "../../../sql/bind.ts";
import type { LexMode } from "../../../sql/token.ts";
import { refuse } from "../trouble.ts";
import type { ColumnInfo } from "./columns.ts";
import type { Row } from "./row.ts";
import type { TableTarget } from "./targets.ts";

/** The code of a refusal that somebody's writing may have caused: rows that only a subquery reads are not locked. */
export const UNSETTLED = "unsettled";

/** More rows of one table than this are not previewed. */
export const MOST_KEYS = 10_000;

/** A statement with its placeholders filled in order. */
export interface Ready {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

/** Keys of one table. */
export type Keys = readonly (readonly string[])[];

export interface Aim {
  readonly verb: "UPDATE" | "DELETE" | "INSERT";
  /** The changed tables; the first is the one that the change declares. */
  readonly targets: readonly TableTarget[];
  readonly touches: readonly Touches[];
  /** The keys of each target's matching rows and what becomes of them; without its locks. null for an INSERT. */
  readonly select: Ready | null;
  /** The same with every column behind them; null where several tables are named. */
  readonly whole: Ready | null;
  /** What the server's plan is asked of. */
  readonly planQuery: Ready;
  /** The statement as it may be sent: it can change no rows but those of the targets that have these keys. */
  narrow(keys: readonly Keys[]): Ready;
  /** Whether only one table is named: then the server's count of matched rows has to be ours. */
  readonly single: boolean;
  /** Whether the statement reads nothing but its one table. */
  readonly readsOnlyItsTable: boolean;
  /** Whether the clock has a say in which rows are meant. */
  readonly timed: boolean;
  /** Every token of it but the head. */
  readonly tokens: Anatomy["tokens"];
  /** How the keys of an INSERT's rows come to be known; null for the other verbs. */
  readonly making: Making | null;
}

/** How the keys of the new rows come to be known. */
export type Making =
  /** The server tells them along with its answer. */
  | { readonly by: "server" }
  /** The server numbers the rows by itself, above every key that was there. */
  | { readonly by: "number"; readonly key: ColumnInfo }
  /** They are known beforehand, as those of rows that come back. */
  | { readonly by: "keys"; readonly keys: readonly Row[] }
  /** By a look at the table before and after; `named` asks for the rows of a large one, where the statement names their keys. */
  | { readonly by: "look"; readonly named: Ready | null };

/** Binds by name. Throws `SqlTrouble` for a name without a value, an empty list and the like. */
export function ready({ sql, values }: BoundSql, mode: LexMode): Ready {
  const bound = bindNamed(sql, values, mode);
  if (!bound.ok) throw refuse(`The statement cannot be bound: ${bound.error.message}.`, bound.error.kind);
  return { sql: bound.value.sql, values: bound.value.values as readonly (string | null)[] };
}
