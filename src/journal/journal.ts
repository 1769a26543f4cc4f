/** The journal over an open database. */
import { Buffer } from "node:buffer";
import type Database from "better-sqlite3";
import { desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { JournalEvent, JournalPort, JournalRefusal, RunLine } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../phases/result.ts";
import { type AppendParts, makeWriter } from "./append.ts";
import type { Ballast } from "./ballast.ts";
import { blobDigest, type BlobRef, prepareBlob, type StoredBlob } from "./blobs.ts";
import { hashFields } from "./chain.ts";
import { identityOf } from "./database.ts";
import { cannotWrite, codeOf, refusalOf } from "./refusal.ts";
import { COLUMN_LIST, type EventRow, toEvent } from "./rows.ts";
import { anchorTable, blobTable, runTable } from "./schema.ts";
import { watchEvents, type WatchOptions } from "./watch.ts";

/** A head of the chain that was published somewhere. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
  readonly kind: string;
  readonly ref: string;
  readonly at: string;
}

/** What a list says of a run, taken out of its first and its last event by SQLite: whole bodies can be large. */
export interface RunSummary extends RunLine {
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

export interface Journal extends JournalPort {
  /** The newest runs for a list, without reading them. */
  summaries(limit: number): RunSummary[];
  /**
   * The newest event that tells how a run stands, or null without events. What is written into a run afterwards (notes, the
   * count of its JobLog rows, what was said of a doubt, what an undo took back) says nothing of that.
   */
  standing(runId: string): JournalEvent | null;
  /** Every run that is not closed, newest first, however many there are: a doubt of long ago is still one. */
  openRuns(): RunLine[];
  /** Ids of the runs that sent something for a target, the oldest first. */
  runsOf(targetKey: string): string[];
  readonly path: string;
  readonly journalId: string;
  readonly readOnly: boolean;
  /** Of all runs, in order, from `after` (exclusive), at most `limit`: for export and archive, page by page. */
  page(after: number, limit: number): JournalEvent[];
  /** Stores output that is too large for a body: redacted, capped, flagged. Storing the same twice stores it once. */
  putBlob(data: Uint8Array | string, media: string): Result<BlobRef, JournalRefusal>;
  blob(digest: string): StoredBlob | null;
  /** Tells of events of the run as they are appended, by this or any other process. */
  watch(runId: string, onEvents: (events: JournalEvent[]) => void, options: WatchOptions): void;
  /** Notes that the present head was published: `kind` says how (screen, syslog, …), `ref` where. Null when empty. */
  publishHead(kind: string, ref: string): Result<Anchor | null, JournalRefusal>;
  anchors(): Anchor[];
}

export interface JournalParts extends AppendParts {
  readonly path: string;
  readonly journalId: string;
  readonly readOnly: boolean;
  readonly ballast: Ballast;
  /** Which events may still be written when the disk is full: those that tell of an effect that has happened. */
  readonly owed: (type: string) => boolean;
}

/**
 * Writes what is in the log beside the file into the file itself, so that a copy of the file alone has all of it also while
 * somebody else still reads. Where it cannot be done now, nothing is lost: the log has it, and whoever comes next does it.
 */
function foldIn(db: Database.Database): void {
  try {
    db.pragma("wal_checkpoint(PASSIVE)");
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith("SQLITE_")) throw error;
  }
}

/** Makes the journal. The database must be configured as {@link openDatabase} does; it is closed with the journal. */
export function makeJournal(parts: JournalParts): Journal {
  const { db, path, journalId, readOnly } = parts;
  const { events, page, head, standing } = makeReaders(db);
  const cold = makeColdQueries(db);
  const guard = makeGuard(parts);
  const writer = readOnly ? null : makeWriter(parts);
  let own = 0;
  const dataVersion = db.prepare("PRAGMA data_version").pluck();

  return {
    path,
    journalId,
    readOnly,
    events,
    page,
    head,
    standing,
    openRuns: cold.openRuns,
    runsOf: cold.runsOf,
    blob: cold.blob,
    anchors: cold.anchors,
    runs: cold.runs,
    summaries: cold.summaries,
    append(drafts) {
      if (drafts.length === 0) return ok([]);
      own += 1;
      const rows = guard(
        drafts.every(({ type }) => parts.owed(type)),
        () => writer?.(drafts) ?? [],
      );
      return rows.ok ? ok(rows.value.map((row) => toEvent(row))) : rows;
    },
    putBlob(data, media) {
      const output = prepareBlob(data, parts.redactor.redact(media), parts.redactor);
      const digest = blobDigest(output);
      const { size, truncated: isTruncated } = output;
      const ref = { blob: digest.toString("hex"), media: output.media, size, truncated: isTruncated };
      return guard(true, () => {
        cold.addBlob(digest, output);
        return ref;
      });
    },
    publishHead(kind, ref) {
      const time = parts.clock.wall();
      const current = head();
      if (current === null) return ok(null);
      const anchor = { ...current, kind: parts.redactor.redact(kind), ref: parts.redactor.redact(ref), at: time };
      return guard(true, () => {
        cold.addAnchor(anchor);
        return anchor;
      });
    },
    watch(runId, onEvents, options) {
      // The data version counts only what other connections commit.
      const version = (): string => `${String(dataVersion.get())}.${own}`;
      const source = { open: () => db.open, version, events: (afterSeq: number) => events(runId, afterSeq) };
      watchEvents(source, options.after ?? head()?.seq ?? 0, onEvents, options);
    },
    close() {
      if (!readOnly && db.open) foldIn(db);
      db.close();
    },
  };
}

function makeReaders(db: Database.Database): Pick<Journal, "events" | "page" | "head" | "standing"> {
  const ofRun = db.prepare<[string, number], EventRow>(
    `SELECT ${COLUMN_LIST} FROM event WHERE run_id = ? AND seq > ? ORDER BY seq`,
  );
  const ofAll = db.prepare<[number, number], EventRow>(
    `SELECT ${COLUMN_LIST} FROM event WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const course = db.prepare<[string], EventRow>(STANDING);
  const last = db.prepare<[], { seq: number; hash: Buffer }>("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1");
  return {
    events: (runId, afterSeq = 0) => Array.from(ofRun.iterate(runId, afterSeq), toEvent),
    standing: (runId) => {
      const row = course.get(runId);
      return row === undefined ? null : toEvent(row);
    },
    page: (afterSeq, limit) => ofAll.all(afterSeq, limit).map((row) => toEvent(row)),
    head() {
      const row = last.get();
      return row === undefined ? null : { seq: row.seq, hash: row.hash.toString("hex") };
    },
  };
}

/** Events that come into a run beside its course. */
const BESIDE = `(type IN ('operator.note', 'operator.approved', 'operator.resolved', 'joblog.written')
  OR (type = 'step.marked' AND json_extract(body, '$.mark') IN ('undone', 'undone in part')))`;

const STANDING = `SELECT ${COLUMN_LIST} FROM event WHERE run_id = ? AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1`;

const RUNS_OF = `SELECT run_id FROM event WHERE target_key = ? AND type = 'step.intent' GROUP BY run_id ORDER BY min(seq)`;

const OPEN_RUNS = `
  SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created
    FROM run r
   WHERE (SELECT type FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1) <> 'run.closed'
   ORDER BY r.first_seq DESC`;

/** Counts the steps whose newest mark after the run's end is this one: a partial undo may have been followed by a whole one. */
const takenBack = (mark: string): string => `(
  SELECT count(*) FROM event u
   WHERE u.run_id = r.run_id AND u.seq > l.seq AND u.type = 'step.marked' AND json_extract(u.body, '$.mark') = '${mark}'
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
         ${takenBack("undone")} AS undone, ${takenBack("undone in part")} AS undone_in_part
    FROM run r
    JOIN event f ON f.seq = r.first_seq
    JOIN event l ON l.seq = (SELECT seq FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1)
   ORDER BY r.first_seq DESC LIMIT ?`;

/** What is asked for rarely goes through drizzle, prepared at each use. */
function makeColdQueries(db: Database.Database) {
  const orm = drizzle({ client: db });
  const { run_id, first_seq, created: createdAt } = runTable;
  const last_seq = sql<number>`(SELECT max(seq) FROM event WHERE event.run_id = run.run_id)`;
  const runs = (limit: number): RunLine[] =>
    orm
      .select({ run_id, first_seq, last_seq, created: createdAt })
      .from(runTable)
      .orderBy(desc(first_seq))
      .limit(limit)
      .all();

  const summaries = (limit: number): RunSummary[] =>
    db
      .prepare<[number], Omit<RunSummary, "targets"> & { targets: string }>(SUMMARIES)
      .all(limit)
      .map((row) => ({ ...row, targets: JSON.parse(row.targets) as RunSummary["targets"] }));

  const openRuns = (): RunLine[] => db.prepare<[], RunLine>(OPEN_RUNS).all();

  const runsOf = (targetKey: string): string[] =>
    db
      .prepare<[string], { run_id: string }>(RUNS_OF)
      .all(targetKey)
      .map(({ run_id }) => run_id);

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
  const anchors = (): Anchor[] => {
    const rows = orm.select().from(anchorTable).orderBy(anchorTable.id).all();
    return rows.map(({ seq, head, kind, ref, at: time }) => ({ seq, hash: head.toString("hex"), kind, ref, at: time }));
  };
  const addAnchor = ({ seq, hash, kind, ref, at: time }: Anchor): void => {
    const head = Buffer.from(hash, "hex");
    const row = { seq, head, kind, ref, at: time, hash: hashFields([seq, head, kind, ref, time]) };
    orm.insert(anchorTable).values(row).run();
  };
  return { runs, openRuns, runsOf, summaries, blob, addBlob, anchors, addAnchor };
}

type Guard = <T>(owed: boolean, write: () => T) => Result<T, JournalRefusal>;

/** Runs a write, turning what the world refuses into values, and gives the ballast up for what is owed. */
function makeGuard({ path, readOnly, ballast }: JournalParts): Guard {
  const identity = identityOf(path);
  const full = `Journal ${path}: the disk is full. What had happened is recorded as far as it fitted; nothing new is begun. Free some space.`;
  const isFull = (error: unknown): boolean => /^SQLITE_(?:FULL|IOERR_WRITE)/.test(codeOf(error));
  return (isOwed, write) => {
    if (readOnly) return err(cannotWrite("unwritable", `Journal ${path}: it was opened for reading only.`));
    if (identityOf(path) !== identity) {
      return err(
        cannotWrite("unwritable", `Journal ${path}: the file was moved or deleted while it was open. Put it back.`),
      );
    }
    // Without ballast nothing may begin: its outcome might find no room.
    if (!ballast.present() && !ballast.restore() && !isOwed) return err(cannotWrite("full", full));
    try {
      return ok(write());
    } catch (error) {
      if (!isFull(error)) return err(refusalOf(error, path, true));
      if (!isOwed || !ballast.release()) return err(cannotWrite("full", full));
    }
    try {
      return ok(write());
    } catch (error) {
      return err(isFull(error) ? cannotWrite("full", full) : refusalOf(error, path, true));
    }
  };
}
