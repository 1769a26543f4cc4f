/** What the journal is asked for rarely: its runs, its stored output, its published heads. */
import { Buffer } from "node:buffer";
import type Database from "better-sqlite3";
import { desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { BESIDE_TYPES } from "../engine/event-table.ts";
import type { RunLine } from "../engine/journal-port.ts";
import type { StoredBlob } from "./blobs.ts";
import { wireWord } from "../engine/wire-words.ts";
import { hashFields } from "./chain.ts";
import { anchorTable, blobTable, runTable } from "./schema.ts";

/** A head of the chain that was published somewhere. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
  readonly kind: string;
  readonly ref: string;
  readonly at: string;
}

/** What a list says of a run, taken out of its first and its last event by SQLite: whole bodies can be large. */
export interface RunRow extends RunLine {
  readonly runbook: string;
  readonly by: string;
  readonly targets: readonly { readonly key: string; readonly label: string }[];
  readonly last_type: string;
  readonly exit: number | null;
  readonly reason: string | null;
  /** 1 for a dry run, else null. */
  readonly dry: number | null;
  /** Steps that undos took back after the run was closed, each once: wholly, and but for rows that somebody changed since. */
  readonly undone: number;
  readonly undone_in_part: number;
}

/** Events that come into a run beside its course. */
export const BESIDE = `(type IN (${BESIDE_TYPES.map((type) => `'${type}'`).join(", ")})
  OR (type = 'step.marked' AND json_extract(body, '$.mark') IN ('undone', 'undone-in-part', 'undone in part')))`;

const RUNS_OF = `SELECT run_id FROM event WHERE target_key = ? AND type = 'step.intent' GROUP BY run_id ORDER BY min(seq)`;

const OPEN_RUNS = `
  SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created
    FROM run r
   WHERE (SELECT type FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1) <> 'run.closed'
   ORDER BY r.first_seq DESC`;

/** Counts the steps whose newest mark after the run's end is this one: a partial undo may have been followed by a whole one. */
const takenBack = (...marks: readonly string[]): string => `(
  SELECT count(*) FROM event u
   WHERE u.run_id = r.run_id AND u.seq > l.seq AND u.type = 'step.marked' AND json_extract(u.body, '$.mark') IN (${marks.map((mark) => `'${mark}'`).join(", ")})
     AND NOT EXISTS (SELECT 1 FROM event v
           WHERE v.run_id = u.run_id AND v.seq > u.seq AND v.type = 'step.marked' AND v.target_key IS u.target_key
             AND v.phase_id IS u.phase_id AND v.step_id IS u.step_id AND v.item IS u.item))`;

const SUMMARIES = `
  SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created, l.type AS last_type,
         json_extract(f.body, '$.runbook.id') AS runbook, json_extract(f.actor, '$.login') AS by,
         (SELECT json_group_array(json_object('key', t.value ->> 'key', 'label', t.value ->> 'label'))
            FROM json_each(f.body, '$.targets') t) AS targets,
         json_extract(l.body, '$.exit') AS exit, json_extract(l.body, '$.reason') AS reason,
         json_extract(f.body, '$.dry') AS dry,
         ${takenBack("undone")} AS undone, ${takenBack("undone-in-part", "undone in part")} AS undone_in_part
    FROM run r
    JOIN event f ON f.seq = r.first_seq
    JOIN event l ON l.seq = (SELECT seq FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1)
   ORDER BY r.first_seq DESC LIMIT ?`;

const LINE = `SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created FROM run r`;

const NAMED = `${LINE} WHERE r.run_id = @name OR substr(r.run_id, -length(@name) - 1) = '-' || @name ORDER BY r.first_seq DESC`;

/** Goes back from the newest one, and reads no further than it must. */
const NEWEST_REAL = `${LINE} JOIN event f ON f.seq = r.first_seq
   WHERE json_extract(f.body, '$.dry') IS NOT 1 ORDER BY r.first_seq DESC LIMIT 1`;

/** What is asked for rarely goes through drizzle, prepared at each use. */
export function makeColdQueries(db: Database.Database) {
  const orm = drizzle({ client: db });
  return { ...runQueries(db, orm), ...blobQueries(orm), ...anchorQueries(orm) };
}

type Orm = ReturnType<typeof drizzle>;

function runQueries(db: Database.Database, orm: Orm) {
  const { run_id, first_seq, created: createdAt } = runTable;
  const last_seq = sql<number>`(SELECT max(seq) FROM event WHERE event.run_id = run.run_id)`;
  const runs = (limit: number): RunLine[] =>
    orm
      .select({ run_id, first_seq, last_seq, created: createdAt })
      .from(runTable)
      .orderBy(desc(first_seq))
      .limit(limit)
      .all();

  const summaries = (limit: number): RunRow[] =>
    db
      .prepare<[number], Omit<RunRow, "targets"> & { targets: string }>(SUMMARIES)
      .all(limit)
      .map((row) => ({
        ...row,
        reason: wireWord(row.reason),
        targets: JSON.parse(row.targets) as RunRow["targets"],
      }));

  const openRuns = (): RunLine[] => db.prepare<[], RunLine>(OPEN_RUNS).all();

  const runsNamed = (name: string): RunLine[] => db.prepare<[{ name: string }], RunLine>(NAMED).all({ name });

  const newestRun = (): RunLine | null => db.prepare<[], RunLine>(NEWEST_REAL).get() ?? runs(1)[0] ?? null;

  const runsOf = (targetKey: string): string[] =>
    db
      .prepare<[string], { run_id: string }>(RUNS_OF)
      .all(targetKey)
      .map(({ run_id }) => run_id);
  return { runs, summaries, runsNamed, newestRun, openRuns, runsOf };
}

function blobQueries(orm: Orm) {
  const blob = (digest: string): StoredBlob | null => {
    const row = orm
      .select()
      .from(blobTable)
      .where(eq(blobTable.sha256, Buffer.from(digest, "hex")))
      .get();
    if (row === undefined) return null;
    const { bytes, media, size, truncated: truncation, redactions } = row;
    return { bytes, media, size, truncated: truncation === 1, redactions };
  };
  const addBlob = (sha256: Buffer, output: StoredBlob): void => {
    const row = { ...output, sha256, truncated: Number(output.truncated) };
    orm.insert(blobTable).values(row).onConflictDoNothing().run();
  };
  return { blob, addBlob };
}

function anchorQueries(orm: Orm) {
  const anchors = (): Anchor[] => {
    const rows = orm.select().from(anchorTable).orderBy(anchorTable.id).all();
    return rows.map(({ seq, head, kind, ref, at: time }) => ({ seq, hash: head.toString("hex"), kind, ref, at: time }));
  };
  const addAnchor = ({ seq, hash, kind, ref, at: time }: Anchor): void => {
    const head = Buffer.from(hash, "hex");
    const row = { seq, head, kind, ref, at: time, hash: hashFields([seq, head, kind, ref, time]) };
    orm.insert(anchorTable).values(row).run();
  };
  return { anchors, addAnchor };
}
