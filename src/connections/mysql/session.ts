/** One connection to the server, as whoever asks over it knows it. */
import type { Dialect as Words } from "../../sql/dialects/dialect.ts";
import type { Dialect } from "./dialects/dialect.ts";

export interface Column {
  readonly name: string;
  /** The type number of the protocol. */
  readonly type: number;
  /** True for bytes, as opposed to text. */
  readonly binary: boolean;
}

export interface ResultSet {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows that the statement matched, whether or not they changed. */
  readonly matched: number;
  readonly changed: number;
  readonly warnings: number;
  /** Whether a transaction is open after the statement, as the server says. */
  readonly inTransaction: boolean;
}

/** What else there is to a statement than its text and its values. */
export interface Sending {
  /** Done while the server works. */
  readonly meanwhile?: (() => void) | undefined;
  /** A change whose very text is sent again and again; a question's is believed to be. */
  readonly again?: boolean;
}

export interface SqlSession {
  readonly connectionId: string;
  /** The time zone that it was opened with, as the server names it. */
  readonly zone: string;
  /** Changes are meant to go to this server although it is a replica, as the site's owner says. */
  readonly isReplicaMeant: boolean;
  /** What this server understands otherwise than others do. */
  readonly dialect: Dialect;
  /** The words that this server knows, its built-in functions above all. */
  readonly words: Words;
  /** False from the moment on that the connection is known to be gone. */
  alive(): boolean;
  /** Sends a prepared statement with its values. Throws `SqlTrouble`. */
  run(sql: string, values?: readonly (string | null)[], sending?: Sending): Promise<ResultSet>;
  /** Sends a constant text of ours in one packet: START TRANSACTION, COMMIT, ROLLBACK, SET. */
  control(sql: string): Promise<ResultSet>;
  /** After what may have changed what other texts mean: none is used again as it was understood before. */
  forget(): void;
  close(): Promise<void>;
}

/** Sends a question of ours whose answer is all text, in one packet where it has no values. Throws `SqlTrouble`. */
export const ask = (session: SqlSession, sql: string, values: readonly (string | null)[]): Promise<ResultSet> =>
  values.length === 0 ? session.control(sql) : session.run(sql, values);
