/** What one server understands and another does not: every line that only one of them knows stands in a file of this folder. */
export interface Dialect {
  readonly name: string;
  /** The level at which the session's transactions are isolated, as an expression. */
  readonly level: string;
  /** Behind a SELECT: locks the rows that it reads of the tables with these aliases. */
  locking(aliases: readonly string[]): string;
  /** An INSERT that answers with these expressions over each row that it made; null where a server tells nothing of them. */
  readonly telling: ((insert: string, expressions: readonly string[]) => string) | null;
  /** Whether a text in Unicode holds bytes that no reader takes for characters: the server keeps halves of surrogate pairs. */
  isBroken(text: string): string;
  /** In front of a statement: asks for its plan as rows with the columns `type` and `rows`. */
  readonly explain: string;
  /** The expression of a generated column, as SQL, from what the catalogue says of it. */
  expression(text: string): string;
  /** The same of a column's default; `extra` is what the catalogue says of the column beside its type. */
  fallback(text: string, extra: string): string;
  /** Gives, by counters of this connection, how many rows it has changed and deleted; null where none counts what foreign keys do. */
  readonly counters: string | null;
  /** How a server tells whom it copies from. */
  readonly replica: {
    /** A row for each source; only some accounts may ask. */
    readonly sources: string;
    readonly hostColumn: string;
    readonly portColumn: string;
    /** Gives the name of a counter and how many are copied from just now; everybody may ask. null: there is no such counter. */
    readonly running: string | null;
    /** Each for a replication by its name; '' for the one without. The name holds no quote. */
    status(channel: string): string;
    start(channel: string): string;
    stop(channel: string): string;
  };
}
