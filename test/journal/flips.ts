/** Flips bits of a journal's file and says which flips the verifier misses although the events read differently. */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { codeOf } from "../../src/journal/refusal.ts";
import { fromBytes } from "../../src/journal/database.ts";
import { verifyDatabase } from "../../src/journal/verify.ts";
import { sample } from "./support.ts";

export interface FlipResult {
  readonly flipped: number;
  readonly noticed: number;
  /** Offsets of flips that verify although what is stored reads differently. Must be empty. */
  readonly missed: number[];
}

/** One file without a log, of small pages so that little of it is empty. */
export function compactSample(path: string, events: number, pageSize: number): Buffer {
  sample(path, events);
  const db = new Database(path);
  db.pragma("journal_mode=DELETE");
  db.pragma(`page_size=${pageSize}`);
  db.exec("VACUUM");
  db.close();
  return readFileSync(path);
}

/** Flips one bit of each byte of the file, or of each `step`th; which bit goes round. */
export function flipBytes(bytes: Buffer, step = 1): FlipResult {
  const [original, missed] = [contentOf(fromBytes(bytes)), [] as number[]];
  let noticed = 0;
  for (let at = 0; at < bytes.length; at += step) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
    const content = contentIfVerified(copy);
    if (content === null) noticed += 1;
    else if (content !== original) missed.push(at);
  }
  return { flipped: Math.ceil(bytes.length / step), noticed, missed };
}

function contentIfVerified(bytes: Buffer): string | null {
  let db: Database.Database | undefined;
  try {
    db = fromBytes(bytes);
    return verifyDatabase(db, "flipped").ok ? contentOf(db) : null;
  } catch (error) {
    if (!codeOf(error).startsWith("SQLITE_")) throw error;
    return null;
  } finally {
    db?.close();
  }
}

function contentOf(db: Database.Database): string {
  const tables = ["event", "meta", "blob", "anchor", "run"].map((table) =>
    db.prepare(`SELECT * FROM ${table}`).raw().all(),
  );
  return JSON.stringify(tables);
}
