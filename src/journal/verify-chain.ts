/** Checks events against their chain: storage classes, order, links, hashes. */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type Database from "better-sqlite3";
import { PREFIX } from "./chain.ts";
import { EVENT_COLUMNS } from "./schema.ts";

/** An event that was looked at. */
export interface ChainCheck {
  readonly seq: number;
  /** In hexadecimal; empty when there is none. */
  readonly hash: string;
  readonly body: string;
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
}

/** Where a chain begins, or goes on from: a hash in hexadecimal. */
export interface ChainStart {
  readonly seq: number;
  readonly hash: string;
}

/**
 * The text that `hashFields` hashes, put together by SQLite itself: each column with its storage class as it is stored.
 * So a text that became a blob gives another hash, and only four values of each row have to cross into JavaScript.
 */
const FIELDS = EVENT_COLUMNS.filter((column) => column !== "body" && column !== "hash")
  .map(
    (column) => `CASE typeof(${column}) WHEN 'text' THEN 't' || octet_length(${column}) || ':' || ${column}
 WHEN 'null' THEN 'n' WHEN 'integer' THEN 'i' || ${column} || ';'
 WHEN 'blob' THEN 'b' || octet_length(${column}) || ':' || lower(hex(${column})) ELSE 'r' END`,
  )
  .join(" || ");
const BODY = "iif(typeof(body) = 'text', body, NULL)";
const DIGESTS = `iif(typeof(body_sha256) = 'blob' AND typeof(prev) = 'blob' AND typeof(hash) = 'blob',
 lower(hex(body_sha256)) || lower(hex(prev)) || lower(hex(hash)), NULL)`;

type Row = [seq: unknown, fields: string, body: string | null, digests: string | null];

const PAGE = 1000;
const HEX = 64;

/** Checks all events after `from`, in order; `size` of them are read at a time. */
export function* checkChain(db: Database.Database, from: ChainStart, size = PAGE): Generator<ChainCheck> {
  const page = db.prepare<[number, number], Row>(
    `SELECT seq, ${FIELDS}, ${BODY}, ${DIGESTS} FROM event WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  page.raw();
  const isExact = makeExactness(db);
  let { seq, hash: prev } = from;
  for (let rows = page.all(seq, size); rows.length > 0; rows = page.all(seq, size)) {
    const previousSeq = seq;
    for (const row of rows) {
      const problem = checkRow(row, seq + 1, prev) ?? (isExact(row) ? null : "has text that is no UTF-8");
      seq = Number(row[0]);
      prev = row[3]?.slice(2 * HEX) ?? "";
      yield { seq, hash: prev, body: row[2] ?? "", problem };
    }
    // In a damaged file the order may be broken, which was told above; without this it would go round for ever.
    if (!(seq > previousSeq)) return;
  }
}

function checkRow([actual, fields, body, digests]: Row, seq: number, prev: string): string | null {
  if (actual !== seq) return `does not follow ${seq - 1}: something is missing or was put in`;
  if (body === null || digests?.length !== 3 * HEX) return "holds another kind of value";
  if (digests.slice(HEX, 2 * HEX) !== prev) return "does not go on from the event before it";
  if (!digests.startsWith(hash("sha256", body))) return "has a body that was changed";
  return digests.endsWith(hash("sha256", PREFIX + fields)) ? null : "was changed";
}

/** Broken UTF-8 arrives as U+FFFD, so a text that holds one may not be what is stored: those are compared as bytes. */
function makeExactness(db: Database.Database): (row: Row) => boolean {
  const sql = `SELECT CAST(${FIELDS} AS BLOB), CAST(body AS BLOB) FROM event WHERE seq = ?`;
  return ([seq, fields, body]) => {
    if (body === null || (!body.includes("\ufffd") && !fields.includes("\ufffd"))) return true;
    const bytes = db.prepare<[unknown], [Buffer, Buffer]>(sql).raw().get(seq);
    return bytes !== undefined && bytes[0].equals(Buffer.from(fields)) && bytes[1].equals(Buffer.from(body));
  };
}

/** Checks the last events only: for opening. Gives the first problem, or null. */
export function checkTail(db: Database.Database, genesis: string, count: number): string | null {
  const start = db
    .prepare<[number], ChainStart>("SELECT seq, lower(hex(hash)) AS hash FROM event ORDER BY seq DESC LIMIT 1 OFFSET ?")
    .get(count);
  for (const { seq, problem } of checkChain(db, start ?? { seq: 0, hash: genesis })) {
    if (problem !== null) return `event ${seq} ${problem}`;
  }
  return null;
}
