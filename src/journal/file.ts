/** Opens the file of a journal and looks whether it is one and whole, or says in words why not. */
import { Buffer } from "node:buffer";
import { resolve } from "node:path";
import type Database from "better-sqlite3";
import type { JournalRefusal } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { genesisOf } from "./chain.ts";
import { openDatabase } from "./database.ts";
import { checkPlace, makeFile, type Modes, PERSONAL, SHARED } from "./place.ts";
import { cannotOpen, refusalOf } from "./refusal.ts";
import { checkTail } from "./verify-chain.ts";

export interface OpenWish {
  readonly path: string;
  readonly readOnly?: boolean;
  /** Makes the journal, and its directory, if there is none. */
  readonly create?: boolean;
  /** For a group of operators: directory 2770, files 0660. Otherwise 0700 and 0600. */
  readonly shared?: boolean;
}

/** A journal's database that was looked at, with its identity. */
export interface JournalFile {
  readonly db: Database.Database;
  readonly path: string;
  readonly modes: Modes;
  readonly meta: ReadonlyMap<string, string>;
}

/** How many events at the end are checked at every opening; the rest is for `verify`. */
const TAIL = 1000;
/** Who only looks gets a quick start; `journal verify` is what proves the whole chain. */
const TAIL_FOR_READING = 20;

/** `init` writes the identity of a journal that is made. */
export function openFile(
  wish: OpenWish,
  init: ((db: Database.Database) => void) | null,
): Result<JournalFile, JournalRefusal> {
  const path = resolve(wish.path);
  const modes = wish.shared === true ? SHARED : PERSONAL;
  const database = openPlace(path, modes, wish, init);
  if (!database.ok) return database;
  const { value: db } = database;
  try {
    const meta = readMeta(db);
    const problem = problemOf(db, meta, wish.readOnly === true ? TAIL_FOR_READING : TAIL);
    if (problem === null) return ok({ db, path, modes, meta });
    db.close();
    const message = `Journal ${path}: ${problem}. Do not write to it; keep it, and see what \`journal verify\` says.`;
    return err(cannotOpen("damaged", message));
  } catch (error) {
    db.close();
    return err(refusalOf(error, path, false));
  }
}

/** The database of the journal, made where it may be. */
function openPlace(
  path: string,
  modes: Modes,
  { readOnly = false, create = false }: OpenWish,
  init: ((db: Database.Database) => void) | null,
): Result<Database.Database, JournalRefusal> {
  const makes = create && !readOnly;
  const place = checkPlace(path, modes, makes);
  if (!place.ok) return place;
  try {
    if (place.value.fresh) makeFile(path, modes);
  } catch (error) {
    return err(refusalOf(error, path, false));
  }
  return openDatabase(path, readOnly, makes ? init : null);
}

/** The genesis hash as it is stored. */
export const genesisIn = (meta: ReadonlyMap<string, string>): Buffer => Buffer.from(meta.get("genesis") ?? "", "hex");

/** What is wrong with the journal's identity or its last `count` events; null where nothing is. */
function problemOf(db: Database.Database, meta: Map<string, string>, count: number): string | null {
  const genesis = genesisIn(meta);
  return genesisOf(meta).equals(genesis) ? checkTail(db, genesis.toString("hex"), count) : "its identity was changed";
}

/** The journal's identity by key. */
export function readMeta(db: Database.Database): Map<string, string> {
  return new Map(db.prepare<[], [string, string]>("SELECT key, value FROM meta").raw().all());
}
