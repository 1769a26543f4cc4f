/**
 * One run at a time on a target of this host, whatever the runbook. The lock is an exclusive transaction held open on a
 * small SQLite file: the kernel ends it with the process, so a killed console locks nobody out. Who holds it stands in a
 * file beside it, for the message only.
 *
 * The lock file is never opened except by SQLite and never deleted: closing any other descriptor of it in this process
 * would drop the lock, and a deleted file would let a second one be locked under the same name.
 */
import { hash, randomUUID } from "node:crypto";
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { err, ok, type Result } from "../ports/result.ts";
import { makeDirectory, makeFile, PERSONAL, SHARED } from "./place.ts";
import { codeOf, meaningOf } from "./refusal.ts";

export interface LockHolder {
  readonly login: string;
  readonly host: string;
  readonly pid: number;
  readonly run_id: string;
  /** UTC, ISO 8601. */
  readonly since: string;
}

export interface TargetLock {
  /** Whether it is still the lock that others see: check before each effect. False after release or if its file went. */
  held(): boolean;
  release(): void;
}

/** `holder` is null when the holder has not written its name yet, or cannot be read. */
export type LockRefusal =
  | { readonly kind: "held"; readonly holder: LockHolder | null; readonly message: string }
  | { readonly kind: "unusable"; readonly holder: null; readonly message: string };

export interface LockOptions {
  readonly dir: string;
  readonly key: string;
  readonly holder: LockHolder;
  /** For a group of operators: directory 2770, files 0660. */
  readonly shared?: boolean;
}

const WAIT_MS = 300;

/** Takes the lock of a target or says who has it, within a second. Keys that differ in case or outer space are one. */
export function acquireTargetLock({
  dir,
  key,
  holder,
  shared: isShared = false,
}: LockOptions): Result<TargetLock, LockRefusal> {
  const modes = isShared ? SHARED : PERSONAL;
  const name = hash("sha256", normalKey(key)).slice(0, 32);
  const [file, holderFile] = [join(dir, `${name}.lock`), join(dir, `${name}.json`)];
  let db: Database.Database | undefined;
  try {
    makeDirectory(dir, modes);
    makeFile(file, modes);
    db = new Database(file, { fileMustExist: true, timeout: WAIT_MS });
    // The file stays empty. SQLite sets twenty pages aside for each, and a run over hundreds of targets holds as many locks.
    db.pragma("page_size = 512");
    db.exec("BEGIN EXCLUSIVE");
    writeHolder(holderFile, holder, modes.file);
  } catch (error) {
    db?.close();
    return err(refusal(error, file, holderFile));
  }
  return ok(makeLock(db, file, holderFile));
}

function makeLock(db: Database.Database, file: string, holderFile: string): TargetLock {
  const inode = statSync(file).ino;
  return {
    held: () => db.inTransaction && statSync(file, { throwIfNoEntry: false })?.ino === inode,
    release() {
      if (!db.open) return;
      // The name goes first: once the lock is free the file may be another's.
      rmSync(holderFile, { force: true });
      db.close();
    },
  };
}

function normalKey(key: string): string {
  return key.normalize("NFKC").trim().toLowerCase().replaceAll(/\s+/g, " ");
}

function refusal(error: unknown, file: string, holderFile: string): LockRefusal {
  const code = codeOf(error);
  if (!/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    if (code === "") throw error;
    return {
      kind: "unusable",
      holder: null,
      message: `The lock ${file} cannot be taken: ${meaningOf(error) ?? `check its directory (${code})`}.`,
    };
  }
  const holder = readHolder(holderFile);
  const holderText =
    holder === null
      ? "another process"
      : `${holder.login} on ${holder.host} (process ${holder.pid}, run ${holder.run_id}) since ${holder.since}`;
  return { kind: "held", holder, message: `The target is locked by ${holderText}.` };
}

function writeHolder(path: string, holder: LockHolder, mode: number): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(holder), { mode, flag: "wx" });
  chmodSync(draft, mode);
  renameSync(draft, path);
}

function readHolder(path: string): LockHolder | null {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Partial<Record<keyof LockHolder, unknown>>;
    const text = (member: unknown): string => (typeof member === "string" ? member : "?");
    const { login, host, run_id, since: startTime, pid } = value;
    return { login: text(login), host: text(host), run_id: text(run_id), since: text(startTime), pid: Number(pid) };
  } catch {
    return null;
  }
}
