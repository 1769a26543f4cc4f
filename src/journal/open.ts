/** Opens a journal, or says in words why not. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type Database from "better-sqlite3";
import type { Actor, JournalRefusal } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Redactor } from "../text/redact.ts";
import type { JournalClock } from "./append.ts";
import { isOwed } from "../engine/event-table.ts";
import { type Ballast, fileBallast } from "./ballast.ts";
import { genesisOf } from "./chain.ts";
import { openDatabase } from "./database.ts";
import { type Journal, makeJournal } from "./journal.ts";
import { checkPlace, makeFile, type Modes, PERSONAL, SHARED } from "./place.ts";
import { cannotOpen, refusalOf } from "./refusal.ts";
import { checkTail } from "./verify-chain.ts";

export interface OpenOptions {
  readonly path: string;
  readonly actor: Actor;
  readonly clock: JournalClock;
  /** Unique, and in order of time as far as possible (ULID). */
  readonly ids: () => string;
  /** Makes the redactor once the journal's salt is known. */
  readonly redactor: (salt: string) => Redactor;
  readonly readOnly?: boolean;
  /** Makes the journal, and its directory, if there is none. */
  readonly create?: boolean;
  /** For a group of operators: directory 2770, files 0660. Otherwise 0700 and 0600. */
  readonly shared?: boolean;
  /** Head (`seq:hash`) of the archived journal that a new one goes on from. */
  readonly continues?: string;
  /** Which events may still be written when the disk is full; without it, {@link isOwed}. */
  readonly owed?: (type: string) => boolean;
  /** For tests: what stands in for the ballast file. */
  readonly ballast?: Ballast;
}

/** How many events at the end are checked at every opening; the rest is for `verify`. */
const TAIL = 1000;
/** Who only looks gets a quick start; `journal verify` is what proves the whole chain. */
const TAIL_FOR_READING = 20;

/**
 * Opens the journal of a site. It refuses a file that others could have written, that is not a journal, is damaged at
 * its end or lies where a commit may be lost. The refusal's message names the path and what to do.
 */
export function openJournal(options: OpenOptions): Result<Journal, JournalRefusal> {
  const path = resolve(options.path);
  const modes = options.shared === true ? SHARED : PERSONAL;
  const database = openFile(path, modes, options);
  if (!database.ok) return database;
  try {
    const journal = journalOver(database.value, path, modes, options);
    if (!journal.ok) database.value.close();
    return journal;
  } catch (error) {
    database.value.close();
    return err(refusalOf(error, path, false));
  }
}

/** The database of the journal, made where it may be. */
function openFile(path: string, modes: Modes, options: OpenOptions): Result<Database.Database, JournalRefusal> {
  const { readOnly = false, create = false } = options;
  const makes = create && !readOnly;
  const place = checkPlace(path, modes, makes);
  if (!place.ok) return place;
  try {
    if (place.value.fresh) makeFile(path, modes);
  } catch (error) {
    return err(refusalOf(error, path, false));
  }
  const init = (db: Database.Database): void => writeMeta(db, options);
  return openDatabase(path, readOnly, makes ? init : null);
}

function journalOver(
  db: Database.Database,
  path: string,
  modes: Modes,
  options: OpenOptions,
): Result<Journal, JournalRefusal> {
  const { actor, clock, ids, readOnly = false, owed: isDue = isOwed } = options;
  const meta = readMeta(db);
  const problem = problemOf(db, meta, readOnly ? TAIL_FOR_READING : TAIL);
  if (problem !== null) {
    const message = `Journal ${path}: ${problem}. Do not write to it; keep it, and see what \`journal verify\` says.`;
    return err(cannotOpen("damaged", message));
  }
  const redactor = options.redactor(meta.get("salt") ?? "");
  const { ballast = fileBallast(path, modes.file) } = options;
  if (!readOnly) ballast.restore();
  const [journalId, genesis] = [meta.get("journal_id") ?? "", genesisIn(meta)];
  return ok(makeJournal({ db, path, journalId, readOnly, ballast, owed: isDue, clock, ids, redactor, actor, genesis }));
}

/** The genesis hash as it is stored. */
const genesisIn = (meta: ReadonlyMap<string, string>): Buffer => Buffer.from(meta.get("genesis") ?? "", "hex");

/** What is wrong with the journal's identity or its last `count` events; null where nothing is. */
function problemOf(db: Database.Database, meta: Map<string, string>, count: number): string | null {
  const genesis = genesisIn(meta);
  return genesisOf(meta).equals(genesis) ? checkTail(db, genesis.toString("hex"), count) : "its identity was changed";
}

/** Who this journal is. All of it goes into the genesis hash, and so into every event's. */
function writeMeta(db: Database.Database, { ids, clock, continues }: OpenOptions): void {
  const meta = new Map([
    ["format", "handrail1"],
    ["journal_id", ids()],
    ["created", clock.wall()],
    ["salt", randomBytes(16).toString("hex")],
  ]);
  if (continues !== undefined) meta.set("continues", continues);
  meta.set("genesis", genesisOf(meta).toString("hex"));
  const insert = db.prepare("INSERT INTO meta(key, value) VALUES(?, ?)");
  for (const [key, value] of meta) insert.run(key, value);
}

/** The journal's identity by key. */
export function readMeta(db: Database.Database): Map<string, string> {
  return new Map(db.prepare<[], [string, string]>("SELECT key, value FROM meta").raw().all());
}
