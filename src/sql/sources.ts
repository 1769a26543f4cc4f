/** The tables that a statement names, joins and all, and the names in it. */
import { depthBehind, skip } from "./nesting.ts";
import { unquote } from "./survey.ts";
import { isName, isWordOf, isOperator, isWord, type Token } from "./token.ts";

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
const isFreeName = (token: Token | undefined): token is Token => isName(token) && !isWordOf(token, NO_ALIAS);

/** A name with at most two qualifiers; null when it is none. `end` is behind it. */
export function readName(tokens: readonly Token[], from: number): { parts: string[]; end: number } | null {
  if (!isFreeName(tokens[from])) return null;
  const parts = [unquote(tokens[from])];
  let end = from + 1;
  while (isOperator(tokens[end], ".")) {
    const next = tokens[end + 1];
    if (!isName(next)) return null;
    parts.push(unquote(next));
    end += 2;
  }
  return parts.length <= 3 ? { parts, end } : null;
}

/** The name of a table, with at most its schema in front; null when it is none. */
export function readTableName(tokens: readonly Token[], from: number): { parts: string[]; end: number } | null {
  const name = readName(tokens, from);
  return name === null || name.parts.length > 2 ? null : name;
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
  return derivedEnd > from ? derivedFactor(tokens, derivedEnd) : tableFactor(tokens, from);
}

/** What is worked out has no name of its own. */
function derivedFactor(tokens: readonly Token[], from: number): Factor | null {
  const alias = readAlias(tokens, from);
  if (alias === null || alias.name === null) return null;
  return { source: { table: "", schema: null, alias: alias.name, derived: true }, end: alias.end };
}

function tableFactor(tokens: readonly Token[], from: number): Factor | null {
  const name = readTableName(tokens, from);
  const alias = name === null ? null : readAlias(tokens, name.end);
  if (name === null || alias === null) return null;
  const [table = "", schema = null] = [...name.parts].reverse();
  return { source: { table, schema, alias: alias.name ?? table, derived: false }, end: alias.end };
}

/** Whether a SELECT begins there, or the WITH before one. */
export const beginsSelect = (token: Token | undefined): boolean => isWord(token, "SELECT") || isWord(token, "WITH");

/** Where a query in parentheses or a table function ends; `from` itself where none begins, null where it is not understood. */
function endOfDerived(tokens: readonly Token[], from: number): number | null {
  if (isOperator(tokens[from], "(")) return beginsSelect(tokens[from + 1]) ? skip(tokens, from) : null;
  return isWord(tokens[from], "JSON_TABLE") && isOperator(tokens[from + 1], "(") ? skip(tokens, from + 1) : from;
}

/** The alias at a place, `null` as its name where there is none; null for an AS without one. */
function readAlias(tokens: readonly Token[], from: number): { name: string | null; end: number } | null {
  const isSaid = isWord(tokens[from], "AS");
  const index = isSaid ? from + 1 : from;
  const alias = tokens[index];
  if (isFreeName(alias)) return { name: unquote(alias), end: index + 1 };
  return isSaid ? null : { name: null, end: index };
}

/** Every table of the list, in order; null when anything in it is not understood. */
export function readSources(tokens: readonly Token[]): Source[] | null {
  const sources: Source[] = [];
  let index: number | null = 0;
  while (index !== null) {
    const member: Factor | null = readMember(tokens, index);
    if (member === null) return null;
    sources.push(member.source);
    if (member.end >= tokens.length) return haveOwnAliases(sources) ? sources : null;
    index = nextMember(tokens, member.end);
  }
  return null;
}

/** A table of the list with the condition that joins it. */
function readMember(tokens: readonly Token[], from: number): Factor | null {
  const factor = readFactor(tokens, from);
  const end = factor === null ? null : endOfCondition(tokens, factor.end);
  return factor === null || end === null ? null : { source: factor.source, end };
}

const nextMember = (tokens: readonly Token[], from: number): number | null =>
  isOperator(tokens[from], ",") ? from + 1 : endOfJoin(tokens, from);

const haveOwnAliases = (sources: readonly Source[]): boolean =>
  new Set(sources.map(({ alias }) => alias.toLowerCase())).size === sources.length;

/** Behind ON or USING with what they take; the place itself where neither stands. */
function endOfCondition(tokens: readonly Token[], from: number): number | null {
  if (isWord(tokens[from], "ON")) return endOfOn(tokens, from + 1);
  if (!isWord(tokens[from], "USING")) return from;
  return isOperator(tokens[from + 1], "(") ? skip(tokens, from + 1) : null;
}

/** Behind the words of a join, of which the last is JOIN or STRAIGHT_JOIN. */
function endOfJoin(tokens: readonly Token[], from: number): number | null {
  let end = from;
  while (isWordOf(tokens[end], JOINS)) end += 1;
  return end > from && tokens[end - 1]?.upper.endsWith("JOIN") === true ? end : null;
}

/** Where the condition of a join ends: at the next join or comma of the list. */
function endOfOn(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    depth = depthBehind(depth, tokens[index]);
    if (depth <= 0 && beginsFactor(tokens, index)) return index;
  }
  return tokens.length;
}

/** A comma or a word of a join; but LEFT( and RIGHT( are functions. */
const beginsFactor = (tokens: readonly Token[], index: number): boolean =>
  isOperator(tokens[index], ",") || (isWordOf(tokens[index], JOINS) && !isOperator(tokens[index + 1], "("));
