/** Loads a runbook file: strict YAML, schema, types, lint. Gives either runbooks or every problem at its place. */
import type { z } from "zod";
import { err, ok, type Result } from "../phases/result.ts";
import type { Runbook } from "../phases/spec.ts";
import { buildRunbook } from "./build.ts";
import { checkTypes } from "./check.ts";
import { runbookDigest } from "./digest.ts";
import { didYouMean, type Diagnostic } from "./diagnostic.ts";
import { lintRunbook } from "./lint.ts";
import { fileSchema, KIND_IDS, variantOf, type RawFile, type RawRunbook } from "./schema.ts";
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

type Add = (path: readonly PropertyKey[], message: string, hint?: string | null, onKey?: string) => void;

/** Gives each step and probe its `variant`, which the schema discriminates on, and complains about unknown kinds. */
function addVariants(value: unknown, add: Add): void {
  const visit = (raw: unknown, path: readonly PropertyKey[]): void => {
    if (raw === null || typeof raw !== "object" || Array.isArray(raw)) return;
    const record = raw as Record<string, unknown>;
    const variant = variantOf(record);
    if (variant !== null) record["variant"] = variant;
    else if (typeof record["kind"] !== "string") add(path, "a `kind` is missing", `one of ${KIND_IDS.join(", ")}`);
    else if (KIND_IDS.includes(record["kind"])) add([...path, "op"], `${record["kind"]} has no such op`);
    else add([...path, "kind"], `there is no kind ${record["kind"]}`, didYouMean(record["kind"], KIND_IDS));
  };
  const list = (found: unknown): unknown[] => (Array.isArray(found) ? found : []);
  for (const [bookAt, book] of list((value as { runbooks?: unknown } | null)?.runbooks).entries()) {
    const raw = (book ?? {}) as { phases?: unknown; probes?: unknown };
    for (const [phaseAt, phase] of list(raw.phases).entries()) {
      for (const [stepAt, step] of list((phase as { steps?: unknown } | null)?.steps).entries()) {
        visit(step, ["runbooks", bookAt, "phases", phaseAt, "steps", stepAt]);
      }
    }
    const probes = raw.probes !== null && typeof raw.probes === "object" ? raw.probes : {};
    for (const [name, probe] of Object.entries(probes)) visit(probe, ["runbooks", bookAt, "probes", name]);
  }
}

/** The schema's complaint in our words. */
function complain(issue: z.core.$ZodIssue, add: Add): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      if (key !== "variant") add(issue.path, `there is no field ${key} here`, null, key);
    }
    return;
  }
  if (issue.code === "invalid_union" && issue.path.at(-1) === "variant") return; // said already, as an unknown kind
  if (issue.code === "invalid_type" && issue.input === undefined) {
    add(issue.path.slice(0, -1), `the field ${String(issue.path.at(-1))} is missing`);
    return;
  }
  add(issue.path, issue.message);
}

function shapeProblems(value: unknown, add: Add): RawFile | null {
  const parsed = fileSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) complain(issue, add);
  return null;
}

function adder(file: string, locator: Locator, problems: Diagnostic[]): Add {
  const seen = new Set<string>();
  return (path, message, hint = null, onKey) => {
    const { line, column } = locator.place(path, onKey);
    const key = `${line}:${column}:${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    problems.push({ file, line, column, message, hint });
  };
}

/**
 * Loads the text of a runbook file. `file` is its name in messages. The shape of the whole file is always checked; with
 * `only`, types and rules of that runbook alone, for a quick start of a run. Ids of the others are given in `ids`.
 */
export function loadRunbooks(source: string, file: string, only?: string): Result<RunbookFile, readonly Diagnostic[]> {
  const { value, locator, problems: syntax } = parseYaml(source, file);
  if (syntax.length > 0) return err(syntax);
  const problems: Diagnostic[] = [];
  const add = adder(file, locator, problems);
  addVariants(value, add);
  const raw = problems.length === 0 ? shapeProblems(value, add) : (shapeProblems(value, add), null);
  const wholes: RawRunbook[] = [];
  if (raw !== null) {
    const ids = raw.runbooks.map((book) => book.id);
    for (const [at, book] of raw.runbooks.entries()) {
      if (ids.indexOf(book.id) !== at) add(["runbooks", at, "id"], `the runbook ${book.id} is defined twice`);
      const report = (path: readonly PropertyKey[], message: string, hint?: string | null): void =>
        add(["runbooks", at, ...path], message, hint ?? null);
      if (only !== undefined && book.id !== only) continue;
      const whole = placeUses(book, raw.runbooks, report);
      lintRunbook(whole, report, new Set(Object.keys(book.probes)));
      checkTypes(whole, report);
      wholes.push(whole);
    }
  }
  if (raw === null || problems.length > 0) {
    return err(problems.toSorted((a, b) => a.line - b.line || a.column - b.column));
  }
  const runbooks = wholes.map((book) => {
    const runbook = buildRunbook(book);
    return { runbook, digest: runbookDigest(runbook) };
  });
  return ok({ file, runbooks, ids: raw.runbooks.map(({ id }) => id) });
}
