/**
 * The port to the database: statements, what they would do, what they did, and how that is taken back. As with the other
 * ports every method returns its refusals as values, none retries a change and none hides a lost answer.
 */
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";

/** A value bound to a named placeholder. Numbers are refused on purpose: 1 would match the text '1abc'. */
export type SqlValue = string | null | readonly string[];

/** One statement with named placeholders (`:name`), and the values bound to them. */
export interface BoundSql {
  readonly sql: string;
  readonly values: Readonly<Record<string, SqlValue>>;
}

/** Column types a fact can have: integers become `int`, everything else stays `text`; `bool` is tinyint(1) or 0/1. */
export type ColumnType = "text" | "int" | "bool";

export interface RowSet {
  readonly rows: readonly JsonObject[];
}

/** Where a change may reach: the bound is checked against the rows really matched, before anyone is asked. */
export interface Touches {
  readonly table: string;
  readonly rows: { readonly exactly: number } | { readonly at_most: number };
  /**
   * Every matched row must have one of these values in this column: it belongs to the selected targets. null: the
   * change is not bound to targets, which raises its risk.
   */
  readonly within: { readonly column: string; readonly values: readonly string[] } | null;
}

export interface SqlChange extends BoundSql {
  /** The database that it is sent to; the site's first where it is missing, as in journals of before there were several. */
  readonly connection?: string;
  readonly touches: Touches;
  /** Where one statement changes several tables: the contracts of the others. */
  readonly also?: readonly Touches[];
  /** May be carried out although it has no preview; only a person who typed a name can have approved that. */
  readonly blind?: boolean;
  /** For an undo: the keys of all rows that it is about. Those that do not match are conflicts. */
  readonly expects?: readonly (readonly string[])[];
  /** The session's zone while it runs, where its values are instants; without it the one that any client has. */
  readonly zone?: "UTC";
}

/** One column of one row: texts as the server stores them, bytes as hexadecimal, null for NULL or no row. */
export interface CellDiff {
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The server, a clock or chance decides the value at commit: what is shown is only an example of it. */
  readonly at_commit?: true;
}

export interface RowDiff {
  readonly key: readonly string[];
  /** Where the change gives the row another key. */
  readonly new_key?: readonly string[];
  readonly cells: readonly CellDiff[];
}

/** One column over all rows of a change. */
export interface ColumnDiff {
  readonly column: string;
  readonly rows: number;
  readonly at_commit: boolean;
  /** How many different changes there are, and the commonest of them. */
  readonly different: number;
  readonly commonest: readonly {
    readonly before: string | null;
    readonly after: string | null;
    readonly rows: number;
  }[];
}

/** What a change does to the rows of one table. */
export interface TableDiff {
  readonly verb: "update" | "delete" | "insert";
  /** Rows that really change; the other matched ones stay as they are. */
  readonly changed: number;
  readonly unchanged: number;
  /** The first rows, only their changing columns. All rows are in `columns` and in the keys. */
  readonly rows: readonly RowDiff[];
  readonly columns: readonly ColumnDiff[];
  /** sha256 over every row before, and over every row after but for what is decided at commit. */
  readonly before: string;
  readonly after: string;
}

/**
 * Something that happens beside the statement's own rows: a trigger, a cascade. `unseen`: foreign keys that this account
 * may not see; `history`: rows that the server keeps of a system-versioned table.
 */
export interface SideEffect {
  readonly kind: "trigger" | "cascade" | "more rows" | "unknown" | "unseen" | "history";
  readonly says: string;
  readonly table: string;
  /** Rows that it reaches, where that could be counted. */
  readonly rows: number | null;
}

export interface UndoNotice {
  readonly kind: "complete" | "partial" | "none";
  readonly why: readonly string[];
}

/** Rows as they are now, every column as text: for showing beside a preview, never part of it. */
export interface RowsNow {
  readonly columns: readonly string[];
  /** One for each key that was asked for; null where no row has it. */
  readonly rows: readonly ((string | null)[] | null)[];
}

/** What a change would do to one table: the rows by their keys, and their columns before and after. */
export interface TablePreview {
  /** Its name, with its database in front where that is not the connection's own. */
  readonly table: string;
  /** The foreign keys that reach these rows; missing for rows of the statement itself. */
  readonly by?: readonly string[];
  readonly key_columns: readonly string[];
  /** One entry for each matched row: its key values as text, in the order of `key_columns`. */
  readonly keys: readonly (readonly string[])[];
  readonly matched: number;
  /** Missing in journals of before the rows were shown. */
  readonly diff?: TableDiff;
}

/** What a change would do, observed under locks and rolled back. The digest is what an approval is bound to. */
export interface ChangePreview extends TablePreview {
  /** sha256 of server, statement, values, keys and rows. */
  readonly digest: string;
  /** The other tables of a change to several, then what foreign keys reach, table by table. */
  readonly others?: readonly TablePreview[];
  /** sha256 of all that the catalogue says of these tables: columns, keys, triggers, and who points at them. */
  readonly catalogue?: string;
  /** The clock has a say in which rows match: those that match only later are left alone. */
  readonly timed?: true;
  readonly effects?: readonly SideEffect[];
  readonly undo?: UndoNotice;
  /** Why there is no preview; nothing else in it means anything then. */
  readonly blind?: string;
  /** Why this change asks for more than its kind does: each raises the risk to `destroy`. */
  readonly raises?: readonly string[];
  /** For an undo: rows that were changed since, and stay as they are. */
  readonly conflicts?: readonly (readonly string[])[];
}

/** How a change is taken back: statements that touch only rows which still are as the change left them, in order. */
export interface Undo extends UndoNotice {
  readonly changes: readonly SqlChange[];
  /** What is no statement on rows: a change of another kind, with its request. Missing where there is none. */
  readonly requests?: readonly { readonly kind: string; readonly title: string; readonly request: JsonObject }[];
  /** sha256 of `changes`: a journal that had to take a secret out of them no longer has this one. */
  readonly sha256: string;
}

/** Which attempt a change is: what the comment in front of it names, for the binary log and the process list. */
export interface SqlTag {
  readonly run: string;
  readonly step: string;
  readonly attempt: string;
  /** The connection that the intent names: on any other one the change could not be fenced, so it is not sent there. */
  readonly connection_id?: string;
}

export interface ServerIdentity {
  readonly hostname: string;
  readonly port: string;
  readonly version: string;
  readonly database: string;
  readonly user: string;
  /** sha256 of what names the server, shortened to 16 hex digits. */
  readonly fingerprint: string;
}

/** Takes the undo of a change before it is committed; true once it is kept for certain. */
export type KeepUndo = (undo: Undo) => Promise<boolean>;

export interface SqlPort {
  identity(): Promise<Result<ServerIdentity, Failure>>;
  /** Runs a statement known to be a pure read on the read-only connection; refuses anything else without sending it. */
  read(query: BoundSql, columns: Readonly<Record<string, ColumnType>>): Promise<Result<RowSet, Failure>>;
  /**
   * Tries the change out on the writer connection, under locks: the rows that it and foreign keys reach, before and after,
   * and whether its undo brings them back. Rolls all of it back.
   */
  preview(change: SqlChange): Promise<Result<ChangePreview, Failure>>;
  /**
   * Locks again, compares with what was approved, runs the statement's narrowing once and compares what it did. `keep` is
   * given the undo while the transaction is still open; only when it answers true is it committed.
   */
  apply(change: SqlChange, preview: ChangePreview, tag: SqlTag, keep?: KeepUndo): Promise<Outcome>;
  /**
   * After a lost answer: takes the run's lock again (the fence), sees that the old connection is gone, and looks at the
   * approved rows by their keys: all as before (not applied), all as they were to become (applied), else unknown. Reads only.
   */
  settle(change: SqlChange, preview: ChangePreview, intent: JsonObject): Promise<Outcome>;
  /** What an intent has to remember to be settled later: the writer's connection id and the server's fingerprint. */
  beforeIntent(): Promise<Result<JsonObject, Failure>>;
}
