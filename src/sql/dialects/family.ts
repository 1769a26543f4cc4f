/** What each kind of server has to say of itself, so that reading can be checked for it. */

/** What is known of one kind of server. */
export interface Family {
  readonly name: string;
  /** Functions that only compute, by the version from which on they are built in. */
  readonly functions: Readonly<Record<string, string>>;
  /** Functions that were built in only before a version, by that version. */
  readonly removals: Readonly<Record<string, string>>;
  /** Functions that stop being built in where a space stands before the parenthesis. */
  readonly gaps: string;
  /** Reserved words, not of the other server, behind which a parenthesis is no call. */
  readonly reserved: string;
  /** What may follow SHOW. */
  readonly show: string;
  /** Variables that SET STATEMENT … FOR may set for a read: they bound its work, and none of them opens a gate. */
  readonly settable: string;
  /** The lines that reading sends to such a server. */
  readonly lines: ReadingLines;
}

/** The lines of the reading connection that only one kind of server understands. */
export interface ReadingLines {
  /** Sent once, behind SET SESSION TRANSACTION READ ONLY. `rows` bounds an answer. */
  setup(rows: number): readonly string[];
  /** Whether this session may only read: 1 or 0. */
  readonly readOnly: string;
  /** Gives the names of functions that were loaded into the server, of those in `names`; fails for who may not know. */
  loaded(names: string): string;
  /** The grant that lets an account see what stored functions do. */
  readonly showsRoutines: string;
  /** A condition that tells whether what `loaded` asks keeps books at all. */
  readonly booksKept: string;
}
