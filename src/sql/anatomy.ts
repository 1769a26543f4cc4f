/**
 * Takes UPDATE, DELETE (also of several joined tables) and INSERT apart, so that the rows they would touch can be read
 * by the very text of the statement. It answers null whenever it is unsure: such a statement has no preview.
 */
import { isOdd, readClauses, type TextRange } from "./dissect.ts";
import { DEFAULT_MODE, lex } from "./lexer.ts";
import { depths, findTop, pieces, skip } from "./nesting.ts";
import { beginsSelect, readName, readSources, readTableName, type Source } from "./sources.ts";
import { isOperator, isSignificant, isWord, isWordOf, type LexMode, type Token } from "./token.ts";

/** `column = expression`, names without quotes. */
export interface Assignment {
  readonly source: string | null;
  readonly column: string;
  readonly text: string;
  readonly tokens: readonly Token[];
}

interface Parts {
  readonly sources: readonly Source[];
  readonly mode: LexMode;
  /** Every token of it but the head, for looking what is called. */
  readonly tokens: readonly Token[];
}

export interface RowChange extends Parts {
  readonly verb: "update" | "delete";
  /** The tables as they are written, joins and all. */
  readonly refs: string;
  readonly single: boolean;
  /** Aliases that a DELETE empties; for an UPDATE its assignments say it. */
  readonly emptied: readonly string[];
  readonly set: readonly Assignment[];
  readonly where: string | null;
  readonly order: string | null;
  readonly limit: string | null;
  /** What decides which rows are meant: the tokens of tables and joins, WHERE, ORDER BY and LIMIT. */
  readonly choice: readonly Token[];
  /** The statement without a semicolon at its end. */
  readonly text: string;
  /** Where its predicate stands in `text`, without the word WHERE; empty, before ORDER BY and LIMIT, where it has none. */
  readonly predicate: { readonly start: number; readonly end: number };
}

export interface Insertion extends Parts {
  readonly verb: "insert";
  /** The columns that are named; null when the statement leaves them out. */
  readonly columns: readonly string[] | null;
  /** For each column the expressions that fill it; null when they cannot be told apart. */
  readonly items: readonly (readonly Token[])[][] | null;
  /** Whether a query gives its rows. */
  readonly queried: boolean;
  /** The statement without a semicolon at its end. */
  readonly text: string;
}

export type Anatomy = RowChange | Insertion;

/** Takes the statement apart, or gives null. */
export function anatomy(sql: string, mode: LexMode = DEFAULT_MODE): Anatomy | null {
  const tokens = lex(sql, mode).filter(isSignificant);
  if (isOperator(tokens.at(-1), ";")) tokens.pop();
  const parse = PARSERS.get(tokens[0]?.upper ?? "");
  return parse !== undefined && isWhole(tokens) ? parse({ sql, tokens, mode }) : null;
}

const PARSERS: ReadonlyMap<string, (cut: Cut) => Anatomy | null> = new Map<string, (cut: Cut) => Anatomy | null>([
  ["UPDATE", update],
  ["DELETE", remove],
  ["INSERT", insert],
]);

const isWhole = (tokens: readonly Token[]): boolean =>
  tokens.length >= 3 && !tokens.some(isOdd) && depths(tokens) !== null;

const TAIL = ["WHERE", "ORDER", "LIMIT"] as const;
const MODIFIERS = new Set(["LOW_PRIORITY", "IGNORE", "QUICK", "ONLY", "DELAYED", "HIGH_PRIORITY", "HISTORY"]);

const textOf = (sql: string, tokens: readonly Token[]): string =>
  sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);

function assignments(sql: string, tokens: readonly Token[]): Assignment[] | null {
  const result = pieces(tokens).map((piece) => assignmentOf(sql, piece));
  return result.every((assignment) => assignment !== null) ? result : null;
}

function assignmentOf(sql: string, piece: readonly Token[]): Assignment | null {
  const name = readName(piece, 0);
  if (name === null || !isOperator(piece[name.end], "=")) return null;
  const value = piece.slice(name.end + 1);
  const [column = "", source = null] = [...name.parts].reverse();
  return value.length === 0 ? null : { source, column, text: textOf(sql, value), tokens: value };
}

/** The empty place behind the token before `index`. */
const insertionPoint = (tokens: readonly Token[], index: number): { start: number; end: number } => {
  const end = tokens[index - 1]?.end ?? 0;
  return { start: end, end };
};

/** A statement as it was cut. */
interface Cut {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly mode: LexMode;
}

/** What a statement does to the rows of the tables that it names from one token up to another. */
interface Act {
  readonly verb: RowChange["verb"];
  readonly from: number;
  readonly to: number;
  readonly set: readonly Assignment[];
  readonly emptied: readonly string[];
}

const CLAUSES: Readonly<Record<RowChange["verb"], readonly string[]>> = { update: ["SET", ...TAIL], delete: TAIL };

function changeOf({ sql, tokens, mode }: Cut, { verb, from, to, set, emptied: aliases }: Act): RowChange | null {
  const refs = tokens.slice(from, to);
  const sources = readSources(refs);
  const clauses = readClauses(sql, tokens, to, CLAUSES[verb]);
  if (sources === null || clauses === null) return null;
  const single = sources.length === 1;
  if (!single && isBounded(clauses)) return null;
  const clause = (word: string): string | null => clauses.get(word)?.text ?? null;
  return {
    verb,
    refs: textOf(sql, refs),
    sources,
    single,
    emptied: aliases,
    set,
    where: clause("WHERE"),
    order: clause("ORDER"),
    limit: clause("LIMIT"),
    choice: [...refs, ...tokens.slice(findTop(tokens, to, TAIL))],
    text: sql.slice(0, tokens.at(-1)?.end),
    predicate: predicateOf(clauses, tokens, to),
    mode,
    tokens: tokens.slice(1),
  };
}

/** Where the predicate stands, or would. */
const predicateOf = (
  clauses: ReadonlyMap<string, TextRange>,
  tokens: readonly Token[],
  from: number,
): RowChange["predicate"] => clauses.get("WHERE") ?? insertionPoint(tokens, findTop(tokens, from, ["ORDER", "LIMIT"]));

const isBounded = (clauses: ReadonlyMap<string, unknown>): boolean => clauses.has("ORDER") || clauses.has("LIMIT");

const isModifier = (token: Token | undefined): boolean => MODIFIERS.has(token?.upper ?? "");

function update(cut: Cut): RowChange | null {
  const { sql, tokens } = cut;
  if (isModifier(tokens[1])) return null;
  const to = findTop(tokens, 1, ["SET"]);
  if (to === tokens.length) return null;
  const set = assignments(sql, tokens.slice(to + 1, findTop(tokens, to + 1, TAIL)));
  return set === null ? null : changeOf(cut, { verb: "update", from: 1, to, set, emptied: [] });
}

function remove(cut: Cut): RowChange | null {
  const { tokens } = cut;
  if (tokens.slice(1, 3).some(isModifier)) return null;
  const from = findTop(tokens, 1, ["FROM"]);
  const tailIndex = findTop(tokens, 1, [...TAIL, "RETURNING"]);
  // One that is missing stands at the end, as a tail does that is missing.
  if (from >= tailIndex) return null;
  return from > 1 ? removeFrom(cut, tokens.slice(1, from), from + 1, tailIndex) : removeBehindFrom(cut, tailIndex);
}

/** `DELETE FROM t …`, or `DELETE FROM a, b USING …`. */
function removeBehindFrom(cut: Cut, tailIndex: number): RowChange | null {
  const { tokens } = cut;
  const using = findTop(tokens, 1, ["USING"]);
  if (using < tailIndex && !isOfJoin(tokens, using))
    return removeFrom(cut, tokens.slice(2, using), using + 1, tailIndex);
  const change = changeOf(cut, { verb: "delete", from: 2, to: tailIndex, set: [], emptied: [] });
  // `DELETE FROM a, b` without USING is no statement.
  return change?.single === true ? { ...change, emptied: [change.sources[0]?.alias ?? ""] } : null;
}

/** A DELETE that names the tables it empties beside those that it looks at. */
function removeFrom(cut: Cut, names: readonly Token[], from: number, to: number): RowChange | null {
  const aliases = emptiedBy(names);
  return aliases === null ? null : changeOf(cut, { verb: "delete", from, to, set: [], emptied: aliases });
}

/** Whether a USING belongs to a join: a table stands behind JOIN before it. */
const isOfJoin = (tokens: readonly Token[], using: number): boolean => findTop(tokens, 1, ["JOIN"]) < using;

/** `a, b.*`: the aliases of the tables that rows are taken from. */
function emptiedBy(tokens: readonly Token[]): string[] | null {
  const names = pieces(tokens).map((piece) => nameOf(endsInStar(piece) ? piece.slice(0, -2) : piece));
  return names.includes("") ? null : names;
}

const endsInStar = (piece: readonly Token[]): boolean => isOperator(piece.at(-1), "*") && isOperator(piece.at(-2), ".");

/** The name that a piece is, without its qualifiers; '' where it is none. */
function nameOf(piece: readonly Token[]): string {
  const name = readName(piece, 0);
  return name !== null && name.end === piece.length ? (name.parts.at(-1) ?? "") : "";
}

function insert({ sql, tokens, mode }: Cut): Insertion | null {
  if (isModifier(tokens[1])) return null;
  const name = insertedName(tokens);
  if (name === null || hasUnsupported(tokens, name.end)) return null;
  const [table = "", schema = null] = [...name.parts].reverse();
  const source = { table, schema, alias: table, derived: false };
  const text = sql.slice(0, tokens.at(-1)?.end);
  const body = fill(sql, tokens, name.end);
  return body === null ? null : { verb: "insert", sources: [source], mode, text, ...body };
}

/** The table of an INSERT, whether it says INTO or not. */
const insertedName = (tokens: readonly Token[]): ReturnType<typeof readTableName> =>
  readTableName(tokens, isWord(tokens[1], "INTO") ? 2 : 1);

/** What makes an INSERT more than new rows. */
const hasUnsupported = (tokens: readonly Token[], from: number): boolean =>
  findTop(tokens, from, ["RETURNING", "PARTITION", "INTO", "PROCEDURE"]) < tokens.length ||
  tokens.some((token, index) => isWord(token, "DUPLICATE") && isWord(tokens[index - 1], "ON"));

type Filling = Pick<Insertion, "columns" | "items" | "queried" | "tokens">;

/** What stands behind the table's name: columns and the rows that fill them. */
function fill(sql: string, tokens: readonly Token[], from: number): Filling | null {
  if (isWord(tokens[from], "SET")) return fillBySet(sql, tokens.slice(from + 1));
  const list = readColumns(tokens, from);
  if (list === null) return null;
  const body = tokens.slice(list.end);
  if (isWordOf(body[0], VALUE_WORDS)) return fillByValues(list.columns, body);
  return mayBeQuery(body[0]) ? { columns: list.columns, items: selectItems(body), queried: true, tokens: body } : null;
}

/** Either begins a list of rows. */
export const VALUE_WORDS: ReadonlySet<string> = new Set(["VALUES", "VALUE"]);

const mayBeQuery = (token: Token | undefined): boolean => beginsSelect(token) || isOperator(token, "(");

function fillBySet(sql: string, tokens: readonly Token[]): Filling | null {
  const set = assignments(sql, tokens);
  if (set === null) return null;
  const items = set.map(({ tokens: value }) => [value]);
  return { columns: set.map(({ column }) => column), items, queried: false, tokens };
}

/** The list of columns, where there is one, and the place behind it. */
function readColumns(tokens: readonly Token[], from: number): { columns: string[] | null; end: number } | null {
  if (!isOperator(tokens[from], "(") || beginsSelect(tokens[from + 1])) return { columns: null, end: from };
  const end = skip(tokens, from);
  const list = tokens.slice(from + 1, end - 1);
  const columns = (list.length === 0 ? [] : pieces(list)).map(nameOf);
  return columns.includes("") ? null : { columns, end };
}

function fillByValues(columns: string[] | null, body: readonly Token[]): Filling | null {
  const rows = pieces(body.slice(1));
  if (rows.some((row) => !isOperator(row[0], "(") || skip(row, 0) !== row.length)) return null;
  // `VALUES ()` names no column, whether the list of columns is empty or left out.
  if (rows.every((row) => row.length === 2)) return { columns: [], items: [], queried: false, tokens: body };
  const items = byColumn(rows.map((row) => pieces(row.slice(1, -1))));
  return { columns, items, queried: false, tokens: body };
}

function byColumn(rows: readonly (readonly Token[][])[]): Token[][][] | null {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) return null;
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? []));
}

const isPlainSelect = (body: readonly Token[]): boolean =>
  isWord(body[0], "SELECT") &&
  !isWordOf(body[1], new Set(["DISTINCT", "ALL"])) &&
  findTop(body, 0, ["UNION", "EXCEPT", "INTERSECT"]) === body.length;

/** The expressions of a plain SELECT; null where a star or a union hides which is which. */
function selectItems(body: readonly Token[]): Token[][][] | null {
  if (!isPlainSelect(body)) return null;
  const end = findTop(body, 1, ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"]);
  const items = pieces(body.slice(1, end));
  if (items.some((item) => item.length === 0 || isOperator(item.at(-1), "*"))) return null;
  return items.map((item) => [item]);
}
