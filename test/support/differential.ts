/** What an editor and what lint say of the same text of a runbook file, side by side. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseDocument } from "yaml";
import { problemsText, type Diagnostic } from "../../src/runbooks/diagnostic.ts";
import { editorSchema } from "../../src/runbooks/editor-schema.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { mutations } from "./runbook-mutations.ts";

const home = join(import.meta.dirname, "../..");

/** The shipped runbooks, and those of other people's incidents. */
export function runbookTexts(): readonly string[] {
  const incidents = readdirSync(join(home, "test/incidents")).filter((name) => name.endsWith(".yaml"));
  const files = ["runbooks.yaml", ...incidents.map((name) => join("test/incidents", name))];
  return files.map((file) => readFileSync(join(home, file), "utf8"));
}

/** Lines that lint says at most: who mends these sees the others next. */
const MOST_LINES = 90;

let memo: ReturnType<Ajv2020["compile"]> | undefined;

/** What an editor says of the values of a file: none where its schema takes them. */
export function errorsOf(text: string): readonly string[] {
  // Strict about what the schema says, but for its types: a text may be several.
  const options = { strictTypes: false, strictTuples: false, strictRequired: false };
  memo ??= new Ajv2020({ strict: true, ...options }).compile(editorSchema());
  const value: unknown = parseDocument(text, { schema: "core", version: "1.2" }).toJS();
  return memo(value) ? [] : (memo.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
}

/** Whether YAML itself refuses a text, of which no schema is asked. */
const isBroken = (text: string): boolean => parseDocument(text, { schema: "core", version: "1.2" }).errors.length > 0;

/** What is wrong with what lint says of a text; null where nothing is. */
function lintTrouble(problems: readonly Diagnostic[], text: string): string | null {
  const lines = text.split("\n");
  const placeless = problems.find(
    ({ line, column, hint }) => line < 1 || line > lines.length || column < 1 || hint === null || hint === "",
  );
  if (placeless !== undefined) return `no place or no hint: ${JSON.stringify(placeless)}`;
  const length = problemsText(problems, text).split("\n").length;
  return length > MOST_LINES ? `it says ${length} lines` : null;
}

interface Verdict {
  /** How the two differ, or what lint does wrong; null where all is well. */
  readonly difference: string | null;
  /** Whether both take it. */
  readonly isTaken: boolean;
}

/** What schema and first stage say of a text. */
export function compared(text: string): Verdict {
  const loaded = loadRunbooks(text, "f.yaml");
  const problems = loaded.ok ? [] : loaded.error;
  const trouble = lintTrouble(problems, text);
  if (trouble !== null) return { difference: trouble, isTaken: false };
  const misfits = problems.filter(({ rule }) => rule === null);
  if (isBroken(text))
    return { difference: misfits.length > 0 ? null : "YAML refuses it, and lint does not", isTaken: false };
  const errors = errorsOf(text);
  if (errors.length > 0 === misfits.length > 0) return { difference: null, isTaken: errors.length === 0 };
  const difference =
    errors.length > 0
      ? `the schema refuses it, the first stage takes it: ${errors.slice(0, 5).join("; ")}`
      : `the first stage refuses it, the schema takes it: ${problemsText(misfits, text)}`;
  return { difference, isTaken: false };
}

/** Of files changed at random those about which the two differ, and how many both take. */
export function differences(texts: readonly string[], seed: number, count: number) {
  const broken: string[] = [];
  let taken = 0;
  for (const text of mutations(texts, seed, count)) {
    const { difference, isTaken } = compared(text);
    if (difference !== null) broken.push(`${difference}\n${text}`);
    if (isTaken) taken += 1;
  }
  return { broken, taken };
}
