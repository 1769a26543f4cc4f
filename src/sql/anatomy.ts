/**
 * Takes UPDATE, DELETE (also of several joined tables) and INSERT apart, so that the rows they would touch can be read
 * by the very text of the statement. It answers null whenever it is unsure: such a statement has no preview.
 */
import { isOdd, readClauses } from "./dissect.ts";
import { DEFAULT_MODE, lex } from "./lexer.ts";
import { depths, findTop, pieces, skip } from "./nesting.ts";
import { readName, readSources, type Source } from "./sources.ts";
import { isOperator, isSignificant, isWord, type LexMode, type Token } from "./token.ts";

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
  if (tokens.length < 3 || tokens.some(isOdd) || depths(tokens) === null) return null;
  switch (tokens[0]?.upper) {
    case "UPDATE":
      return update({ sql, tokens, mode });
    case "DELETE":
      return remove({ sql, tokens, mode });
    case "INSERT":
      return insert(sql, tokens, mode);
    default:
      return null;
  }
}

const TAIL = ["WHERE", "ORDER", "LIMIT"] as const;
const MODIFIERS = new Set(["LOW_PRIORITY", "IGNORE", "QUICK", "ONLY", "DELAYED", "HIGH_PRIORITY", "HISTORY"]);

const textOf = (sql: string, tokens: readonly Token[]): string =>
  sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
function assignments(sql: string, tokens: readonly Token[]): Assignment[] | null {
  const result: Assignment[] = [];
  for (const piece of pieces(tokens)) {
    const name = readName(piece, 0);
    const value = name === null ? [] : piece.slice(name.end + 1);
    if (name === null || !isOperator(piece[name.end], "=") || value.length === 0) return null;
    const [column = "", source = null] = [...name.parts].reverse();
    result.push({ source, column, text: textOf(sql, value), tokens: value });
  }
  return result;
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
type Act = { readonly from: number; readonly to: number } & (
  | { readonly verb: "update" }
  | { readonly verb: "delete"; readonly emptied: readonly string[] }
);

function changeOf({ sql, tokens, mode }: Cut, act: Act): RowChange | null {
  const { from, to, verb } = act;
  const refs = tokens.slice(from, to);
  const sources = readSources(refs);
  const clauses = readClauses(sql, tokens, to, verb === "update" ? ["SET", ...TAIL] : TAIL);
  const set = verb === "update" ? assignments(sql, tokens.slice(to + 1, findTop(tokens, to + 1, TAIL))) : [];
  if (sources === null || clauses === null || set === null) return null;
  const single = sources.length === 1;
  if (!single && (clauses.has("ORDER") || clauses.has("LIMIT"))) return null;
  const clause = (word: string): string | null => clauses.get(word)?.text ?? null;
  return {
    verb,
    refs: textOf(sql, refs),
    sources,
    single,
    emptied: act.verb === "delete" ? act.emptied : [],
    set,
    where: clause("WHERE"),
    order: clause("ORDER"),
    limit: clause("LIMIT"),
    choice: [...refs, ...tokens.slice(findTop(tokens, to, TAIL))],
    text: sql.slice(0, tokens.at(-1)?.end),
    predicate: clauses.get("WHERE") ?? insertionPoint(tokens, findTop(tokens, to, ["ORDER", "LIMIT"])),
    mode,
    tokens: tokens.slice(1),
  };
}

function update(cut: Cut): RowChange | null {
  const { tokens } = cut;
  if (MODIFIERS.has(tokens[1]?.upper ?? "")) return null;
  const to = findTop(tokens, 1, ["SET"]);
  return to === tokens.length ? null : changeOf(cut, { verb: "update", from: 1, to });
}

function remove(cut: Cut): RowChange | null {
  const { tokens } = cut;
  if (MODIFIERS.has(tokens[1]?.upper ?? "") || MODIFIERS.has(tokens[2]?.upper ?? "")) return null;
  const from = findTop(tokens, 1, ["FROM"]);
  const using = findTop(tokens, 1, ["USING"]);
  const tailIndex = findTop(tokens, 1, [...TAIL, "RETURNING"]);
  if (from === 1 && using < tailIndex && !isOfJoin(tokens, using))
    return removeFrom(cut, tokens.slice(2, using), using + 1, tailIndex);
  if (from > tailIndex || from === tokens.length) return null;
  if (from > 1) return removeFrom(cut, tokens.slice(1, from), from + 1, tailIndex);
  const change = changeOf(cut, { verb: "delete", from: 2, to: tailIndex, emptied: [] });
  // `DELETE FROM a, b` without USING is no statement.
  return change?.single === true ? { ...change, emptied: [change.sources[0]?.alias ?? ""] } : null;
}

/** A DELETE that names the tables it empties beside those that it looks at. */
function removeFrom(cut: Cut, names: readonly Token[], from: number, to: number): RowChange | null {
  const aliases = emptiedBy(names);
  return aliases === null ? null : changeOf(cut, { verb: "delete", from, to, emptied: aliases });
}

/** Whether a USING belongs to a join: a table stands behind JOIN before it. */
const isOfJoin = (tokens: readonly Token[], using: number): boolean => findTop(tokens, 1, ["JOIN"]) < using;

/** `a, b.*`: the aliases of the tables that rows are taken from. */
function emptiedBy(tokens: readonly Token[]): string[] | null {
  const names = pieces(tokens).map((piece) => {
    const star = isOperator(piece.at(-1), "*") && isOperator(piece.at(-2), ".");
    const bare = star ? piece.slice(0, -2) : piece;
    const name = readName(bare, 0);
    return name !== null && name.end === bare.length ? (name.parts.at(-1) ?? "") : "";
  });
  return names.includes("") ? null : names;
}

function insert(sql: string, tokens: readonly Token[], mode: LexMode): Insertion | null {
  if (MODIFIERS.has(tokens[1]?.upper ?? "")) return null;
  const name = readName(tokens, isWord(tokens[1], "INTO") ? 2 : 1);
  if (name === null || name.parts.length > 2) return null;
  const [table = "", schema = null] = [...name.parts].reverse();
  const unsupportedIndex = findTop(tokens, name.end, ["RETURNING", "PARTITION", "INTO", "PROCEDURE"]);
  const duplicate = tokens.some((token, index) => isWord(token, "DUPLICATE") && isWord(tokens[index - 1], "ON"));
  if (unsupportedIndex < tokens.length || duplicate) return null;
  const source = { table, schema, alias: table, derived: false };
  const text = sql.slice(0, tokens.at(-1)?.end);
  const body = fill(sql, tokens, name.end);
  if (body === null) return null;
  return { verb: "insert", sources: [source], mode, text, ...body };
}

type Filling = Pick<Insertion, "columns" | "items" | "queried" | "tokens">;

/** What stands behind the table's name: columns and the rows that fill them. */
function fill(sql: string, tokens: readonly Token[], from: number): Filling | null {
  if (isWord(tokens[from], "SET")) {
    const set = assignments(sql, tokens.slice(from + 1));
    if (set === null) return null;
    const items = set.map(({ tokens: value }) => [value]);
    return { columns: set.map(({ column }) => column), items, queried: false, tokens: tokens.slice(from + 1) };
  }
  let index = from;
  let columns: string[] | null = null;
  if (isOperator(tokens[index], "(") && !isWord(tokens[index + 1], "SELECT") && !isWord(tokens[index + 1], "WITH")) {
    const end = skip(tokens, index);
    const inside = tokens.slice(index + 1, end - 1);
    const names = (inside.length === 0 ? [] : pieces(inside)).map((piece) => {
      const name = readName(piece, 0);
      return name !== null && name.end === piece.length ? (name.parts.at(-1) ?? "") : "";
    });
    if (names.includes("")) return null;
    columns = names;
    index = end;
  }
  const body = tokens.slice(index);
  if (isWord(body[0], "VALUES") || isWord(body[0], "VALUE")) {
    const rows = pieces(body.slice(1));
    if (rows.some((row) => !isOperator(row[0], "(") || skip(row, 0) !== row.length)) return null;
    // `VALUES ()` names no column, whether the list of columns is empty or left out.
    if (rows.every((row) => row.length === 2)) return { columns: [], items: [], queried: false, tokens: body };
    const items = byColumn(rows.map((row) => pieces(row.slice(1, -1))));
    return { columns, items, queried: false, tokens: body };
  }
  const query = isWord(body[0], "SELECT") || isWord(body[0], "WITH") || isOperator(body[0], "(");
  return query ? { columns, items: selectItems(body), queried: true, tokens: body } : null;
}

function byColumn(rows: readonly (readonly Token[][])[]): Token[][][] | null {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) return null;
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? []));
}

/** The expressions of a plain SELECT; null where a star or a union hides which is which. */
function selectItems(body: readonly Token[]): Token[][][] | null {
  if (!isWord(body[0], "SELECT") || isWord(body[1], "DISTINCT") || isWord(body[1], "ALL")) return null;
  if (findTop(body, 0, ["UNION", "EXCEPT", "INTERSECT"]) < body.length) return null;
  const end = findTop(body, 1, ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"]);
  const items = pieces(body.slice(1, end));
  if (items.some((item) => item.length === 0 || isOperator(item.at(-1), "*"))) return null;
  return items.map((item) => [item]);
}
