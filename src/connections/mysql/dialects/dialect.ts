/** What one server understands and another does not: every line that only one of them knows stands in a file of this folder. */
export interface Dialect {
  readonly name: string;
  /** Behind a SELECT: locks the rows that it reads of the tables with these aliases. */
  locking(aliases: readonly string[]): string;
  /** An INSERT that answers with these expressions over each row that it made. */
  telling(insert: string, expressions: readonly string[]): string;
  /** Whether a text in Unicode holds bytes that no reader takes for characters: the server keeps halves of surrogate pairs. */
  isBroken(text: string): string;
  /** How a server tells whom it copies from. */
  readonly replica: {
    /** A row for each source; only some accounts may ask. */
    readonly sources: string;
    readonly hostColumn: string;
    readonly portColumn: string;
    /** Gives the name of a counter and how many are copied from just now; everybody may ask. */
    readonly running: string;
  };
}
