/** What the world refuses, in words that name the file and what to do. */
import type { JournalRefusal } from "../engine/journal-port.ts";

/** A refusal while opening (`EXIT.journalClosed`). */
export function cannotOpen(kind: JournalRefusal["kind"], message: string): JournalRefusal {
  return { kind, opened: false, message };
}

/** A refusal of an open journal (`EXIT.journalUnwritable`). */
export function cannotWrite(kind: JournalRefusal["kind"], message: string): JournalRefusal {
  return { kind, opened: true, message };
}

/** The code of an error of SQLite (`SQLITE_FULL`) or of the system (`EACCES`); empty for anything else. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** Without room on the disk: by SQLite's word, or by the system's. */
const FULL = /^(?:SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/;

/** Whether a write into an open journal found no room: some file systems say so only by a write that fails. */
export const hasNoRoom = (error: unknown): boolean =>
  FULL.test(codeOf(error)) || codeOf(error).startsWith("SQLITE_IOERR_WRITE");

const RULES: readonly [RegExp, JournalRefusal["kind"], string][] = [
  [FULL, "full", "the disk is full: free some space and try again"],
  [
    /^SQLITE_(?:BUSY|LOCKED)/,
    "busy",
    "another process kept it locked for 5 seconds: try again, or see who has it open",
  ],
  [
    /^SQLITE_(?:CORRUPT|NOTADB)/,
    "damaged",
    "it is damaged: move it away and restore a copy; `journal verify` says more",
  ],
  [
    /^(?:SQLITE_CANTOPEN|ENOENT|ENOTDIR)/,
    "unwritable",
    "it cannot be opened: check that the directory exists and is yours",
  ],
  [
    /^(?:SQLITE_(?:READONLY|PERM|IOERR)|EACCES|EPERM|EROFS|EIO|ELOOP)/,
    "unwritable",
    "it cannot be written: check its owner, mode and disk",
  ],
];

/** What an error of SQLite or of the file system means for a person, as the end of a sentence; null for anything else. */
export function meaningOf(error: unknown): string | null {
  const code = codeOf(error);
  const rule = RULES.find(([pattern]) => pattern.test(code));
  return rule === undefined ? null : `${rule[2]} (${code})`;
}

/**
 * Turns an error of SQLite or of the file system into a refusal. Anything else is a bug and is thrown again, as is a
 * violated constraint: the caller gave an id twice.
 */
export function refusalOf(error: unknown, path: string, isOpen: boolean): JournalRefusal {
  const code = codeOf(error);
  const rule = RULES.find(([pattern]) => pattern.test(code));
  if (rule === undefined) throw error;
  return { kind: rule[1], opened: isOpen, message: `Journal ${path}: ${rule[2]} (${code}).` };
}
