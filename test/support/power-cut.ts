/**
 * A power cut, played on the journal of a program that was killed: all that was committed stays up to the last commit that was
 * synced, and nothing after it. That is the worst that SQLite allows: a commit that waits for the disk (FULL) syncs the whole
 * log, one that does not (NORMAL) syncs nothing, and a checkpoint syncs the log before it writes the file
 * (https://www.sqlite.org/pragma.html#pragma_synchronous, https://www.sqlite.org/walformat.html).
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { isDeferred } from "../../src/engine/event-table.ts";
import type { EventType } from "../../src/engine/events.ts";

/** Bytes of the log's header, and of the header of each of its frames. */
const HEADER = 32;
const FRAME = 24;

interface Row {
  readonly seq: number;
  readonly type: string;
  readonly body: string;
}

/** Whether an event may be lost: by its type; of intents those of changes that are held until their undo is kept. */
function mayBeLost({ type, body }: Row): boolean {
  if (type !== "step.intent") return isDeferred(type as EventType);
  const { request = {} } = JSON.parse(body) as { request?: Record<string, unknown> };
  return "touches" in request && request["blind"] !== true;
}

/** The offsets at which the log may end: before its first frame, and behind each commit. */
function commits(log: Buffer): number[] {
  const size = log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const ends = [0];
  for (let at = HEADER; at + FRAME + size <= log.length; at += FRAME + size) {
    // Frames of before the log began anew carry other salts.
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + FRAME + size);
  }
  return ends;
}

function rowsOf(path: string): Row[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], Row>("SELECT seq, type, body FROM event ORDER BY seq").all();
  } catch {
    return [];
  } finally {
    db.close();
  }
}

/** The events of the journal as it would be if its log ended there. */
function rowsAt(path: string, log: Buffer, end: number): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "handrail-cut-"));
  const copy = join(folder, "journal.db");
  copyFileSync(path, copy);
  writeFileSync(`${copy}-wal`, log.subarray(0, end));
  const rows = rowsOf(copy);
  rmSync(folder, { recursive: true });
  return rows;
}

/** Takes from a journal what a power cut may take. Gives how many events that were. The program must have ended. */
export function cutPower(path: string): number {
  const log = `${path}-wal`;
  if (!existsSync(log)) return 0;
  const bytes = readFileSync(log);
  if (bytes.length < HEADER) return 0;
  const ends = commits(bytes);
  const all = rowsAt(path, bytes, bytes.length);
  const kept = all.findLast((row) => !mayBeLost(row))?.seq ?? 0;
  const end = ends.find((each) => (rowsAt(path, bytes, each).at(-1)?.seq ?? 0) >= kept) ?? bytes.length;
  const lost = all.length - rowsAt(path, bytes, end).length;
  rmSync(`${path}-shm`, { force: true });
  truncateSync(log, end);
  return lost;
}
