/**
 * A runbook that was checked once need not be checked again: its canonical form is kept under the digest of the file it
 * came from and of this build. Whatever does not fit is loaded and checked as ever; nothing is approved by being here.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { Runbook } from "../../phases/spec.ts";
import { runbookDigest } from "../../runbooks/digest.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Io } from "../io.ts";
import { cacheDir } from "../paths.ts";
import { readSource } from "./source.ts";

/** Set by the build, the digest of its sources: what another Handrail kept is not ours. Undefined when run from source. */
declare const HANDRAIL_BUILD: string | undefined;

/** Whether nobody else may write to it. */
const isOurs = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o022) === 0;

/** Reads a kept runbook; null unless it is ours alone to write and says what its name promises. */
function readCopy(path: string, id: string): LoadedRunbook | null {
  try {
    if (!isOurs(statSync(path))) return null;
    const { digest, runbook } = JSON.parse(readFileSync(path, "utf8")) as { digest: string; runbook: Runbook };
    return runbook.id === id && runbookDigest(runbook) === digest ? { runbook, digest } : null;
  } catch {
    return null;
  }
}

/** Keeps a runbook in one step. A cache that cannot be written costs time and nothing else. */
function keep(path: string, book: LoadedRunbook): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(book), { mode: 0o600, flag: "wx" });
    renameSync(fresh, path);
  } catch {
    // Read-only homes and full disks are no reason not to recover a target.
  }
}

/** Where a runbook of such a text is kept; null where none is. */
function copyPath(source: string, id: string, env: Io["env"]): string | null {
  if (typeof HANDRAIL_BUILD !== "string") return null;
  const dir = cacheDir(env);
  const key = createHash("sha256").update(`${HANDRAIL_BUILD}\n${id}\n${source}`).digest("hex");
  return dir === null ? null : join(dir, "runbooks", `${key}.json`);
}

/** One runbook of a file, checked now or before. Stops with every problem that the file has. */
export async function checkedRunbook(file: string, id: string, env: Io["env"]): Promise<LoadedRunbook> {
  const { source, problem } = readSource(file);
  const path = copyPath(source, id, env);
  const copy = path === null || problem !== null ? null : readCopy(path, id);
  if (copy !== null) return copy;
  const { findRunbook, loadFile } = await import("./file.ts");
  const book = findRunbook(loadFile(file, id), id);
  if (path !== null) keep(path, book);
  return book;
}
