/** Loads a runbook file: strict YAML, schema, types, lint. Gives either runbooks or every problem at its place. */
import { err, ok, type Result } from "../ports/result.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Report } from "./node.ts";
import { buildRunbook } from "./build.ts";
import { checkTypes } from "./check.ts";
import { runbookDigest } from "./digest.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { didYouMean } from "../text/near.ts";
import { lintInputs } from "./inputs.ts";
import { lintRunbook } from "./lint.ts";
import { fileSchema, type RawFile, type RawRunbook } from "./schema.ts";
import {
  allForms,
  findForm,
  keyOf,
  isRead,
  isSelection,
  kindIds,
  opsOf,
  SQL_SELECT,
  takesCommand,
  VARIANT,
  variantOf,
  words,
  type Variant,
} from "./variants.ts";
import { fitSchema } from "../text/misfits.ts";
import { list, members, record, type Add, type Raw } from "./raw.ts";
import { lengthen } from "./short-form.ts";
import { placeUses } from "./use.ts";
import { parseYaml, type Locator } from "./yaml.ts";

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
}

/** A step or a probe has no kind: neither `kind` nor a key that says one. */
function noKind(step: Raw, path: readonly PropertyKey[], add: Add): void {
  const ids = `one of ${kindIds().join(", ")}`;
  const key = Object.keys(step).find((name) => name.includes("."));
  if (key === undefined) add(path, "a `kind` is missing", ids);
  else add(path, `there is no kind ${key}`, didYouMean(key, [...words().keys()]) ?? ids, key);
}

/** Why a step or a probe is none of the variants that there are. */
function strangeKind(step: Raw, path: readonly PropertyKey[], add: Add): void {
  const { kind, op } = step;
  const ids = kindIds();
  if (typeof kind !== "string") noKind(step, path, add);
  else if (!ids.includes(kind)) add([...path, "kind"], `there is no kind ${kind}`, didYouMean(kind, ids));
  else if (op === undefined) add(path, `of ${kind} the field op is missing`, `one of ${opsOf(kind).join(", ")}`);
  else add([...path, "op"], `${kind} has no such op`, `one of ${opsOf(kind).join(", ")}`);
}

type Book = RawFile["runbooks"][number];

/** Gives a step or a probe the `variant` that the schema discriminates on, or complains. */
function addVariant(raw: unknown, path: readonly PropertyKey[], restriction: "reads" | null, add: Add): void {
  const step = record(raw);
  if (step === null) return;
  const variant = variantOf(step);
  if (variant === null) return strangeKind(step, path, add);
  const [message, hint] = whyNot(step, variant, restriction) ?? [];
  if (message !== undefined) return add(path, message, hint);
  step[VARIANT] = variant;
}

/** Why a step or a probe of a known variant is none all the same, with a hint; null where it is one. */
function whyNot({ kind, command }: Raw, variant: Variant, restriction: "reads" | null): [string, string?] | null {
  if (command === undefined && takesCommand(variant))
    return ["the field command is missing", `${String(kind)} lists with list…, and changes with every other`];
  const isMisplaced = restriction === "reads" && !isRead(variant);
  return isMisplaced ? [`a probe only looks, and this ${String(kind)} is none that does`] : null;
}

/** A selection asks for rows: a query, or a kind's question. */
function noSelection(select: Raw, path: readonly PropertyKey[], add: Add): void {
  const kinds = allForms().filter(isSelection);
  const keys = ["sql", ...kinds.map((form) => keyOf(form)[0])];
  const key = Object.keys(select).find((name) => name.includes("."));
  if (key === undefined) add(path, "it does not say what lists the targets", `one of ${keys.join(", ")}`);
  else add(path, `there is no kind ${key}`, didYouMean(key, keys) ?? `one of ${keys.join(", ")}`, key);
}

/** Where targets come from: what names no kind is a query of a database. */
function addSelection(raw: unknown, path: readonly PropertyKey[], add: Add): void {
  const select = record(raw);
  if (select === null) return;
  if (select["kind"] === undefined && select["sql"] === undefined) return noSelection(select, path, add);
  if (select["kind"] === undefined) return void (select[VARIANT] = SQL_SELECT);
  const form = findForm(variantOf(select) ?? "");
  if (form === undefined) return strangeKind(select, path, add);
  if (isSelection(form)) return void (select[VARIANT] = form.variant);
  const message =
    form.fields["sql"] === undefined ? "its answer is no rows" : "a query stands under sql, without a kind";
  add(path, `targets cannot be listed so: ${message}`);
}

function addVariants(value: unknown, add: Add): void {
  for (const [bookAt, book] of list(record(value)?.["runbooks"]).entries()) {
    const bookPath = ["runbooks", bookAt];
    addSelection(record(book)?.["select"], [...bookPath, "select"], add);
    for (const [phaseAt, phase] of list(record(book)?.["phases"]).entries())
      for (const [stepAt, step] of list(record(phase)?.["steps"]).entries())
        addVariant(step, [...bookPath, "phases", phaseAt, "steps", stepAt], null, add);
    for (const [name, probe] of members(record(book)?.["probes"]))
      addVariant(probe, [...bookPath, "probes", name], "reads", add);
    for (const [name, input] of members(record(book)?.["inputs"]))
      addVariant(record(input)?.["choice_from"], [...bookPath, "inputs", name, "choice_from"], "reads", add);
  }
}

function shapeProblems(value: unknown, add: Add): RawFile | null {
  const read = fitSchema(fileSchema(), value, VARIANT);
  if ("data" in read) return read.data;
  for (const { path, message, hint, field } of read.misfits) add(path, message, hint, field);
  return null;
}

function adder(file: string, locator: Locator, problems: Diagnostic[]): Add {
  const keys = new Set<string>();
  return (path, message, hint = null, onKey) => {
    const { line, column } = locator.place(path, onKey);
    const key = `${line}:${column}:${message}`;
    if (keys.has(key)) return;
    keys.add(key);
    problems.push({ file, line, column, message, hint });
  };
}

/** No two runbooks of a file have one id, or are begun by one key. */
function uniqueNames({ runbooks }: RawFile, add: Add): void {
  const ids = runbooks.map(({ id }) => id);
  const keys = runbooks.map(({ action }) => action?.key);
  for (const [index, { id, action }] of runbooks.entries()) {
    if (ids.indexOf(id) !== index) add(["runbooks", index, "id"], `the runbook ${id} is defined twice`);
    const key = action?.key;
    if (key !== undefined && keys.indexOf(key) !== index)
      add(["runbooks", index, "action", "key"], `the key ${key} begins another runbook already`);
  }
}

/** How the text of another file is read, by its path as seen from this one; a sentence where it cannot be. */
export type ReadOther = (path: string) => Result<{ readonly source: string; readonly file: string }, string>;

/** A runbook of another file under the name that `use` calls it by, or why it cannot be used. */
function foreignBook(name: string, digest: string | undefined, readOther: ReadOther | undefined): Result<Book, string> {
  const end = name.lastIndexOf("#");
  const [path, id] = [name.slice(0, end), name.slice(end + 1)];
  const other = readOther?.(path) ?? err("a file beside it cannot be read here");
  if (!other.ok) return other;
  const { source, file } = other.value;
  const loaded = loadRunbooks(source, file, id);
  if (!loaded.ok) return err(`${file} has ${loaded.error.length} problems; look with: handrail lint ${file}`);
  const [book] = loaded.value.runbooks;
  const raw = rawOf(source, file, () => undefined)?.runbooks.find((each) => each.id === id);
  if (book === undefined || raw === undefined)
    return err(`${file} has no runbook ${id}; it has: ${loaded.value.ids.join(", ")}`);
  if (digest === undefined)
    return err(`a runbook of another file is pinned: write digest: ${book.digest.slice(0, 16)}`);
  if (!book.digest.startsWith(digest))
    return err(
      `${name} is another one than was pinned: its digest is ${book.digest.slice(0, 16)}; look what changed (handrail diff) before you pin it anew`,
    );
  return ok({ ...raw, id: name });
}

/** The runbooks of other files that a file uses. */
function foreignBooks(raw: RawFile, readOther: ReadOther | undefined, add: Add): Book[] {
  return raw.runbooks.flatMap(({ phases }, bookAt) =>
    phases.flatMap((entry, index): Book[] => {
      if (!("use" in entry) || !entry.use.includes("#")) return [];
      const book = foreignBook(entry.use, entry.digest, readOther);
      if (book.ok) return [book.value];
      add(["runbooks", bookAt, "phases", index, "use"], book.error);
      return [];
    }),
  );
}

/** The runbooks, or the one that is asked for, each with what it uses of the others, once its rules were looked at. */
function checkedBooks(raw: RawFile, others: readonly Book[], { bookId, isTyped }: Wish, add: Add): RawRunbook[] {
  uniqueNames(raw, add);
  const wholes: RawRunbook[] = [];
  for (const [index, book] of raw.runbooks.entries()) {
    if (bookId !== undefined && book.id !== bookId) continue;
    const report: Report = (path, message, hint = null) => add(["runbooks", index, ...path], message, hint);
    const whole = placeUses(book, [...raw.runbooks, ...others], report);
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

/** The shape of a file: null where it has none, with every problem told. */
function rawOf(
  source: string,
  file: string,
  tell: (problems: readonly Diagnostic[], add: Add) => void,
): RawFile | null {
  const { value, locator, problems: syntax } = parseYaml(source, file);
  const problems: Diagnostic[] = [...syntax];
  const complain = adder(file, locator, problems);
  if (syntax.length > 0) {
    tell(problems, complain);
    return null;
  }
  const placeOf = lengthen(value, complain);
  const add: Add = (path, ...rest) => complain(placeOf(path), ...rest);
  addVariants(value, add);
  const raw = shapeProblems(value, add);
  tell(problems, add);
  return raw;
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
  let problems: readonly Diagnostic[] = [];
  let add: Add = () => undefined;
  const raw = rawOf(source, file, (list, complain) => {
    problems = list;
    add = complain;
  });
  // Columns that no statement tells would be complained about once more by every expression that names one.
  const isTyped = problems.length === 0;
  const others = raw === null ? [] : foreignBooks(raw, readOther, add);
  const wholes = raw === null ? [] : checkedBooks(raw, others, { bookId, isTyped }, add);
  if (raw === null || problems.length > 0) {
    return err(problems.toSorted((a, b) => a.line - b.line || a.column - b.column));
  }
  const runbooks = wholes.map((book) => {
    const runbook = buildRunbook(book);
    return { runbook, digest: runbookDigest(runbook) };
  });
  return ok({ file, runbooks, ids: raw.runbooks.map(({ id }) => id) });
}
