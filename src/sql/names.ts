/** Which tables or views a read, or the body of a view or function, may name. More names than it uses, never fewer. */
import { depthBehind } from "./nesting.ts";
import { unquote } from "./survey.ts";
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";

/** A name as it is written, without quotes. */
export interface Named {
  /** null where it is left out. */
  readonly schema: string | null;
  readonly name: string;
  /** Whether it can be nothing but a table: it stands behind FROM or JOIN. */
  readonly surely: boolean;
}

/** Behind these stands an expression or a new name, never a table. */
const NO_TABLE = new Set(
  "SELECT WHERE AND OR XOR ON BY AS HAVING SET BETWEEN LIKE THEN WHEN ELSE CASE NOT DISTINCT LIMIT OFFSET DIV MOD IS REGEXP RLIKE".split(
    " ",
  ),
);
const BEFORE_TABLE = new Set([",", "("]);
/** Words that are reserved on every server, and so name nothing: tried, none of them can stand for a table. */
const RESERVED = new Set(
  (
    "ALL AND AS BETWEEN BY CASE CROSS DISTINCT DIV ELSE EXISTS FROM GROUP HAVING IN INTO IS JOIN STRAIGHT_JOIN KEY INDEX LIKE NOT NULL " +
    "ON OR ORDER LIMIT REGEXP RLIKE SELECT SET THEN UNION USING WHEN WHERE XOR ASC DESC LEFT RIGHT INNER NATURAL TRUE FALSE INTERVAL " +
    "FOR WITH SHOW TABLE EXPLAIN DESCRIBE UPDATE DELETE INSERT REPLACE"
  ).split(" "),
);

/** Looks over significant tokens once. */
export function namesIn(tokens: readonly Token[]): Named[] {
  const names: Named[] = [];
  for (const [index, token] of tokens.entries())
    if (isName(token) && mayBeTable(tokens, index)) names.push(nameAt(tokens, index));
  return names;
}

function nameAt(tokens: readonly Token[], index: number): Named {
  const [token, member] = [tokens[index] as Token, tokens[index + 2]];
  const surely = behindFrom(tokens, index);
  return isOperator(tokens[index + 1], ".") && isName(member)
    ? { schema: unquote(token), name: unquote(member), surely }
    : { schema: null, name: unquote(token), surely };
}

function mayBeTable(tokens: readonly Token[], index: number): boolean {
  const [token, previous] = [tokens[index] as Token, tokens[index - 1]];
  if (isReserved(token)) return false;
  if (isOperator(previous, ".")) return isLeadingDot(tokens[index - 2]);
  if (previous?.kind === "operator") return BEFORE_TABLE.has(previous.text);
  return !isWordOf(previous, NO_TABLE);
}

const isReserved = ({ kind, upper }: Token): boolean => kind === "word" && RESERVED.has(upper);

/** MariaDB takes `.t` for a table of the connection's database. */
const isLeadingDot = (previous: Token | undefined): boolean => !isName(previous) || isReserved(previous);

const JOINS = new Set(["JOIN", "STRAIGHT_JOIN"]);

/**
 * Behind FROM or JOIN, or a comma of the same list, with the parentheses of joins between; not in `EXTRACT(YEAR FROM x)` and its
 * like.
 */
function behindFrom(tokens: readonly Token[], index: number): boolean {
  let keyword = index - 1;
  while (isOperator(tokens[keyword], "(")) keyword -= 1;
  if (isOperator(tokens[keyword], ",")) return behindFrom(tokens, beginOfItem(tokens, keyword - 1));
  const from = isWord(tokens[keyword], "FROM") && !isWord(tokens[keyword - 1], "DISTINCT");
  if (from) return !fromOfCall(tokens, keyword);
  return isWordOf(tokens[keyword], JOINS);
}

const isPlain = (token: Token | undefined): boolean => isName(token) && !isReserved(token);

/** Where the table begins that ends here with its alias, if it has one; past the begin where it is no plain table. */
function beginOfItem(tokens: readonly Token[], end: number): number {
  let index = end;
  if (!isPlain(tokens[index])) return 0;
  if (isWord(tokens[index - 1], "AS")) index -= 2;
  else if (isPlain(tokens[index - 1])) index -= 1;
  return isOperator(tokens[index - 1], ".") ? index - 2 : index;
}

const TAKES_FROM = new Set(["EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID"]);

/** Whether the parenthesis that a FROM stands in is that of such a function. */
function fromOfCall(tokens: readonly Token[], from: number): boolean {
  let depth = 0;
  for (let index = from - 1; index >= 0; index -= 1) {
    // Walked backwards, a closing parenthesis leads in.
    depth = depthBehind(depth, tokens[index]);
    if (depth > 0) return TAKES_FROM.has(tokens[index - 1]?.upper ?? "");
  }
  return false;
}
