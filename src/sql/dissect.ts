/**
 * Takes single-table UPDATE and DELETE statements apart by their top-level keywords, so that the rows they would touch
 * can be selected by the very text of their WHERE. It answers null whenever it is unsure: a statement it does not take
 * apart cannot be previewed, and is then confirmed as such.
 */
import { DEFAULT_MODE, lex } from "./lexer.ts";
import { depths } from "./nesting.ts";
import { isName, isWordOf, isOperator, isSignificant, isWord, type LexMode, type Token } from "./token.ts";

/** A stretch of the statement. Offsets in UTF-16 units, `end` exclusive; comments at its ends are left out. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Dissected {
  readonly verb: "update" | "delete";
  /** The table as it is written: `t`, `db.t`, quotes included. */
  readonly table: string;
  readonly alias: string | null;
  /** What stands behind SET; null for a DELETE. */
  readonly set: TextRange | null;
  /** What stands behind WHERE, ORDER BY and LIMIT, without these words. */
  readonly where: TextRange | null;
  readonly order: TextRange | null;
  readonly limit: TextRange | null;
  /** How the statement was read, for what is made from it. */
  readonly mode: LexMode;
}

/** Takes the statement apart, or gives null: multi-table, IGNORE, RETURNING, PARTITION, WITH, hints and oddities. */
export function dissect(sql: string, mode: LexMode = DEFAULT_MODE): Dissected | null {
  const tokens = lex(sql, mode).filter(isSignificant);
  if (isOperator(tokens.at(-1), ";")) tokens.pop();
  if (tokens.some(isOdd)) return null;
  if (isWord(tokens[0], "UPDATE"))
    return rowsOf(sql, tokens, { verb: "update", from: 1, order: ["SET", ...TAIL], mode });
  return isDeleteFrom(tokens) ? rowsOf(sql, tokens, { verb: "delete", from: 2, order: TAIL, mode }) : null;
}

const isDeleteFrom = (tokens: readonly Token[]): boolean => isWord(tokens[0], "DELETE") && isWord(tokens[1], "FROM");

interface Head {
  readonly verb: Dissected["verb"];
  /** Where the name of the table stands. */
  readonly from: number;
  readonly order: readonly string[];
  readonly mode: LexMode;
}

function rowsOf(sql: string, tokens: readonly Token[], { verb, from, order, mode }: Head): Dissected | null {
  const target = readTarget(tokens, from);
  if (target === null) return null;
  const clauses = readClauses(sql, tokens, target.next, order);
  if (clauses === null || (verb === "update") !== clauses.has("SET")) return null;
  const clause = (word: string): TextRange | null => clauses.get(word) ?? null;
  return {
    verb,
    table: target.table,
    alias: target.alias,
    set: clause("SET"),
    where: clause("WHERE"),
    order: clause("ORDER"),
    limit: clause("LIMIT"),
    mode,
  };
}

const TAIL: readonly string[] = ["WHERE", "ORDER", "LIMIT"];
/** At the top level each of these begins a clause that is not understood here. All are reserved, so none is a name. */
const REFUSED = new Set(["RETURNING", "USING", "JOIN", "PARTITION", "PROCEDURE", "INTO", "UNION", "GROUP", "HAVING"]);
const NO_ALIAS = new Set([
  "SET",
  "WHERE",
  "ORDER",
  "LIMIT",
  "FOR",
  "PARTITION",
  "JOIN",
  "USING",
  "IGNORE",
  "LOW_PRIORITY",
  "AS",
]);

/** What makes a statement one that is not taken apart. */
export function isOdd(token: Token): boolean {
  return token.kind === "bad" || token.kind === "executable" || token.kind === "hint" || token.text === ";";
}

const isFreeName = (token: Token | undefined): token is Token => isName(token) && !isWordOf(token, NO_ALIAS);

/** These may be names or modifiers; which, only the server's grammar knows. */
const UNCLEAR = new Set(["QUICK", "ONLY"]);

interface TargetName {
  readonly table: string;
  readonly alias: string | null;
  readonly next: number;
}

function readTarget(tokens: readonly Token[], from: number): TargetName | null {
  const [first, dot, second] = [tokens[from], tokens[from + 1], tokens[from + 2]];
  if (!isFreeName(first) || UNCLEAR.has(first.upper)) return null;
  if (!isOperator(dot, ".")) return readAlias(tokens, first.text, from + 1);
  if (!isName(second)) return null;
  return readAlias(tokens, `${first.text}.${second.text}`, from + 3);
}

function readAlias(tokens: readonly Token[], table: string, from: number): TargetName | null {
  const isSaid = isWord(tokens[from], "AS");
  const next = isSaid ? from + 1 : from;
  const alias = tokens[next];
  if (isFreeName(alias)) return { table, alias: alias.text, next: next + 1 };
  return isSaid ? null : { table, alias: null, next };
}

interface ClauseStart {
  readonly word: string;
  readonly index: number;
}

/** The clauses in their one allowed order; null when anything else stands at the top level. */
export function readClauses(
  sql: string,
  tokens: readonly Token[],
  from: number,
  order: readonly string[],
): Map<string, TextRange> | null {
  const starts = clauseStarts(tokens, from, order);
  if (starts === null || !areWhole(starts, order, from, tokens.length)) return null;
  const clauses = new Map<string, TextRange>();
  for (const [index, start] of starts.entries()) {
    const range = clauseRange(sql, tokens.slice(0, starts[index + 1]?.index), start);
    if (range === null) return null;
    clauses.set(start.word, range);
  }
  return clauses;
}

/** Whether clauses begin right at `from`, or nothing stands there, and go on in their order. */
const areWhole = (starts: readonly ClauseStart[], order: readonly string[], from: number, end: number): boolean =>
  areInOrder(starts, order) && (starts[0]?.index ?? end) === from;

function areInOrder(starts: readonly ClauseStart[], order: readonly string[]): boolean {
  const places = starts.map(({ word }) => order.indexOf(word));
  return places.every((place, index) => place > (places[index - 1] ?? -1));
}

/** Where the clauses begin; null where parentheses do not fit, or a clause that is not understood stands among them. */
function clauseStarts(tokens: readonly Token[], from: number, order: readonly string[]): ClauseStart[] | null {
  const nesting = depths(tokens.slice(from));
  if (nesting === null) return null;
  const words = nesting.flatMap((depth, offset) =>
    depth === 0 && isKeyword(tokens, from + offset)
      ? [{ word: (tokens[from + offset] as Token).upper, index: from + offset }]
      : [],
  );
  if (words.some(({ word }) => REFUSED.has(word))) return null;
  return words.filter(({ word }) => order.includes(word));
}

/** Behind a dot it is a column, whatever its name. */
const isKeyword = (tokens: readonly Token[], index: number): boolean =>
  tokens[index]?.kind === "word" && !isOperator(tokens[index - 1], ".");

/** Behind the words of a clause; null for an ORDER without BY. */
function beginOfBody(tokens: readonly Token[], { word, index }: ClauseStart): number | null {
  if (word !== "ORDER") return index + 1;
  return isWord(tokens[index + 1], "BY") ? index + 2 : null;
}

/** What stands behind the word of a clause, up to the last of these tokens; null where nothing does. */
function clauseRange(sql: string, tokens: readonly Token[], start: ClauseStart): TextRange | null {
  const from = beginOfBody(tokens, start);
  if (from === null) return null;
  const body = tokens.slice(from);
  const [first, last] = [body[0], body.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { start: first.start, end: last.end, text: sql.slice(first.start, last.end) };
}

export interface KeySelect {
  readonly sql: string;
  /** The named parameters that stay, each once, in order of appearance: those of SET are gone. */
  readonly names: readonly string[];
}

/**
 * The SELECT of the rows that the statement would touch, by the very text of its WHERE, ORDER BY and LIMIT. The columns
 * are names as the schema gives them; they are quoted here. With `forUpdate` the rows are locked as the change would.
 */
export function keySelect(
  { table, alias, where: predicate, order, limit, mode }: Dissected,
  columns: readonly string[],
  { forUpdate }: { readonly forUpdate: boolean },
): KeySelect {
  if (columns.length === 0) throw new RangeError("a key select needs columns");
  const parts = [`SELECT ${columns.map(quoteName).join(", ")} FROM ${table}`];
  if (alias !== null) parts.push(`AS ${alias}`);
  const clauses = [["WHERE", predicate] as const, ["ORDER BY", order] as const, ["LIMIT", limit] as const];
  parts.push(...clauses.flatMap(([word, range]) => (range === null ? [] : [`${word} ${range.text}`])));
  if (forUpdate) parts.push("FOR UPDATE");
  const sql = parts.join(" ");
  return { sql, names: namedIn(sql, mode) };
}

/** A name in backticks. Throws on NUL, which no name can hold. */
export function quoteName(name: string): string {
  if (name === "" || name.includes("\0")) throw new RangeError("not a name of a column or table");
  return `\`${name.replaceAll("`", "``")}\``;
}

/** The named parameters of a text, each once, in order of appearance. */
export function namedIn(sql: string, mode: LexMode = DEFAULT_MODE): string[] {
  const names = lex(sql, mode).flatMap((token) => (token.kind === "named" ? [token.text.slice(1)] : []));
  return [...new Set(names)];
}
