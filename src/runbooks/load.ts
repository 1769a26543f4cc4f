/** Loads a runbook file: its shape, types, lint. Gives either runbooks or every problem at its place. */
import { err, ok, type Result } from "../ports/result.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Report } from "./node.ts";
import { buildRunbook } from "./build.ts";
import { checkTypes } from "./check.ts";
import { runbookDigest } from "./digest.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { lintInputs } from "./inputs.ts";
import { lintRunbook } from "./lint.ts";
import type { RuleId } from "./rules/index.ts";
import type { RawFile, RawRunbook } from "./schema.ts";
import { readShape } from "./shape.ts";
import { placeUses } from "./use.ts";

/** A runbook with the digest of what it says: sha256 over its canonical form, so that layout and comments do not count. */
export interface LoadedRunbook {
  readonly runbook: Runbook;
  readonly digest: string;
}

export interface RunbookFile {
  readonly file: string;
  readonly runbooks: readonly LoadedRunbook[];
  /** Of every runbook in the file. */
  readonly ids: readonly string[];
  /** What is to be said of it and refuses nothing, of the runbooks that were looked at. */
  readonly remarks: readonly Diagnostic[];
}

type Book = RawFile["runbooks"][number];

/** No two runbooks of a file have one id, or are begun by one key. */
function uniqueNames({ runbooks }: RawFile, report: Report): void {
  const ids = runbooks.map(({ id }) => id);
  const keys = runbooks.map(({ action }) => action?.key);
  for (const [index, { id, action }] of runbooks.entries()) {
    if (ids.indexOf(id) !== index) report("id-twice", ["runbooks", index, "id"], `the runbook ${id} is defined twice`);
    const key = action?.key;
    if (key !== undefined && keys.indexOf(key) !== index)
      report("action-key-twice", ["runbooks", index, "action", "key"], `the key ${key} begins another runbook already`);
  }
}

/** How the text of another file is read, by its path as seen from this one; a sentence where it cannot be. */
export type ReadOther = (path: string) => Result<{ readonly source: string; readonly file: string }, string>;

/** How a digest is written that pins a runbook. */
const DIGEST = /^[0-9a-f]{16,64}$/u;

/** The rule that is broken, and how. */
type Refusal = readonly [RuleId, string];

/** A runbook of another file under the name that `use` calls it by, or why it cannot be used. */
function foreignBook(
  name: string,
  digest: string | undefined,
  readOther: ReadOther | undefined,
): Result<Book, Refusal> {
  const end = name.lastIndexOf("#");
  const [path, id] = [name.slice(0, end), name.slice(end + 1)];
  const other = readOther?.(path) ?? err("a file beside it cannot be read here");
  if (!other.ok) return err(["use-unknown", other.error]);
  const { source, file } = other.value;
  const loaded = loadRunbooks(source, file, id);
  if (!loaded.ok)
    return err(["use-unknown", `${file} has ${loaded.error.length} problems; look with: handrail lint ${file}`]);
  const [book] = loaded.value.runbooks;
  const raw = readShape(source, file).raw?.runbooks.find((each) => each.id === id);
  if (book === undefined || raw === undefined)
    return err(["use-unknown", `${file} has no runbook ${id}; it has: ${loaded.value.ids.join(", ")}`]);
  if (digest === undefined)
    return err(["use-digest", `a runbook of another file is pinned: write digest: ${book.digest.slice(0, 16)}`]);
  if (!book.digest.startsWith(digest))
    return err([
      "use-digest",
      `${name} is another one than was pinned: its digest is ${book.digest.slice(0, 16)}; look what changed (handrail diff) before you pin it anew`,
    ]);
  return ok({ ...raw, id: name });
}

/** The runbooks of other files that a file uses. */
export function foreignBooks(raw: RawFile, readOther: ReadOther | undefined, report: Report): Book[] {
  return raw.runbooks.flatMap(({ phases }, bookAt) =>
    phases.flatMap((entry, index): Book[] => {
      if (!("use" in entry)) return [];
      const place = ["runbooks", bookAt, "phases", index];
      if (entry.digest !== undefined && !DIGEST.test(entry.digest)) {
        report("use-digest", [...place, "digest"], "a digest is 16 to 64 hexadecimal digits");
        return [];
      }
      if (!entry.use.includes("#")) return [];
      const book = foreignBook(entry.use, entry.digest, readOther);
      if (book.ok) return [book.value];
      const [rule, message] = book.error;
      report(rule, [...place, "use"], message);
      return [];
    }),
  );
}

/** The runbooks, or the one that is asked for, each with what it uses of the others, once its rules were looked at. */
function checkedBooks(raw: RawFile, others: readonly Book[], { bookId, isTyped }: Wish, add: Report): RawRunbook[] {
  uniqueNames(raw, add);
  const wholes: RawRunbook[] = [];
  for (const [index, book] of raw.runbooks.entries()) {
    if (bookId !== undefined && book.id !== bookId) continue;
    const { whole, originOf } = placeUses(book, [...raw.runbooks, ...others], (rule, path, ...texts) =>
      add(rule, ["runbooks", index, ...path], ...texts),
    );
    const report: Report = (rule, path, ...texts) => add(rule, originOf(path), ...texts);
    lintRunbook(whole, report, new Set(Object.keys(book.probes)));
    lintInputs(whole, report);
    if (isTyped) checkTypes(whole, report);
    wholes.push(whole);
  }
  return wholes;
}

interface Wish {
  readonly bookId: string | undefined;
  /** Whether expressions are looked at: not where what they name is broken already. */
  readonly isTyped: boolean;
}

/**
 * Loads the text of a runbook file. `file` is its name in messages. The shape of the whole file is always checked; with
 * `bookId`, types and rules of that runbook alone, for a quick start of a run. Ids of the others are given in `ids`.
 * `readOther` reads the files that it uses.
 */
export function loadRunbooks(
  source: string,
  file: string,
  bookId?: string,
  readOther?: ReadOther,
): Result<RunbookFile, readonly Diagnostic[]> {
  const { raw, problems, remarks, report } = readShape(source, file);
  // Columns that no statement tells would be complained about once more by every expression that names one.
  const isTyped = problems.length === 0;
  const others = raw === null ? [] : foreignBooks(raw, readOther, report);
  const wholes = raw === null ? [] : checkedBooks(raw, others, { bookId, isTyped }, report);
  if (raw === null || problems.length > 0) return err(problems.toSorted(byPlace));
  const runbooks = wholes.map((book) => {
    const runbook = buildRunbook(book);
    return { runbook, digest: runbookDigest(runbook) };
  });
  return ok({ file, runbooks, ids: raw.runbooks.map(({ id }) => id), remarks: remarks.toSorted(byPlace) });
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => a.line - b.line || a.column - b.column;
