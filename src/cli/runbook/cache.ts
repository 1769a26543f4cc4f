/**
 * A runbook that was checked once need not be checked again: its canonical form is kept under the digest of the file it
 * came from and of this build. Whatever does not fit is loaded and checked as ever; nothing is approved by being here.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Runbook } from "../../phases/spec.ts";
import { runbookDigest } from "../../runbooks/digest.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Io } from "../io.ts";
import { cacheDir } from "../paths.ts";
import { readSource } from "./source.ts";

/** Set by the build, the digest of its sources: what another Handrail kept is not ours. Undefined when run from source. */
declare const HANDRAIL_BUILD: string | undefined;

/** Reads a kept runbook; null unless it is ours alone to write and says what its name promises. */
function readCopy(path: string, id: string): LoadedRunbook | null {
  try {
    const stats = statSync(path);
    if (stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) return null;
    const { digest, runbook } = JSON.parse(readFileSync(path, "utf8")) as { digest: string; runbook: Runbook };
    return runbook.id === id && runbookDigest(runbook) === digest ? { runbook, digest } : null;
  } catch {
    return null;
  }
}

/** Keeps a runbook in one step. A cache that cannot be written costs time and nothing else. */
function keep(dir: string, path: string, book: LoadedRunbook): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(book), { mode: 0o600, flag: "wx" });
    renameSync(fresh, path);
  } catch {
    // Read-only homes and full disks are no reason not to recover a target.
  }
}

/** One runbook of a file, checked now or before. Stops with every problem that the file has. */
export async function checkedRunbook(file: string, id: string, env: Io["env"]): Promise<LoadedRunbook> {
  const { source, problem } = readSource(file);
  const build = typeof HANDRAIL_BUILD === "string" ? HANDRAIL_BUILD : null;
  const dir = build === null ? null : cacheDir(env);
  const key = createHash("sha256")
    .update(`${build ?? ""}\n${id}\n${source}`)
    .digest("hex");
  const path = dir === null ? null : join(dir, "runbooks", `${key}.json`);
  const copy = path === null || problem !== null ? null : readCopy(path, id);
  if (copy !== null) return copy;
  const { findRunbook, loadFile } = await import("./file.ts");
  const book = findRunbook(loadFile(file, id), id);
  if (path !== null && dir !== null) keep(join(dir, "runbooks"), path, book);
  return book;
}
