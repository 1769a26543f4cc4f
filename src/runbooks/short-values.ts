/**
 * Values in place: `:{target.context_id}` in a statement is a placeholder with its expression. It is bound like any other; no
 * text gets into the SQL. It takes the name before the bracket (`:context{…}`), else the last name of the expression.
 */
import { lex } from "../sql/lexer.ts";
import type { Report } from "./node.ts";
import { record, type Path, type Raw } from "./raw.ts";

const OPENING = /:([a-z_][a-z0-9_]*)?\{/giu;
const LAST_NAME = /([a-z_][a-z0-9_]*)\W*$/iu;

/** Whether what comes behind a text is outside of strings, names in quotes and comments. */
const isBare = (sql: string): boolean => {
  const last = lex(`${sql}:`).at(-1);
  return last?.kind === "operator" && last.text === ":";
};

const QUOTES: ReadonlySet<string | undefined> = new Set(["'", '"']);

/**
 * A text of CEL, in one quote or in three, or a comment. A backslash hides a quote, in a raw text (`r'…'`) too: so the library
 * reads it that carries the expression out.
 */
const TEXT =
  /'''(?:[^\\]|\\[^])*?'''|"""(?:[^\\]|\\[^])*?"""|'(?!'')(?:[^'\\]|\\[^])*'|"(?!"")(?:[^"\\]|\\[^])*"|\/\/[^\n]*/uy;

/** The offset behind the text or comment of CEL that begins at `from`; `from` itself where none does, null without an end. */
function textEnd(text: string, from: number): number | null {
  TEXT.lastIndex = from;
  if (TEXT.test(text)) return TEXT.lastIndex;
  return QUOTES.has(text[from]) ? null : from;
}

/** Why a value has no end, as a sentence and what is known of it. */
type NoEnd = readonly [message: string, hint?: string];

const ENDLESS_TEXT: NoEnd = [
  "holds a text that never ends",
  "a backslash hides the quote behind it, in a raw text (r'…') too",
];

/** The offset behind the bracket that closes what begins at `from`, outside of CEL's own texts. */
function closing(text: string, from: number): number | NoEnd {
  let depth = 1;
  let offset = from;
  while (offset < text.length) {
    const end = textEnd(text, offset);
    if (end === null) return ENDLESS_TEXT;
    if (end === offset) {
      depth += DEPTH.get(text[offset]) ?? 0;
      offset += 1;
      if (depth === 0) return offset;
    } else offset = end;
  }
  return ["is never closed"];
}

/** How much deeper in brackets one is behind a character. */
const DEPTH: ReadonlyMap<string | undefined, number> = new Map([
  ["{", 1],
  ["}", -1],
]);

interface Value {
  readonly name: string;
  readonly expression: string;
  readonly start: number;
  readonly end: number;
}

const nameOf = (expression: string, alias: string | undefined): string | undefined =>
  alias ?? LAST_NAME.exec(expression)?.[1];

/** The longest expression, and the longest name. */
const MOST_TEXT = 2000;
const MOST_NAME = 63;

/** Why a value in place is none, with what would fit; null where it is one. */
function valueTrouble(expression: string, name: string | undefined): readonly [string, string?] | null {
  if (expression === "") return [":{} holds no expression"];
  if (name === undefined) return [`:{${expression}} has no name`, `:name{${expression}}`];
  if (name.length > MOST_NAME) return [`the name :${name} has more than ${MOST_NAME} characters`, "a shorter :name{…}"];
  return expression.length > MOST_TEXT ? [`the expression of :${name} has more than ${MOST_TEXT} characters`] : null;
}

function* valuesIn(sql: string, path: Path, report: Report): Generator<Value> {
  const place = [...path, "sql"];
  /** The statement up to the last value, without the texts of its values. */
  let head = "";
  let lastEnd = 0;
  for (const match of sql.matchAll(OPENING)) {
    const { 0: opening, 1: alias, index: start } = match;
    if (start < lastEnd || !isBare(head + sql.slice(lastEnd, start))) continue;
    const end = closing(sql, start + opening.length);
    if (typeof end !== "number") return report("value-in-place", place, `${opening} ${end[0]}`, end[1]);
    const expression = sql.slice(start + opening.length, end - 1).trim();
    const name = nameOf(expression, alias);
    head += `${sql.slice(lastEnd, start)}:${name ?? "value"}`;
    lastEnd = end;
    const trouble = valueTrouble(expression, name);
    if (trouble !== null) report("value-in-place", place, ...trouble);
    else if (name !== undefined) yield { name, expression, start, end };
  }
}

const hasOther = (params: Raw, name: string, expression: string): boolean =>
  (params[name] ?? expression) !== expression;

/** Takes the values in place of a statement out of its text and puts them under `params`. Gives their names. */
export function valuesInPlace(node: Raw, path: Path, report: Report): readonly string[] {
  const sql = String(node["sql"]);
  const values = [...valuesIn(sql, path, report)];
  const { params: raw = {} } = node;
  const params = record(raw);
  if (values.length === 0 || params === null) return [];
  let text = "";
  let from = 0;
  for (const { name, expression, start, end } of values) {
    if (hasOther(params, name, expression))
      report(
        "value-in-place",
        [...path, "sql"],
        `:${name} has two values, ${textOf(params[name])} and ${expression}`,
        "give one another name",
      );
    params[name] ??= expression;
    text += `${sql.slice(from, start)}:${name}`;
    from = end;
  }
  node["sql"] = text + sql.slice(from);
  node["params"] = params;
  return values.map(({ name }) => name);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "one that is no expression");
