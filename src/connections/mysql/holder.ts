/**
 * Who holds a run's locks, for another host that is refused. A lock on the server has a name and the id of a connection,
 * and no place for a text; an account without PROCESS sees no user variables, attributes or statements of others. So the
 * holder's name is spelled: one more lock for each half byte, named after the connection, its place and its value. Any
 * account can ask who holds a lock by its name; and what is spelled goes with the connection, however that ends.
 */
import { isWithoutQuorum } from "./trouble.ts";
import type { Holder } from "../../engine/lock-port.ts";
import type { SqlSession } from "./session.ts";

const DIGITS = "0123456789abcdef";
/** Half bytes that are read at once. */
const AT_ONCE = 64;
/** Bytes of a name that are spelled at most: what is longer is cut, and the run and the time stand in front. */
const MOST_BYTES = 200;
const MOST_LOGIN = 40;

/** The lock that stands for one half byte; at most 64 characters, all of them ours. */
const lockOf = (connection: string, place: number, digit: string): string =>
  `handrail:who:${connection}:${place}:${digit}`;

/** As one text; a name that has line breaks in it is not worth a second way of writing. */
function holderText({ run_id, since: startTime, pid, login, host }: Holder): string {
  return [run_id, startTime, String(pid), login.slice(0, MOST_LOGIN), host]
    .map((part) => part.replaceAll("\n", " "))
    .join("\n");
}

function holderOf(text: string): Holder | null {
  const parts = text.split("\n");
  if (parts.length < 5) return null;
  const [run_id = "", startTime = "", pid = "", login = "", host = ""] = parts;
  return { run_id, since: startTime, pid: Number(pid), login, host };
}

const hexOf = (holder: Holder): string => Buffer.from(holderText(holder)).subarray(0, MOST_BYTES).toString("hex");

const number = (connection: string): string => {
  if (/^\d+$/u.test(connection)) return connection;
  throw new Error(`${connection} is no id of a connection`);
};

/** Evaluates expressions for what they do. A node without its quorum takes them as a question alone. */
async function evaluate(session: SqlSession, expressions: readonly string[]): Promise<void> {
  try {
    await session.control(`DO ${expressions.join(", ")}`);
  } catch (error) {
    if (!isWithoutQuorum(error)) throw error;
    await session.control(`SELECT ${expressions.join(", ")}`);
  }
}

/** Spells the holder's name on a connection, before it takes the locks that others may be refused by. */
export async function spell(session: SqlSession, holder: Holder): Promise<void> {
  const connection = number(session.connectionId);
  const locks = Array.from(hexOf(holder), (digit, place) => `GET_LOCK('${lockOf(connection, place, digit)}', 0)`);
  await evaluate(session, locks);
}

/** Takes the name away again. */
export async function unspell(session: SqlSession, holder: Holder): Promise<void> {
  const connection = number(session.connectionId);
  const locks = Array.from(hexOf(holder), (digit, place) => `RELEASE_LOCK('${lockOf(connection, place, digit)}')`);
  await evaluate(session, locks);
}

/** Reads the name that a connection has spelled; null where it has spelled none, as versions before this one. */
export async function readHolder(session: SqlSession, connection: string): Promise<Holder | null> {
  const id = number(connection);
  let hex = "";
  for (let from = 0; from < MOST_BYTES * 2; from += AT_ONCE) {
    const places = Array.from({ length: AT_ONCE }, (_unused, index) => {
      const whens = Array.from(
        DIGITS,
        (digit) => `WHEN IS_USED_LOCK('${lockOf(id, from + index, digit)}') THEN '${digit}'`,
      );
      return `CASE ${id} ${whens.join(" ")} END`;
    });
    const { rows } = await session.control(`SELECT ${places.join(", ")}`);
    const digits = (rows[0] ?? []).map((digit) => (digit === null ? "" : String(digit)));
    const end = digits.indexOf("");
    hex += (end < 0 ? digits : digits.slice(0, end)).join("");
    if (end >= 0) break;
  }
  return holderOf(Buffer.from(hex, "hex").toString());
}

/** From where a connection came, as far as this account may see it: its own are always to be seen. */
export async function clientOf(session: SqlSession, connection: string): Promise<string | null> {
  const { rows } = await session.run("SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = ?", [connection]);
  const host = String(rows[0]?.[0] ?? "").replace(/:\d+$/u, "");
  return host === "" ? null : host;
}
