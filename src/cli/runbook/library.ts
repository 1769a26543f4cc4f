/**
 * Where runbooks are looked for: the files that a command line names, else the shipped one and those of the configuration. A file
 * that cannot be read stands in the way of none but its own runbooks.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { didYouMean } from "../../text/near.ts";
import { safeText } from "../../text/safe-text.ts";
import { distrustOf } from "../../files/trust.ts";
import { EXIT } from "../../engine/exit.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Values } from "../command.ts";
import { Stop, type Io } from "../io.ts";
import { configuredRunbooks } from "../site/config.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { checkedFile } from "./cache.ts";
import { filesIn, readSource, shippedFile } from "./source.ts";

/** Who says that a file holds runbooks. */
export type Origin = "shipped" | "configuration" | "command line";

export interface LibraryFile {
  readonly path: string;
  readonly origin: Origin;
  /** The only runbook of it that is meant; null: all of them. */
  readonly only: string | null;
}

/** A runbook and where it comes from. */
export interface LibraryBook extends LoadedRunbook {
  readonly file: string;
  readonly origin: Origin;
}

/** A file that holds no runbook that can be used, and why. */
export interface BrokenFile {
  readonly path: string;
  readonly origin: Origin;
  readonly message: string;
}

const RUNBOOK_FILE = /\.ya?ml$/u;

const homeOf = (env: Io["env"]): string => env["HOME"] ?? homedir();

/** `~` stands for the home, and what is relative is so to the file that says it. */
function placeOf(text: string, folder: string, env: Io["env"]): string {
  if (text === "~" || text.startsWith("~/")) return join(homeOf(env), text.slice(1));
  return isAbsolute(text) ? text : resolve(folder, text);
}

/** `FILE#ID`: one runbook of a file. What exists under the whole text is a file of that name. */
export function splitName(text: string): { readonly path: string; readonly only: string | null } {
  const at = text.lastIndexOf("#");
  return at <= 0 || existsSync(text)
    ? { path: text, only: null }
    : { path: text.slice(0, at), only: text.slice(at + 1) };
}

/** The files of a folder, in the order of their names; a file is itself. */
export function filesOf(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => RUNBOOK_FILE.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

function expand(
  text: string,
  folder: string,
  { env, origin }: { readonly env: Io["env"]; readonly origin: Origin },
): LibraryFile[] {
  const { path, only } = splitName(placeOf(text, folder, env));
  return filesOf(path).map((file) => ({ path: file, origin, only }));
}

/** Every file that a command looks for runbooks in. */
export async function libraryFiles(values: Values, env: Io["env"]): Promise<LibraryFile[]> {
  const named = filesIn(values);
  if (named.length > 0)
    return named.flatMap((text) => {
      const { path, only } = splitName(text);
      return filesOf(path).map((file): LibraryFile => ({ path: file, origin: "command line", only }));
    });
  const configured = await configuredRunbooks(values, env);
  const own = (configured?.paths ?? []).flatMap((text) =>
    expand(text, dirname(configured?.file ?? "."), { env, origin: "configuration" }),
  );
  return [{ path: shippedFile(), origin: "shipped", only: null }, ...own];
}

/** Why a file of the configuration is not read: whoever can change it decides what Handrail offers. */
const distrust = ({ path, origin }: LibraryFile): string | null =>
  origin === "configuration" && existsSync(path) ? distrustOf(path) : null;

interface LoadedFile {
  readonly books: readonly LibraryBook[];
  readonly broken: BrokenFile | null;
}

async function loadOne(file: LibraryFile, env: Io["env"]): Promise<LoadedFile> {
  const { path, origin, only } = file;
  const reason = distrust(file);
  if (reason !== null) return { books: [], broken: { path, origin, message: `it is not read: ${reason}` } };
  try {
    const runbooks = await checkedFile(path, env);
    const meant = runbooks.filter(({ runbook }) => only === null || runbook.id === only);
    if (meant.length === 0) return { books: [], broken: { path, origin, message: `it has no runbook ${only ?? ""}` } };
    return { books: meant.map((book) => ({ ...book, file: path, origin })), broken: null };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { books: [], broken: { path, origin, message: error.message } };
  }
}

/** Every runbook that there is, in the order of the files; and the files that are broken. */
export async function loadLibrary(
  values: Values,
  env: Io["env"],
): Promise<{ readonly books: readonly LibraryBook[]; readonly broken: readonly BrokenFile[] }> {
  const loaded: LoadedFile[] = [];
  for (const file of await libraryFiles(values, env)) loaded.push(await loadOne(file, env));
  return {
    books: loaded.flatMap(({ books }) => books),
    broken: loaded.flatMap(({ broken }) => broken ?? []),
  };
}

/** Whether a text can hold a runbook with this id: a file that cannot need not be read as YAML. */
const mentions = (path: string, id: string): boolean => readSource(path).source.includes(id);

/** The file of a runbook by its id, or `FILE#ID`. Stops where there is none, or where several files have one of that id. */
export async function findBook(
  values: Values,
  env: Io["env"],
  word: string,
): Promise<{ readonly file: string; readonly id: string }> {
  const { path, only } = splitName(word);
  if (only !== null) return { file: path, id: only };
  const files = (await libraryFiles(values, env)).filter((file) => file.only === null || file.only === word);
  // One file is looked into by whoever loads it, with every problem that it has.
  const [single, ...others] = files;
  if (single !== undefined && others.length === 0) return { file: trusted(single).path, id: word };
  const candidates = files.filter((file) => existsSync(file.path) && mentions(file.path, word));
  const [candidate, ...more] = candidates;
  if (candidate !== undefined && more.length === 0 && candidate.origin === "shipped")
    return { file: candidate.path, id: word };
  return chosen(word, candidates, await loadLibrary(values, env));
}

/**
 * A runbook as a command to be copied names it: by its id where that is enough to find this very file again, else with the file.
 * `site` says where to look; a run that no file made has none.
 */
export async function bookWords(
  site: Values,
  env: Io["env"],
  { file, id }: { readonly file: string; readonly id: string },
): Promise<string> {
  if (file === "" || (await isFound(site, env, { file, id }))) return id;
  return `${id} --file ${shellWord(file)}`;
}

async function isFound(
  site: Values,
  env: Io["env"],
  { file, id }: { readonly file: string; readonly id: string },
): Promise<boolean> {
  try {
    const hit = await findBook({ site: site["site"], lab: site["lab"], config: site["config"] }, env, id);
    return resolve(hit.file) === resolve(file);
  } catch (error) {
    // Nobody finds it by its id: there is none, there are two, or what stands there cannot be read.
    if (error instanceof Stop) return false;
    throw error;
  }
}

function trusted(file: LibraryFile): LibraryFile {
  const reason = distrust(file);
  if (reason !== null) throw new Stop(EXIT.badFile, `${file.path} is not read: ${reason}. Nothing was executed`);
  return file;
}

function chosen(
  word: string,
  candidates: readonly LibraryFile[],
  { books, broken }: { readonly books: readonly LibraryBook[]; readonly broken: readonly BrokenFile[] },
): { readonly file: string; readonly id: string } {
  const hits = books.filter(({ runbook }) => runbook.id === word);
  const [hit, another] = hits;
  if (hit !== undefined && another === undefined) return { file: hit.file, id: word };
  if (hit !== undefined) {
    const names = hits.map(({ file }) => `${safeText(file)}#${word}`).join(" or ");
    throw new Stop(EXIT.usage, `there are ${hits.length} runbooks ${word}; say which: ${names}. Nothing was executed`);
  }
  const reason = broken.find(({ path }) => candidates.some((candidate) => candidate.path === path));
  if (reason !== undefined) throw new Stop(EXIT.badFile, reason.message);
  const ids = books.map(({ runbook }) => runbook.id);
  const hint = didYouMean(word, ids);
  throw new Stop(
    EXIT.usage,
    `there is no runbook ${word}${hint === null ? "." : `; ${hint}`} There are: ${ids.join(", ")}`,
  );
}
