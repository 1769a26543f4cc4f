/** The names of the columns that a query answers with, as far as its text tells. */
import { lex } from "./lexer.ts";
import { depths, findTop, pieces } from "./nesting.ts";
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
  if (!isName(last)) return null;
  const isNamed = isColumn(tokens) || (endsInAlias(tokens) && !isWordOf(last, NO_COLUMN));
  return isNamed ? plain(last) : null;
}

/** An alias without AS stands behind a column, a value or a closed bracket; behind a word it may be part of the expression. */
function endsInAlias(tokens: readonly Token[]): boolean {
  const expression = tokens.slice(0, -1);
  const last = expression.at(-1);
  return isWord(last, "AS") || isOperator(last, ")") || isColumn(expression) || isValue(expression);
}

const isValue = ([token, ...rest]: readonly Token[]): boolean =>
  rest.length === 0 && (token?.kind === "number" || token?.kind === "string");

/** Whether the first SELECT at the top level begins the query: it stands first, or behind a WITH. */
const beginsQuery = (tokens: readonly Token[], select: number): boolean =>
  select < tokens.length && (select === 0 || isWord(tokens[0], "WITH"));

/** The columns of a plain query, each by its tokens; null where the statement is none, or is not understood. */
function columnsOf(tokens: readonly Token[]): Token[][] | null {
  const select = findTop(tokens, 0, ["SELECT"]);
  if (!beginsQuery(tokens, select)) return null;
  let first = select + 1;
  while (isWordOf(tokens[first], OPTIONS)) first += 1;
  const list = tokens.slice(first, findTop(tokens, first, CLAUSES));
  return depths(list) === null ? null : pieces(list);
}

/** What a query's text tells of the columns that it answers with. */
export interface GivenColumns {
  /** The names that it tells; null where any may be among them: it is no query, or has a `*`. */
  readonly names: readonly string[] | null;
  /** Whether these are all, in their order, each once. */
  readonly isWhole: boolean;
}

const UNKNOWN: GivenColumns = { names: null, isWhole: false };

/** A column that the server names itself, and so that a runbook could write it: by its text, or by its word. */
const isNamedByServer = (tokens: readonly Token[]): boolean =>
  tokens.length === 0 ||
  isOperator(tokens.at(-1), "*") ||
  tokens.every(({ kind }) => kind === "string") ||
  (tokens.length === 1 && isWordOf(tokens[0], NO_COLUMN));

/** What a query's text tells of its columns. An expression without a name has none that a runbook could write. */
export function givenColumns(sql: string, mode?: LexMode): GivenColumns {
  const columns = columnsOf(lex(sql, mode).filter(isSignificant));
  if (columns === null) return UNKNOWN;
  const entries = columns.map((tokens) => ({ tokens, name: nameOf(tokens) }));
  if (entries.some(({ tokens, name }) => name === null && isNamedByServer(tokens))) return UNKNOWN;
  const names = entries.flatMap(({ name }) => name ?? []);
  return { names, isWhole: names.length === columns.length && new Set(names).size === names.length };
}
