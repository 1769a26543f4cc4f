/** A copy of a journal, made by SQLite itself: whole at any time, also while a run goes on. */
import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { fileTrouble } from "../files/trouble.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { newerThanThis, verifyJournal } from "./verify.ts";

/**
 * Copies the journal at `path` to `copy`, which must not be there yet, and verifies the copy before it gets its name. Gives the
 * number of events, or why there is no copy.
 */
export async function backupJournal(path: string, copy: string): Promise<Result<number, string>> {
  if (existsSync(copy)) return err(`${copy} is there already, and nothing is written over; name another file`);
  const newer = newerThanThis(path);
  if (newer !== null) return err(newer);
  const draft = `${copy}.${process.pid}.new`;
  try {
    writeFileSync(draft, "", { mode: 0o600, flag: "wx" });
    const db = new Database(path, { readonly: true });
    try {
      await db.backup(draft);
    } finally {
      db.close();
    }
    const { ok: isWhole, events, problems } = verifyJournal(draft);
    if (!isWhole)
      return err(
        `the copy of ${path} is not as the journal was written: ${problems[0]?.message ?? "it cannot be read"}`,
      );
    // A name that somebody else took meanwhile stays his: a link replaces nothing.
    linkSync(draft, copy);
    return ok(events);
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === "string")
      return err(`${path} cannot be copied to ${copy}: ${fileTrouble(error)}`);
    throw error;
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${draft}${end}`, { force: true });
  }
}
