/** Opens a journal, or says in words why not. */
import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import type { Actor, JournalRefusal } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Redactor } from "../text/redact.ts";
import type { JournalClock } from "./append.ts";
import { isOwed } from "../engine/event-table.ts";
import { type Ballast, fileBallast } from "./ballast.ts";
import { genesisOf } from "./chain.ts";
import { genesisIn, type JournalFile, openFile, type OpenWish } from "./file.ts";
import { type Journal, makeJournal } from "./journal.ts";
import { refusalOf } from "./refusal.ts";

export interface OpenOptions extends OpenWish {
  readonly actor: Actor;
  readonly clock: JournalClock;
  /** Unique, and in order of time as far as possible (ULID). */
  readonly ids: () => string;
  /** Makes the redactor once the journal's salt is known. */
  readonly redactor: (salt: string) => Redactor;
  /** Head (`seq:hash`) of the archived journal that a new one goes on from. */
  readonly continues?: string;
  /** Which events may still be written when the disk is full; without it, {@link isOwed}. */
  readonly owed?: (type: string) => boolean;
  /** For tests: what stands in for the ballast file. */
  readonly ballast?: Ballast;
}

/**
 * Opens the journal of a site. It refuses a file that others could have written, that is not a journal, is damaged at
 * its end or lies where a commit may be lost. The refusal's message names the path and what to do.
 */
export function openJournal(options: OpenOptions): Result<Journal, JournalRefusal> {
  const file = openFile(options, (db) => writeMeta(db, options));
  if (!file.ok) return file;
  try {
    return ok(journalOver(file.value, options));
  } catch (error) {
    file.value.db.close();
    return err(refusalOf(error, file.value.path, false));
  }
}

function journalOver({ db, path, modes, meta }: JournalFile, options: OpenOptions): Journal {
  const { actor, clock, ids, readOnly = false, owed: isDue = isOwed } = options;
  const redactor = options.redactor(meta.get("salt") ?? "");
  const { ballast = fileBallast(path, modes.file) } = options;
  if (!readOnly) ballast.restore();
  const [journalId, genesis] = [meta.get("journal_id") ?? "", genesisIn(meta)];
  return makeJournal({ db, path, journalId, readOnly, ballast, owed: isDue, clock, ids, redactor, actor, genesis });
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
