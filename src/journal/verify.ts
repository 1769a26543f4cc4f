/**
 * Says whether a journal is what was written. It proves that nothing before the last anchor was edited, moved, put in or
 * taken out; it cannot prove that nobody with the rights of its owner wrote a new one from the start.
 */
import { Buffer } from "node:buffer";
import { resolve } from "node:path";
import type Database from "better-sqlite3";
import { type Field, genesisOf, hashFields, parseHead } from "./chain.ts";
import { connect, examine, schemaProblem } from "./database.ts";
import { codeOf } from "./refusal.ts";
import { checkChain, type ChainCheck } from "./verify-chain.ts";

/** Something that is not as it was written. `seq` is the event it is about, if it is about one. */
export interface Problem {
  readonly seq: number | null;
  readonly message: string;
}

export interface Verified {
  readonly ok: boolean;
  readonly events: number;
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** At most {@link MOST_PROBLEMS}. */
  readonly problems: readonly Problem[];
}

export interface VerifyOptions {
  /** A head (`seq:hash`) that was printed or published earlier: it must be in the chain. */
  readonly anchor?: string;
}

export const MOST_PROBLEMS = 100;

/** Reads the whole file: its structure, every event, blob and anchor. Total: whatever is wrong is a problem in the answer. */
export function verifyJournal(path: string, options: VerifyOptions = {}): Verified {
  const full = resolve(path);
  let db: Database.Database;
  try {
    db = connect(full, true);
  } catch (error) {
    return { ok: false, events: 0, head: null, problems: [{ seq: null, message: unreadable(error) }] };
  }
  try {
    return verifyDatabase(db, full, options);
  } finally {
    db.close();
  }
}

/** The sentence about a journal that a newer program has written to, of which this one can say nothing; null of any other file. */
export function newerThanThis(path: string): string | null {
  try {
    const db = connect(resolve(path), true);
    try {
      const refusal = examine(db, path, false);
      return refusal?.kind === "newer" ? refusal.message : null;
    } finally {
      db.close();
    }
  } catch (error) {
    unreadable(error);
    return null;
  }
}

/** {@link verifyJournal} over an open connection. */
export function verifyDatabase(db: Database.Database, path: string, { anchor }: VerifyOptions = {}): Verified {
  const problems: Problem[] = [];
  const report = (message: string, seq: number | null = null): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ seq, message });
  };
  const attempt = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      report(unreadable(error));
      return null;
    }
  };
  attempt(() => checkFile(db, path, report));
  const genesis = attempt(() => checkMeta(db, report)) ?? "";
  const heads = attempt(() => readAnchors(db, anchor, report)) ?? new Map<number, string[]>();
  const summary = attempt(() => checkEvents(db, genesis, heads, report)) ?? { events: 0, head: null };
  attempt(() => checkBlobs(db, report));
  return { ok: problems.length === 0, ...summary, problems };
}

type Report = (message: string, seq?: number | null) => void;

function unreadable(error: unknown): string {
  const code = codeOf(error);
  if (!/^SQLITE_|^E[A-Z]+$/.test(code) && !(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
  return `the file cannot be read as a journal (${code || (error as Error).message})`;
}

function checkFile(db: Database.Database, path: string, report: Report): void {
  const refusal = examine(db, path, false);
  if (refusal !== null) report(refusal.message);
  const odd = schemaProblem(db);
  if (odd !== null) report(`a table, index or trigger is not as this program makes it: ${odd}`);
  for (const line of db.prepare<[], string>("PRAGMA integrity_check(10)").pluck().all()) {
    if (line !== "ok") report(`SQLite finds the file damaged: ${line}`);
  }
}

/** Rows of a table with every storage class as a type of its own. */
function* rowsOf(db: Database.Database, sql: string): Generator<Field[]> {
  yield* db.prepare<[], Field[]>(sql).raw().safeIntegers().iterate();
}

const KINDS: Readonly<Record<string, (value: Field) => boolean>> = {
  t: (value) => typeof value === "string" && !value.includes("\ufffd"),
  i: (value) => typeof value === "bigint",
  b: (value) => Buffer.isBuffer(value),
};

/** Whether the values are of the kinds that the letters say: text, integer, blob. */
function areOf(values: readonly Field[], kinds: string): boolean {
  return values.length === kinds.length && values.every((value, index) => KINDS[kinds.charAt(index)]?.(value) === true);
}

function checkMeta(db: Database.Database, report: Report): string {
  const meta = new Map<string, string>();
  for (const values of rowsOf(db, "SELECT key, value FROM meta")) {
    if (!areOf(values, "tt")) report("the journal's identity holds another kind of value");
    meta.set(String(values[0]), String(values[1]));
  }
  const genesis = genesisOf(meta).toString("hex");
  if (genesis !== meta.get("genesis")) report("the journal's identity was changed");
  return genesis;
}

/** Published heads by seq: those noted in the file, and the one that was given. */
function readAnchors(db: Database.Database, anchor: string | undefined, report: Report): Map<number, string[]> {
  const heads = new Map<number, string[]>();
  const add = (seq: number, hash: string): void => void heads.set(seq, [...(heads.get(seq) ?? []), hash]);
  let id = 0n;
  for (const values of rowsOf(db, "SELECT seq, head, kind, ref, at, hash, id FROM anchor ORDER BY id")) {
    id += 1n;
    const own = values[5];
    const sound = areOf(values, "ibtttbi") && hashFields(values.slice(0, 5)).equals(own as Buffer) && values[6] === id;
    if (sound) add(Number(values[0]), (values[1] as Buffer).toString("hex"));
    else report("the note of a published head was changed");
  }
  if (anchor === undefined) return heads;
  const head = parseHead(anchor);
  if (head === null) report("the given head is not of the form seq:hash");
  else add(head.seq, head.hash);
  return heads;
}

function checkEvents(
  db: Database.Database,
  genesis: string,
  heads: Map<number, string[]>,
  report: Report,
): Pick<Verified, "events" | "head"> {
  const blobs = new Set(db.prepare<[], string>("SELECT lower(hex(sha256)) FROM blob").pluck().all());
  let [events, last] = [0, { seq: 0, hash: genesis }];
  for (const event of checkChain(db, last)) {
    events += 1;
    last = event;
    if (event.problem !== null) report(`event ${event.seq} ${event.problem}`, event.seq);
    checkAnchors(event, heads, report);
    for (const digest of blobsIn(event.body))
      if (!blobs.has(digest)) report(`event ${event.seq} names output that is missing`, event.seq);
  }
  for (const seq of heads.keys())
    report(`event ${seq}, whose head was published, is missing: the end was cut off`, seq);
  checkRuns(db, report);
  return { events, head: events === 0 ? null : { seq: last.seq, hash: last.hash } };
}

/** Holds an event against the heads that were published of it, and counts them as found. */
function checkAnchors({ seq, hash }: ChainCheck, heads: Map<number, string[]>, report: Report): void {
  const anchorHashes = heads.get(seq) ?? [];
  if (anchorHashes.some((head) => head !== hash)) report(`event ${seq} is not the one whose head was published`, seq);
  heads.delete(seq);
}

/** Digests of the output that a body names. Most name none, and are not searched. */
const blobsIn = (body: string): string[] =>
  body.includes('"blob":"') ? Array.from(body.matchAll(/"blob":"([0-9a-f]{64})"/g), ([, digest = ""]) => digest) : [];

/** The list of runs is made from the events; it must say what they say, letter by letter. */
function checkRuns(db: Database.Database, report: Report): void {
  const runRows =
    "SELECT CAST(run_id AS BLOB), typeof(run_id), first_seq, typeof(first_seq), created, typeof(created) FROM run";
  const eventRows = `SELECT CAST(run_id AS BLOB), 'text', seq, 'integer', wall_time, 'text' FROM event
 WHERE seq IN (SELECT min(seq) FROM event GROUP BY run_id)`;
  for (const [first, second] of [
    [runRows, eventRows],
    [eventRows, runRows],
  ]) {
    const odd = db.prepare<[], Field[]>(`${first} EXCEPT ${second} LIMIT 1`).raw().get();
    if (odd !== undefined) report(`the list of runs does not fit the events: ${String(odd[0])}`);
  }
}

function checkBlobs(db: Database.Database, report: Report): void {
  for (const values of rowsOf(db, "SELECT bytes, media, size, truncated, redactions, sha256 FROM blob")) {
    const sound = areOf(values, "btiiib") && hashFields(values.slice(0, 5)).equals(values[5] as Buffer);
    if (!sound) report("stored output was changed");
  }
}
