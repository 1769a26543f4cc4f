/**
 * A runbook that was checked once need not be checked again: its canonical form is kept under the digest of the file it
 * came from and of this build. Whatever does not fit is loaded and checked as ever; nothing is approved by being here.
 */
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Io } from "../io.ts";
import { cacheDir } from "../paths.ts";
import { readSource } from "./source.ts";

/** Set by the build, the digest of its sources: what another Handrail kept is not ours. Undefined when run from source. */
declare const HANDRAIL_BUILD: string | undefined;

/** Whether nobody else may write to it. */
const isOurs = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o022) === 0;

/** What is kept begins with the digest of the rest. */
const digestOf = (text: string): string => hash("sha256", text);

/** Reads what was kept; null unless it is ours alone to write, and whole. */
function readCopy(path: string): readonly LoadedRunbook[] | null {
  try {
    if (!isOurs(statSync(path))) return null;
    const copy = readFileSync(path, "utf8");
    const end = copy.indexOf("\n");
    const text = copy.slice(end + 1);
    return digestOf(text) === copy.slice(0, end) ? (JSON.parse(text) as readonly LoadedRunbook[]) : null;
  } catch {
    return null;
  }
}

/** Keeps runbooks in one step. A cache that cannot be written costs time and nothing else. */
function keep(path: string, books: readonly LoadedRunbook[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fresh = `${path}.${process.pid}`;
    const text = JSON.stringify(books);
    writeFileSync(fresh, `${digestOf(text)}\n${text}`, { mode: 0o600, flag: "wx" });
    renameSync(fresh, path);
  } catch {
    // Read-only homes and full disks are no reason not to recover a target.
  }
}

/** Where what is meant of such a text is kept; null where nothing is. */
function copyPath(source: string, meaning: string, env: Io["env"]): string | null {
  if (typeof HANDRAIL_BUILD !== "string") return null;
  const dir = cacheDir(env);
  const key = digestOf(`${HANDRAIL_BUILD}\n${meaning}\n${source}`);
  return dir === null ? null : join(dir, "runbooks", `${key}.json`);
}

/** Whether a text may take phases of another file: what that says now is looked at each time. */
const takesOthers = (source: string): boolean => /\buse\b["']?\s*:[^\n]*#/u.test(source);

/** What a file gives by `load`, which checks it, now or before; `meaning` says what of it, `isMeant` whether a copy is that. */
async function checked(
  file: string,
  env: Io["env"],
  { meaning, isMeant }: { readonly meaning: string; isMeant(books: readonly LoadedRunbook[]): boolean },
  load: () => Promise<readonly LoadedRunbook[]>,
): Promise<readonly LoadedRunbook[]> {
  const { source, problem } = readSource(file);
  const path = takesOthers(source) ? null : copyPath(source, meaning, env);
  const copy = path === null || problem !== null ? null : readCopy(path);
  if (copy !== null && isMeant(copy)) return copy;
  const books = await load();
  if (path !== null) keep(path, books);
  return books;
}

/** One runbook of a file. Stops with every problem that the file has. */
export async function checkedRunbook(file: string, id: string, env: Io["env"]): Promise<LoadedRunbook> {
  const isMeant = ([book, ...others]: readonly LoadedRunbook[]): boolean =>
    book?.runbook.id === id && others.length === 0;
  const [book] = await checked(file, env, { meaning: `one ${id}`, isMeant }, async () => {
    const { findRunbook, loadFile } = await import("./file.ts");
    return [findRunbook(loadFile(file, id), id)];
  });
  if (book === undefined) throw new Error(`${file} gave no runbook ${id}`);
  return book;
}

/** All runbooks of a file. Stops with every problem that the file has. */
export const checkedFile = (file: string, env: Io["env"]): Promise<readonly LoadedRunbook[]> =>
  checked(file, env, { meaning: "all", isMeant: (books) => books.length > 0 }, async () => {
    const { loadFile } = await import("./file.ts");
    return loadFile(file).runbooks;
  });
