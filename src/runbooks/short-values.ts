/**
 * Values in place: `:{target.context_id}` in a statement is a placeholder with its expression. It is bound like any other; no
 * text gets into the SQL. It takes the name before the bracket (`:context{…}`), else the last name of the expression.
 */
import { lex } from "../sql/lexer.ts";
import { record, type Add, type Path, type Raw } from "./raw.ts";

const OPENING = /:([a-z_][a-z0-9_]*)?\{/giu;
const LAST_NAME = /([a-z_][a-z0-9_]*)\W*$/iu;

/** Whether an offset of a text is outside of strings, names in quotes and comments. */
const isBare = (sql: string, offset: number): boolean => {
  const last = lex(`${sql.slice(0, offset)}:`).at(-1);
  return last?.kind === "operator" && last.text === ":";
};

const QUOTES: ReadonlySet<string | undefined> = new Set(["'", '"']);

/**
 * The offset of the quote that ends the text of CEL that begins at `from`, null without one; `from` itself where no text begins.
 * A backslash hides a quote.
 */
function textEnd(text: string, from: number): number | null {
  if (!QUOTES.has(text[from])) return from;
  for (let offset = from + 1; offset < text.length; offset += text[offset] === "\\" ? 2 : 1)
    if (text[offset] === text[from]) return offset;
  return null;
}

/** The offset behind the bracket that closes what begins at `from`, outside of CEL's own texts; null without one. */
function closing(text: string, from: number): number | null {
  let depth = 1;
  for (let offset = from; offset < text.length; offset += 1) {
    const end = textEnd(text, offset);
    if (end === null) return null;
    offset = end;
    depth += DEPTH.get(text[offset]) ?? 0;
    if (depth === 0) return offset + 1;
  }
  return null;
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

/** Whether a value begins there: outside of texts, and of the values before it, which end at `lastEnd`. */
const beginsValue = (sql: string, start: number, lastEnd: number): boolean => start >= lastEnd && isBare(sql, start);

function* valuesIn(sql: string, path: Path, add: Add): Generator<Value> {
  let lastEnd = 0;
  for (const match of sql.matchAll(OPENING)) {
    const { 0: opening, 1: alias, index: start } = match;
    if (!beginsValue(sql, start, lastEnd)) continue;
    const end = closing(sql, start + opening.length);
    if (end === null) return add([...path, "sql"], `${opening} is never closed`);
    lastEnd = end;
    const expression = sql.slice(start + opening.length, end - 1).trim();
    const name = nameOf(expression, alias);
    if (name === undefined) add([...path, "sql"], `:{${expression}} has no name`, `:name{${expression}}`);
    else yield { name, expression, start, end };
  }
}

const hasOther = (params: Raw, name: string, expression: string): boolean =>
  (params[name] ?? expression) !== expression;

/** Takes the values in place of a statement out of its text and puts them under `params`. Gives their names. */
export function valuesInPlace(node: Raw, path: Path, add: Add): readonly string[] {
  const sql = String(node["sql"]);
  const values = [...valuesIn(sql, path, add)];
  const { params: raw = {} } = node;
  const params = record(raw);
  if (values.length === 0 || params === null) return [];
  let text = "";
  let from = 0;
  for (const { name, expression, start, end } of values) {
    if (hasOther(params, name, expression))
      add(
        [...path, "sql"],
        `:${name} has two values, ${String(params[name])} and ${expression}`,
        "give one another name",
      );
    params[name] = expression;
    text += `${sql.slice(from, start)}:${name}`;
    from = end;
  }
  node["sql"] = text + sql.slice(from);
  node["params"] = params;
  return values.map(({ name }) => name);
}
