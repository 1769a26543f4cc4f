/** The tables that a statement names, joins and all, and the names in it. */
import { skip } from "./nesting.ts";
import { unquote } from "./survey.ts";
import { isOperator, isWord, type Token } from "./token.ts";

/** A table that a statement names. Names are without quotes. */
export interface Source {
  readonly table: string;
  readonly schema: string | null;
  /** What its columns are called by: the alias, else the table's name. */
  readonly alias: string;
  /** A query or a table function: rows without a home, which nothing can change. */
  readonly derived: boolean;
}

const NO_ALIAS = new Set(
  "ON USING JOIN INNER CROSS LEFT RIGHT OUTER NATURAL STRAIGHT_JOIN SET WHERE ORDER LIMIT PARTITION FOR USE FORCE IGNORE AS VALUES VALUE SELECT".split(
    " ",
  ),
);
const isName = (token: Token | undefined): token is Token =>
  token?.kind === "quoted" || (token?.kind === "word" && !NO_ALIAS.has(token.upper));

/** A name with at most two qualifiers; null when it is none. `end` is behind it. */
export function readName(tokens: readonly Token[], from: number): { parts: string[]; end: number } | null {
  if (!isName(tokens[from])) return null;
  const parts = [unquote(tokens[from])];
  let end = from + 1;
  while (isOperator(tokens[end], ".")) {
    const next = tokens[end + 1];
    if (next?.kind !== "word" && next?.kind !== "quoted") return null;
    parts.push(unquote(next));
    end += 2;
  }
  return parts.length <= 3 ? { parts, end } : null;
}

const JOINS = new Set(["INNER", "CROSS", "LEFT", "RIGHT", "NATURAL", "JOIN", "STRAIGHT_JOIN", "OUTER"]);

/** One table, query or table function with its alias. */
function readFactor(tokens: readonly Token[], from: number): { source: Source; end: number } | null {
  let end: number;
  let named: { parts: string[] } | null = null;
  if (isOperator(tokens[from], "(")) {
    if (!isWord(tokens[from + 1], "SELECT") && !isWord(tokens[from + 1], "WITH")) return null;
    end = skip(tokens, from);
  } else if (isWord(tokens[from], "JSON_TABLE") && isOperator(tokens[from + 1], "(")) {
    end = skip(tokens, from + 1);
  } else {
    const name = readName(tokens, from);
    if (name === null || name.parts.length > 2) return null;
    named = name;
    end = name.end;
  }
  const as = isWord(tokens[end], "AS");
  if (as) end += 1;
  const alias = tokens[end];
  const given = isName(alias) ? unquote(alias) : null;
  if (given === null && (as || named === null)) return null;
  if (given !== null) end += 1;
  const table = named?.parts.at(-1) ?? "";
  const schema = named !== null && named.parts.length === 2 ? (named.parts[0] ?? null) : null;
  return { source: { table, schema, alias: given ?? table, derived: named === null }, end };
}

/** Every table of the list, in order; null when anything in it is not understood. */
export function readSources(tokens: readonly Token[]): Source[] | null {
  const sources: Source[] = [];
  let at = 0;
  for (;;) {
    const factor = readFactor(tokens, at);
    if (factor === null) return null;
    sources.push(factor.source);
    at = factor.end;
    if (isWord(tokens[at], "ON")) at = nextFactor(tokens, at + 1);
    else if (isWord(tokens[at], "USING")) {
      if (!isOperator(tokens[at + 1], "(")) return null;
      at = skip(tokens, at + 1);
    }
    if (at >= tokens.length) break;
    if (isOperator(tokens[at], ",")) at += 1;
    else {
      const join = at;
      while (tokens[at]?.kind === "word" && JOINS.has(tokens[at]?.upper ?? "")) at += 1;
      if (at === join || tokens[at - 1]?.upper.endsWith("JOIN") !== true) return null;
    }
  }
  const aliases = new Set(sources.map(({ alias }) => alias.toLowerCase()));
  return aliases.size === sources.length ? sources : null;
}

/** Where the condition of a join ends: at the next join or comma of the list. */
function nextFactor(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    else if (depth > 0) continue;
    else if (isOperator(token, ",")) return at;
    // LEFT( and RIGHT( are functions.
    else if (token.kind === "word" && JOINS.has(token.upper) && !isOperator(tokens[at + 1], "(")) return at;
  }
  return tokens.length;
}
