/**
 * Every name that a body (of a trigger, a view, a statement) could mean a table, a view or a routine by. More names than it
 * uses, never fewer: which of them are any, the catalogue tells.
 */
import { unquote } from "./survey.ts";
import { isOperator, isWord, type Token } from "./token.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { BEFORE_PAREN } from "./words.ts";

export interface Mentions {
  /** Names without a qualifier. */
  readonly bare: ReadonlySet<string>;
  /** `a.b`: a column of a table, or something of another database. */
  readonly qualified: readonly (readonly [string, string])[];
  /** Functions that are not known to be without effects. */
  readonly calls: readonly string[];
  /** What no rollback takes back, or what hides what it does. */
  readonly acts: readonly string[];
}

/** Words of the language of triggers after which a parenthesis is not a call. */
const FLOW = new Set([
  "IF",
  "ELSEIF",
  "WHILE",
  "UNTIL",
  "RETURN",
  "SET",
  "VALUES",
  "VALUE",
  "DO",
  "CASE",
  "CURSOR",
  "LIMIT",
  "OFFSET",
]);
const ACTS = new Set(["CALL", "NEXTVAL", "SETVAL", "OUTFILE", "DUMPFILE", "EXECUTE", "LOAD", "KILL"]);

const isName = (token: Token | undefined): token is Token => token?.kind === "word" || token?.kind === "quoted";

/** Looks over the significant tokens of a body once, as a server of that dialect calls things. */
export function mentionsIn(tokens: readonly Token[], dialect: Dialect): Mentions {
  const bare = new Set<string>();
  const pairs: [string, string][] = [];
  const calls = new Set<string>();
  const acts = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!isName(token)) continue;
    const [previous, next, member] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]];
    if (isWord(token, "NEXT") && isWord(next, "VALUE")) acts.add("NEXT VALUE");
    if (token.kind === "word" && ACTS.has(token.upper)) acts.add(token.upper);
    if (!isOperator(previous, ".")) {
      if (isOperator(next, ".") && isName(member)) pairs.push([unquote(token), unquote(member)]);
      else bare.add(unquote(token));
    }
    if (isOperator(next, "(") && isCall(tokens, index, dialect)) calls.add(unquote(token));
  }
  return { bare, qualified: pairs, calls: [...calls], acts: [...acts] };
}

/** A name before a parenthesis calls something, but behind INTO, where it is a table with its columns. */
function isCall(tokens: readonly Token[], index: number, dialect: Dialect): boolean {
  const token = tokens[index] as Token;
  const isQualified = isOperator(tokens[index - 1], ".");
  if (isWord(tokens[isQualified ? index - 3 : index - 1], "INTO")) return false;
  if (isQualified || token.kind === "quoted") return true;
  return !BEFORE_PAREN.has(token.upper) && !FLOW.has(token.upper) && !dialect.functions.has(token.upper);
}
