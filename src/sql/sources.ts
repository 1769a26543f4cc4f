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

interface Factor {
  readonly source: Source;
  readonly end: number;
}

/** One table, query or table function with its alias. */
function readFactor(tokens: readonly Token[], from: number): Factor | null {
  const derivedEnd = endOfDerived(tokens, from);
  if (derivedEnd === null) return null;
  if (derivedEnd > from) {
    const alias = readAlias(tokens, derivedEnd);
    // What is worked out has no name of its own.
    return alias?.name === undefined || alias.name === null
      ? null
      : { source: { table: "", schema: null, alias: alias.name, derived: true }, end: alias.end };
  }
  const name = readName(tokens, from);
  if (name === null || name.parts.length > 2) return null;
  const alias = readAlias(tokens, name.end);
  if (alias === null) return null;
  const table = name.parts.at(-1) ?? "";
  const schema = name.parts.length === 2 ? (name.parts[0] ?? null) : null;
  return { source: { table, schema, alias: alias.name ?? table, derived: false }, end: alias.end };
}

/** Where a query in parentheses or a table function ends; `from` itself where none begins, null where it is not understood. */
function endOfDerived(tokens: readonly Token[], from: number): number | null {
  if (isOperator(tokens[from], "("))
    return isWord(tokens[from + 1], "SELECT") || isWord(tokens[from + 1], "WITH") ? skip(tokens, from) : null;
  return isWord(tokens[from], "JSON_TABLE") && isOperator(tokens[from + 1], "(") ? skip(tokens, from + 1) : from;
}

/** The alias at a place, `null` as its name where there is none; null for an AS without one. */
function readAlias(tokens: readonly Token[], from: number): { name: string | null; end: number } | null {
  const isSaid = isWord(tokens[from], "AS");
  const index = isSaid ? from + 1 : from;
  const alias = tokens[index];
  if (isName(alias)) return { name: unquote(alias), end: index + 1 };
  return isSaid ? null : { name: null, end: index };
}

/** Every table of the list, in order; null when anything in it is not understood. */
export function readSources(tokens: readonly Token[]): Source[] | null {
  const sources: Source[] = [];
  let index = 0;
  for (;;) {
    const factor = readFactor(tokens, index);
    if (factor === null) return null;
    sources.push(factor.source);
    index = factor.end;
    if (isWord(tokens[index], "ON")) index = nextFactor(tokens, index + 1);
    else if (isWord(tokens[index], "USING")) {
      if (!isOperator(tokens[index + 1], "(")) return null;
      index = skip(tokens, index + 1);
    }
    if (index >= tokens.length) break;
    if (isOperator(tokens[index], ",")) index += 1;
    else {
      const join = index;
      while (tokens[index]?.kind === "word" && JOINS.has(tokens[index]?.upper ?? "")) index += 1;
      if (index === join || tokens[index - 1]?.upper.endsWith("JOIN") !== true) return null;
    }
  }
  const aliases = new Set(sources.map(({ alias }) => alias.toLowerCase()));
  return aliases.size === sources.length ? sources : null;
}

/** Where the condition of a join ends: at the next join or comma of the list. */
function nextFactor(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    else if (depth > 0) continue;
    else if (isOperator(token, ",")) return index;
    // LEFT( and RIGHT( are functions.
    else if (token.kind === "word" && JOINS.has(token.upper) && !isOperator(tokens[index + 1], "(")) return index;
  }
  return tokens.length;
}
