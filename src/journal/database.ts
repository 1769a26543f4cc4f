/** Opens the SQLite file so that a commit that returned is on the disk, and proves that it is set so. */
import { Buffer } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import type { JournalRefusal } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { cannotOpen, codeOf, refusalOf } from "./refusal.ts";
import { APPLICATION_ID, BEGINNINGS, DDL, FORMAT_VERSION, FORMAT_WITHOUT_BEGINNINGS, mayLack } from "./schema.ts";

const BUSY_MS = 5000;
/** What SQLite may keep of the file in memory; by itself better-sqlite3 lets it keep sixteen mebibytes, and nearly all is read once. */
const CACHE_KIB = 1024;

/** What a connection must answer after it was set. WAL with NORMAL may lose the last commits at power loss. */
const WANTED = [
  ["synchronous", "FULL", 2],
  ["foreign_keys", "ON", 1],
  ["trusted_schema", "OFF", 0],
  ["cell_size_check", "ON", 1],
] as const;

/** Opens an existing file for reading or writing. `init` is called for an empty one, inside a transaction. */
export function openDatabase(
  path: string,
  readOnly: boolean,
  init: ((db: Database.Database) => void) | null,
): Result<Database.Database, JournalRefusal> {
  let db: Database.Database | undefined;
  try {
    // First look without touching: a file of another program stays as it is.
    db = connect(path, true);
    const refusal = examine(db, path, init !== null);
    if (refusal === null && readOnly) return ok(db);
    db.close();
    if (refusal !== null) return err(refusal);
    db = connect(path, false);
    const unset = configure(db);
    if (unset !== null) {
      db.close();
      return err(
        cannotOpen("unwritable", `Journal ${path}: the disk or SQLite refused ${unset}, without which it is not safe.`),
      );
    }
    if (init !== null && isEmpty(db)) initialise(db, init);
    return ok(db);
  } catch (error) {
    db?.close();
    return err(refusalOf(error, path, false));
  }
}

/** A connection as it comes. Also for the verifier, which must see what {@link openDatabase} refuses. */
export function connect(path: string, readOnly: boolean): Database.Database {
  const db = new Database(path, { readonly: readOnly, fileMustExist: true, timeout: BUSY_MS });
  try {
    return withSmallCache(db);
  } catch (error) {
    db.close();
    if (!readOnly) throw error;
    // In a directory that cannot be written, SQLite cannot make the shared memory of a WAL. Without a log there is
    // nothing in it, and no writer: the file as it is will do.
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (!/^SQLITE_(?:CANTOPEN|READONLY)/.test(codeOf(error)) || log > 0) throw error;
    return fromBytes(readFileSync(path));
  }
}

/** Throws where the file cannot be read as a database: SQLite looks at it only now. */
function withSmallCache(db: Database.Database): Database.Database {
  db.pragma(`cache_size = -${CACHE_KIB}`);
  return db;
}

/** A database in memory from the bytes of a file, which it leaves alone. */
export function fromBytes(bytes: Buffer): Database.Database {
  const copy = Buffer.from(bytes);
  // In memory there is no write-ahead log: the two version bytes of the header say so.
  if (copy[18] === 2 && copy[19] === 2) copy.fill(1, 18, 20);
  return new Database(copy);
}

function number(db: Database.Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

function isEmpty(db: Database.Database): boolean {
  return number(db, "application_id") === 0 && db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

/**
 * Why the file is not a journal that this program can use, or null. All is read as of one moment: another process may be
 * making the journal just now.
 */
export const examine = (db: Database.Database, path: string, mayBeEmpty: boolean): JournalRefusal | null =>
  db.transaction(() => refusalFor(db, path, mayBeEmpty)).deferred();

function refusalFor(db: Database.Database, path: string, mayBeEmpty: boolean): JournalRefusal | null {
  if (isEmpty(db))
    return mayBeEmpty
      ? null
      : cannotOpen(
          "foreign",
          `Journal ${path}: it is empty. Nothing was written to it yet, or it is another program's.`,
        );
  const id = number(db, "application_id");
  if (id !== APPLICATION_ID)
    return cannotOpen("foreign", `Journal ${path}: it is a database of another program. Give another path.`);
  const version = formatOf(db);
  if (version > FORMAT_VERSION) {
    return cannotOpen(
      "newer",
      `Journal ${path}: a newer Handrail wrote it (format ${version}; this one knows no newer than ${FORMAT_VERSION}). It was left as it is; use a Handrail at least as new as the one that wrote it.`,
    );
  }
  if (version > 0 && schemaProblem(db) === null) return null;
  return cannotOpen(
    "damaged",
    `Journal ${path}: its tables are not as they should be. Move it away and restore a copy.`,
  );
}

/** The format of an open journal. */
export const formatOf = (db: Database.Database): number => number(db, "user_version");

/** Whether the journal is as an older version left it; what is appended now would be misread by that one. */
export const isOlder = (db: Database.Database): boolean => formatOf(db) < FORMAT_VERSION;

/**
 * Makes the journal one of this version's, so that older programs leave it alone from now on. Its events stay as they are.
 * Call it inside a transaction.
 */
export function raiseFormat(db: Database.Database): void {
  if (!tablesOf(db).includes(BEGINNINGS)) db.exec(BEGINNINGS);
  markFormat(db, FORMAT_VERSION);
}

/** {@link raiseFormat} where there may be no room for more than an event: only what is written from now on is of today. */
export function raiseEvents(db: Database.Database): void {
  if (formatOf(db) < FORMAT_WITHOUT_BEGINNINGS) markFormat(db, FORMAT_WITHOUT_BEGINNINGS);
}

const markFormat = (db: Database.Database, format: number): void => void db.pragma(`user_version=${format}`);

/** The texts that tables, indexes and triggers were made by. */
const tablesOf = (db: Database.Database): string[] =>
  db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").pluck().all();

/** The first table, index or trigger that is not as this program makes it, or null. */
export function schemaProblem(db: Database.Database): string | null {
  // As of one moment: another process may be raising the format.
  const [rows, format] = db.transaction(() => [tablesOf(db), formatOf(db)] as const).deferred();
  // Their order is not ours to say: VACUUM changes it.
  const extra = rows.find((sql) => !DDL.includes(sql));
  const lost = DDL.find((sql) => !rows.includes(sql) && !mayLack(format, sql));
  return (extra ?? lost ?? null)?.slice(0, 60) ?? null;
}

/** Sets what must be set and reads it back. Gives the name of what did not stick, or null. */
function configure(db: Database.Database): string | null {
  if (toWal(db) !== "wal") return "journal_mode=WAL";
  for (const [name, value, answer] of WANTED) {
    db.pragma(`${name}=${value}`);
    if (number(db, name) !== answer) return `${name}=${value}`;
  }
  return null;
}

/** Two processes that make the journal at once: the change of mode is the one lock that SQLite does not wait for. */
function toWal(db: Database.Database): unknown {
  for (let tries = 0; ; tries += 1) {
    try {
      return db.pragma("journal_mode=WAL", { simple: true });
    } catch (error) {
      if (!codeOf(error).startsWith("SQLITE_BUSY") || tries >= 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function initialise(db: Database.Database, init: (db: Database.Database) => void): void {
  const make = db.transaction(() => {
    // Another process may have been first.
    if (!isEmpty(db)) return;
    for (const sql of DDL) db.exec(sql);
    db.pragma(`application_id=${APPLICATION_ID}`);
    markFormat(db, FORMAT_VERSION);
    init(db);
  });
  make.immediate();
}

/** The file's identity, to notice that it was moved or deleted under us. */
export function identityOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
