/**
 * What can go wrong with a statement. Inside this folder it is thrown, since every step of a transaction can fail the
 * same way; the ports turn it into values with {@link failureOf}.
 */
import type { JsonObject } from "../../ports/json.ts";
import { failure, type Failure } from "../../ports/outcome.ts";

type Circumstances = Pick<SqlTrouble, "sent"> & Partial<Pick<SqlTrouble, "code" | "evidence">>;

/** `refused`: the server said no and the connection lives. `lost`: the connection is gone, and what was asked with it. */
export class SqlTrouble extends Error {
  override name = "SqlTrouble";
  readonly kind: "refused" | "lost";
  /** The server's error number, or the code that we give a refusal of our own. */
  readonly code: string | null;
  /** False only when it is certain that the statement never left. */
  readonly sent: boolean;
  /** What was seen before it was refused, for showing. */
  readonly evidence: JsonObject | null;

  constructor(
    kind: SqlTrouble["kind"],
    message: string,
    { code = null, sent: isSent, evidence = null }: Circumstances,
  ) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.sent = isSent;
    this.evidence = evidence;
  }
}

/** A refusal of our own, before or after asking the server. */
export const refuse = (message: string, code: string | null = null, evidence: JsonObject | null = null): SqlTrouble =>
  new SqlTrouble("refused", message, { code, sent: false, evidence });

/** Whether the server, or we, said no to what was asked, and the connection lives. */
export const isRefusal = (error: unknown): error is SqlTrouble =>
  error instanceof SqlTrouble && error.kind === "refused";

/** A node of a Galera cluster that lost its quorum says this to whatever concerns a table, and to every transaction. */
const NO_QUORUM = "1047";

/** Whether a server refused since it is such a node. */
export const isWithoutQuorum = (error: unknown): boolean => isRefusal(error) && error.code === NO_QUORUM;

/** Nothing is asked any more of a connection that its owner has closed. */
export const connectionClosed = (): SqlTrouble =>
  new SqlTrouble("lost", "the connection was closed", { code: "closed", sent: false });

// The server says these and hangs up: shutdown, killed connection, gone away, lost, idle too long.
const FAREWELLS: ReadonlySet<number> = new Set([1053, 1152, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 4031]);
// Refused at the door: the server is there, we are not let in.
const NO_ENTRY: ReadonlySet<number> = new Set([1044, 1045, 1049, 1130, 1698, 1862]);

/** Reads the driver's error. Only an error number of the server proves that the server answered. Throws what is a bug. */
export function troubleOf(error: unknown, redact: (text: string) => string): SqlTrouble {
  if (error instanceof SqlTrouble) return error;
  // A bug of ours is no word of the server's, and not its silence either.
  if (isBug(error)) throw error;
  return driverTrouble(error as DriverError, redact);
}

const driverMessage = (error: DriverError): string => error.message || error.code || String(error);

const hasNeverLeft = ({ message = "" }: DriverError): boolean => /closed state/.test(message);

function driverTrouble(error: DriverError, redact: (text: string) => string): SqlTrouble {
  const text = redact(driverMessage(error));
  const errno = serverErrno(error);
  const code = errno === null ? null : String(errno);
  if (errno !== null && !FAREWELLS.has(errno)) return new SqlTrouble("refused", text, { code, sent: true });
  return new SqlTrouble("lost", text, { code, sent: !hasNeverLeft(error) });
}

interface DriverError {
  readonly errno?: number;
  readonly sqlState?: string;
  readonly code?: string;
  readonly message?: string;
}

/** The number of an error that the server itself told; null for the driver's own and those of the system. */
const serverErrno = ({ errno, sqlState }: DriverError): number | null =>
  typeof errno === "number" && errno >= 1000 && typeof sqlState === "string" ? errno : null;

/** Node's own refusals, of an address say, are such errors too, but they have a code. */
const isBug = (error: unknown): boolean =>
  (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) && !("code" in error);

/** The server's own number, behind its message. */
const numberText = (code: string | null): string => (/^\d+$/.test(code ?? "") ? ` (${code})` : "");

/**
 * What a statement is, tables have or an account may: no database, not allowed in it, no such column, not to be parsed, not
 * allowed on a table or column, no such table, no such routine, not allowed to run it.
 */
const LASTING: ReadonlySet<string | null> = new Set([1044, 1049, 1054, 1064, 1142, 1143, 1146, 1305, 1370].map(String));

/** The failure that a port answers. `purpose` says what was wanted, for the person. */
export function failureOf(error: unknown, purpose: string, redact: (text: string) => string): Failure {
  const trouble = troubleOf(error, redact);
  if (trouble.kind === "lost") {
    return failure("unreachable", `${purpose}: the database does not answer (${trouble.message}).`, trouble.code);
  }
  const kind = NO_ENTRY.has(Number(trouble.code)) ? "unreachable" : "refused";
  const result = failure(kind, `${purpose}: ${trouble.message}${numberText(trouble.code)}`, trouble.code);
  return {
    ...result,
    ...(trouble.evidence === null ? {} : { evidence: trouble.evidence }),
    ...(LASTING.has(trouble.code) ? { isLasting: true as const } : {}),
  };
}
