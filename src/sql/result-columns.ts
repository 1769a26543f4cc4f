/** The names of the columns that a query answers with, as far as its text tells. */
import { lex } from "./lexer.ts";
import { depths, findTop } from "./nesting.ts";
import { isName, isOperator, isSignificant, isWord, isWordOf, type LexMode, type Token } from "./token.ts";

/** What may stand between SELECT and its first column. */
const OPTIONS = new Set(["ALL", "DISTINCT", "DISTINCTROW", "STRAIGHT_JOIN", "HIGH_PRIORITY"]);
/** What ends the list of columns. */
const CLAUSES = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "INTO", "FOR"];
/** Words that are no name of a column, where one could stand. */
const NO_COLUMN = new Set(["NOT", "BINARY", "NULL", "TRUE", "FALSE", "END", "DEFAULT"]);

const plain = ({ kind, text }: Token): string =>
  kind === "quoted" ? text.slice(1, -1).replaceAll("``", "`").replaceAll('""', '"') : text;

const isColumn = (tokens: readonly Token[]): boolean =>
  tokens.length % 2 === 1 &&
  tokens.length <= 5 &&
  !isWordOf(tokens[0], NO_COLUMN) &&
  tokens.every((token, index) => (index % 2 === 0 ? isName(token) : isOperator(token, ".")));

/** The name of one column: its alias, or the last part of a column's own name; null where an expression has no alias. */
function nameOf(tokens: readonly Token[]): string | null {
  const last = tokens.at(-1);
  if (last === undefined || !isName(last)) return null;
  if (isColumn(tokens)) return plain(last);
  const previous = tokens.at(-2);
  // An alias without AS stands behind a column, a value or a closed bracket; behind a word it may be part of the expression.
  const isAlias =
    isWord(previous, "AS") ||
    isOperator(previous, ")") ||
    isColumn(tokens.slice(0, -1)) ||
    (tokens.length === 2 && (previous?.kind === "number" || previous?.kind === "string"));
  return isAlias && !isWordOf(last, NO_COLUMN) ? plain(last) : null;
}

/** Where the list of columns begins and ends; null where the statement is no plain query. */
function listOf(tokens: readonly Token[]): readonly Token[] | null {
  const select = findTop(tokens, 0, ["SELECT"]);
  if (select === tokens.length || (select > 0 && !isWord(tokens[0], "WITH"))) return null;
  let first = select + 1;
  while (isWordOf(tokens[first], OPTIONS)) first += 1;
  return tokens.slice(first, findTop(tokens, first, CLAUSES));
}

/**
 * The names of a query's columns in their order; null where the text does not tell: a `*`, an expression without a name, the
 * same name twice, or no query.
 */
export function resultColumns(sql: string, mode?: LexMode): readonly string[] | null {
  const tokens = lex(sql, mode).filter(isSignificant);
  const list = listOf(tokens);
  const depth = list === null ? null : depths(list);
  if (list === null || depth === null || list.length === 0) return null;
  const columns: Token[][] = [[]];
  for (const [index, token] of list.entries()) {
    if (depth[index] === 0 && isOperator(token, ",")) columns.push([]);
    else columns.at(-1)?.push(token);
  }
  const names = columns.map(nameOf);
  const isWhole = names.every((name) => name !== null) && new Set(names).size === names.length;
  return isWhole ? names : null;
}
