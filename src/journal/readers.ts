/** Events as they are read: of a run, of all, the newest. */
import type { Buffer } from "node:buffer";
import type Database from "better-sqlite3";
import type { JournalEvent, JournalPort } from "../engine/journal-port.ts";
import { COLUMN_LIST, type EventRow, toEvent } from "./rows.ts";
import { BESIDE } from "./run-queries.ts";

export interface Readers extends Pick<JournalPort, "events" | "head"> {
  /**
   * The newest event that tells how a run stands, or null without events. What is written into a run afterwards (notes, the
   * count of its rows in the product's log, what was said of a doubt, what an undo took back) says nothing of that.
   */
  standing(runId: string): JournalEvent | null;
  /** Of all runs, in order, from `afterSeq` (exclusive), at most `limit`: for export and archive, page by page. */
  page(afterSeq: number, limit: number): JournalEvent[];
}

const STANDING = `SELECT ${COLUMN_LIST} FROM event WHERE run_id = ? AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1`;

/** Reads events, each statement prepared once. */
export function makeReaders(db: Database.Database): Readers {
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
