/** Checks events against their chain: storage classes, order, links, hashes. */
import { Buffer } from "node:buffer";
import type Database from "better-sqlite3";
import { type Field, sha256 } from "./chain.ts";
import { BLOBS, COLUMN_LIST, hashRow, INTEGERS, TEXT_OR_NULL } from "./rows.ts";
import { EVENT_COLUMNS } from "./schema.ts";

/** An event that has passed, as far as others need it. */
export interface Link {
  readonly seq: number;
  readonly hash: Buffer;
  readonly run_id: string;
  readonly wall_time: string;
  readonly body: string;
}

export interface Checked {
  readonly link: Link;
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
}

const at = (column: (typeof EVENT_COLUMNS)[number]): number => EVENT_COLUMNS.indexOf(column);
const [SEQ, RUN, WALL, BODY, DIGEST, PREV, HASH] = [
  at("seq"),
  at("run_id"),
  at("wall_time"),
  at("body"),
  at("body_sha256"),
  at("prev"),
  at("hash"),
];

/** The JavaScript type in which each column's proper storage class arrives, big integers on. */
const CLASSES = EVENT_COLUMNS.map((column) => {
  if (INTEGERS.includes(column)) return "bigint";
  return BLOBS.includes(column) ? "blob" : "text";
});
const NULLABLE = EVENT_COLUMNS.map((column) => TEXT_OR_NULL.includes(column));

/**
 * Checks all events after `from`, in order, one at a time. With safe integers each storage class has its own JavaScript
 * type (a REAL is a number, an INTEGER a bigint), which is what typeof() would say.
 */
export function* checkChain(db: Database.Database, from: { seq: number; hash: Buffer }): Generator<Checked> {
  const rows = db.prepare<[number], Field[]>(`SELECT ${COLUMN_LIST} FROM event WHERE seq > ? ORDER BY seq`);
  const isExact = makeExactness(db);
  let { seq, hash: prev } = from;
  for (const values of rows.raw().safeIntegers().iterate(from.seq)) {
    const hash = values[HASH];
    const found = Number(values[SEQ]);
    const problem = checkRow(values, seq + 1, prev) ?? (isExact(values) ? null : "has text that is no UTF-8");
    seq = found;
    prev = Buffer.isBuffer(hash) ? hash : Buffer.alloc(0);
    const [run_id, wall_time, body] = [String(values[RUN]), String(values[WALL]), String(values[BODY])];
    yield { link: { seq: found, hash: prev, run_id, wall_time, body }, problem };
  }
}

function checkRow(values: readonly Field[], seq: number, prev: Buffer): string | null {
  for (const [index, value] of values.entries()) {
    const wrong = value === null ? !NULLABLE[index] : classOf(value) !== CLASSES[index];
    if (wrong) return `holds another kind of value in ${EVENT_COLUMNS[index]}`;
  }
  if (Number(values[SEQ]) !== seq) return `does not follow ${seq - 1}: something is missing or was put in`;
  if (!prev.equals(values[PREV] as Buffer)) return "does not go on from the event before it";
  if (!sha256(values[BODY] as string).equals(values[DIGEST] as Buffer)) return "has a body that was changed";
  if (!hashRow(values).equals(values[HASH] as Buffer)) return "was changed";
  return null;
}

function classOf(value: Field): string {
  if (typeof value === "string") return "text";
  return typeof value === "bigint" ? "bigint" : Buffer.isBuffer(value) ? "blob" : "other";
}

/** Broken UTF-8 arrives as U+FFFD, so a text that holds one may not be what is stored: those are compared as bytes. */
function makeExactness(db: Database.Database): (values: readonly Field[]) => boolean {
  const casts = EVENT_COLUMNS.map((column) => `CAST(${column} AS BLOB)`).join(", ");
  const bytes = db.prepare<[Field], (Buffer | null)[]>(`SELECT ${casts} FROM event WHERE seq = ?`).raw();
  return (values) => {
    if (!values.some((value) => typeof value === "string" && value.includes("\ufffd"))) return true;
    const stored = bytes.get(values[SEQ] ?? null) ?? [];
    return values.every(
      (value, index) => typeof value !== "string" || stored[index]?.equals(Buffer.from(value)) === true,
    );
  };
}

/** Checks the last events only: for opening. Gives the first problem, or null. */
export function checkTail(db: Database.Database, genesis: Buffer, count: number): string | null {
  const start = db
    .prepare<[number], { seq: number; hash: Buffer }>("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1 OFFSET ?")
    .get(count);
  for (const { link, problem } of checkChain(db, start ?? { seq: 0, hash: genesis })) {
    if (problem !== null) return `event ${link.seq} ${problem}`;
  }
  return null;
}
