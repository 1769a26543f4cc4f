/** Finds every call in a query and says which of them are not known to be without effects. */
import { ACTING } from "./dialects/acting.ts";
import { OLDEST_MARIADB, type Dialect } from "./dialects/dialect.ts";
import { depthBehind } from "./nesting.ts";
import { unquote } from "./survey.ts";
import { isName, isOperator, isWord, isWordOf, upperAscii, type Token } from "./token.ts";
import { BEFORE_PAREN } from "./words.ts";

/** A function that is not built in, as it is called; names without quotes. */
export interface Routine {
  /** null where the statement leaves it out: then a loaded function may be meant, or one of the connection's database. */
  readonly schema: string | null;
  readonly name: string;
}

export interface Calls {
  /** What speaks against a read, whatever the server may say. */
  readonly against: readonly string[];
  /** Functions that the server keeps: what they do, only it can tell. */
  readonly routines: readonly Routine[];
}

/** How a routine is called in a sentence: `c.f()`. */
export const routineText = ({ schema, name }: Routine): string => `${schema === null ? "" : `${schema}.`}${name}()`;

/** Reasons against the calls among these tokens, those of stored functions among them. */
export function checkCalls(tokens: readonly Token[], dialect: Dialect = OLDEST_MARIADB): string[] {
  const { against, routines } = callsIn(tokens, dialect);
  return [...against, ...routines.map((routine) => `${routineText(routine)} is not known to be without effects`)];
}

/**
 * Looks at the calls among these tokens. A parenthesis must stand behind an operator, a word of the grammar, a function that
 * only computes or the name of a stored function; behind anything else (a literal, a name in an odd place) it is refused.
 */
export function callsIn(tokens: readonly Token[], dialect: Dialect): Calls {
  const against: string[] = [];
  const routines: Routine[] = [];
  const keep = (call: string | Routine | null): void => {
    if (typeof call === "string") against.push(call);
    else if (call !== null) routines.push(call);
  };
  // Among the named queries of a leading WITH, before the query itself.
  let naming = isWord(tokens[0], "WITH");
  let depth = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const isAmongNames = naming && depth === 0;
    naming &&= !(isAmongNames && isWord(tokens[index], "SELECT"));
    if (mayCall(tokens, index, isAmongNames)) keep(callAt(tokens, index, dialect));
    depth = depthBehind(depth, tokens[index]);
  }
  return { against, routines };
}

/** Whether a parenthesis opens here that is not one of the names of a WITH. */
const mayCall = (tokens: readonly Token[], index: number, isAmongNames: boolean): boolean =>
  isOperator(tokens[index], "(") && !(isAmongNames && isColumnListOfWith(tokens, index));

/** null for no call or a harmless one, else what speaks against it or the routine that it calls. */
function callAt(tokens: readonly Token[], paren: number, dialect: Dialect): string | Routine | null {
  const name = tokens[paren - 1];
  if (name === undefined) return null;
  if (name.kind === "operator") return ODD_BEFORE_PAREN.has(name.text) ? "a parenthesis in an odd place" : null;
  return isName(name) ? namedCall(tokens, paren, dialect) : `a call of ${name.text}`;
}

const ODD_BEFORE_PAREN = new Set([")", "."]);

/** A name before a parenthesis, by what stands before that. */
function namedCall(tokens: readonly Token[], paren: number, dialect: Dialect): string | Routine | null {
  const [name, previous] = [tokens[paren - 1] as Token, tokens[paren - 2]];
  if (isOperator(previous, ".")) return qualifiedCall(tokens, paren);
  if (isLiteral(previous)) return behindLiteral(name);
  return name.kind === "quoted" ? quotedCall(name, dialect) : wordCall(tokens, paren, dialect);
}

/** `'x' IN (…)`, `JSON_TABLE(…, '$' COLUMNS (…))`. */
const behindLiteral = (name: Token): string | null =>
  isPlainWord(name) || isWord(name, "COLUMNS") ? null : `a call of ${name.text} in an odd place`;

/** Neither a word nor an operator: what comes behind it is no call of the plain kind. */
const isLiteral = (token: Token | undefined): boolean =>
  token !== undefined && token.kind !== "word" && token.kind !== "operator";

const QUANTIFIERS = new Set(["ANY", "SOME", "ALL"]);

/** What a word before a parenthesis is: of the grammar, a built-in function, or one that only the server knows. */
function wordCall(tokens: readonly Token[], paren: number, dialect: Dialect): string | Routine | null {
  const name = tokens[paren - 1] as Token;
  if (QUANTIFIERS.has(name.upper)) return checkQuantifier(name, tokens[paren - 2]);
  if (BEFORE_PAREN.has(name.upper)) return null;
  if (dialect.functions.has(name.upper)) return checkGap(name, tokens[paren], dialect);
  return isNoCall(tokens, paren, dialect) ? null : unknownCall(name.text, name.upper);
}

/** Whether the word is one of the grammar where it stands, or asks without an effect. */
const isNoCall = (tokens: readonly Token[], paren: number, dialect: Dialect): boolean =>
  isWordOf(tokens[paren - 1], dialect.reserved) || isOfItsPlace(tokens, paren) || isLastId(tokens, paren);

/** With a gap before the parenthesis some built-in functions are stored ones. */
const checkGap = (name: Token, paren: Token | undefined, { gaps }: Dialect): string | null =>
  gaps.has(name.upper) && paren?.start !== name.end ? `a gap in the call of ${name.text}` : null;

/** LAST_INSERT_ID of a value is remembered; without one it only tells. */
const isLastId = (tokens: readonly Token[], paren: number): boolean =>
  isWord(tokens[paren - 1], "LAST_INSERT_ID") && isOperator(tokens[paren + 1], ")");

/** These are names elsewhere; in their place of the grammar no call can stand. */
function isOfItsPlace(tokens: readonly Token[], paren: number): boolean {
  const [name, previous, first] = [tokens[paren - 1] as Token, tokens[paren - 2], tokens[paren - 3]];
  if (name.upper === "AGAINST") return isOperator(previous, ")");
  if (name.upper === "OF") return isWord(previous, "MEMBER");
  // A derived table's columns: (SELECT …) AS t (a, b).
  return isWord(previous, "AS") && isOperator(first, ")") && endOfNames(tokens, paren) !== null;
}

/** A word of the grammar after which a parenthesis is no call, wherever it stands. */
const isPlainWord = ({ kind, upper }: Token): boolean =>
  kind === "word" && BEFORE_PAREN.has(upper) && !QUANTIFIERS.has(upper);

function unknownCall(name: string, upper: string): string | Routine {
  const acts = ACTING.get(upper);
  return acts === undefined ? { schema: null, name } : `${name}() ${acts}`;
}

/** Quotes do not hide a built-in function of its own name from the server, but those of the grammar are then stored ones. */
function quotedCall(token: Token, dialect: Dialect): string | Routine {
  const name = unquote(token);
  const upper = upperAscii(name);
  return dialect.functions.has(upper) || BEFORE_PAREN.has(upper) ? `a call of ${token.text}` : unknownCall(name, upper);
}

/** MariaDB keeps its built-in functions under these names as well. */
const NO_SCHEMA = /^(?:mariadb|maxdb|oracle)_schema$/i;

/** `db.f(…)` is always a stored function. */
function qualifiedCall(tokens: readonly Token[], paren: number): string | Routine {
  const [name, schema] = [tokens[paren - 1] as Token, tokens[paren - 3]];
  const odd = isOperator(tokens[paren - 4], ".") || (schema?.kind !== "word" && schema?.kind !== "quoted");
  if (odd || NO_SCHEMA.test(unquote(schema))) return `a call of a qualified name: ${name.text}`;
  return { schema: unquote(schema), name: unquote(name) };
}

/** `= ANY (SELECT …)`, `UNION ALL (SELECT …)`: only there are these words not names. */
function checkQuantifier(name: Token, previous: Token | undefined): string | null {
  const comparison = previous?.kind === "operator" && /^(?:=|<=>|<>|!=|<=?|>=?)$/.test(previous.text);
  const setOperation =
    name.upper === "ALL" && ["UNION", "EXCEPT", "INTERSECT", "SELECT"].some((word) => isWord(previous, word));
  return comparison || setOperation ? null : `a call of ${name.text}`;
}

const BEFORE_FIRST_NAME = new Set(["WITH", "RECURSIVE"]);

/** Whether the name of a named query can stand here: the first of a WITH, or one behind another query. */
function isQueryName(tokens: readonly Token[], index: number): boolean {
  const previous = tokens[index - 1];
  return isWordOf(previous, BEFORE_FIRST_NAME) || (isOperator(previous, ",") && isOperator(tokens[index - 2], ")"));
}

/** `WITH c (a, b) AS (SELECT …`: the only place where a name is followed by a list that is no call. */
function isColumnListOfWith(tokens: readonly Token[], paren: number): boolean {
  if (!isQueryName(tokens, paren - 1)) return false;
  const end = endOfNames(tokens, paren);
  return end !== null && isWord(tokens[end], "AS") && isOperator(tokens[end + 1], "(");
}

/** Behind a parenthesis that holds nothing but names between commas; null where it holds anything else. */
function endOfNames(tokens: readonly Token[], paren: number): number | null {
  let index = paren + 1;
  while (isName(tokens[index]) && isOperator(tokens[index + 1], ",")) index += 2;
  return isName(tokens[index]) && isOperator(tokens[index + 1], ")") ? index + 2 : null;
}
