/**
 * Every name that a body (of a trigger, a view, a statement) could mean a table, a view or a routine by. More names than it
 * uses, never fewer: which of them are any, the catalogue tells.
 */
import { unquote } from "./survey.ts";
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";
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

/** Looks over the significant tokens of a body once, as a server of that dialect calls things. */
export function mentionsIn(tokens: readonly Token[], dialect: Dialect): Mentions {
  const bare = new Set<string>();
  const pairs: [string, string][] = [];
  const calls = new Set<string>();
  const acts = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!isName(token)) continue;
    const act = actOf(token, tokens[index + 1]);
    if (act !== null) acts.add(act);
    const [name, member] = nameAt(tokens, index) ?? [];
    if (name !== undefined && member !== undefined) pairs.push([name, member]);
    else if (name !== undefined) bare.add(name);
    if (isCall(tokens, index, dialect)) calls.add(unquote(token));
  }
  return { bare, qualified: pairs, calls: [...calls], acts: [...acts] };
}

function actOf(token: Token, next: Token | undefined): string | null {
  if (isWord(token, "NEXT") && isWord(next, "VALUE")) return "NEXT VALUE";
  return isWordOf(token, ACTS) ? token.upper : null;
}

/** The name that begins here, with what stands behind a dot; null for what stands behind one itself. */
function nameAt(tokens: readonly Token[], index: number): [string, string?] | null {
  const [token, member] = [tokens[index] as Token, tokens[index + 2]];
  if (isOperator(tokens[index - 1], ".")) return null;
  return isOperator(tokens[index + 1], ".") && isName(member) ? [unquote(token), unquote(member)] : [unquote(token)];
}

/** A name before a parenthesis calls something, but behind INTO, where it is a table with its columns. */
function isCall(tokens: readonly Token[], index: number, dialect: Dialect): boolean {
  if (!isOperator(tokens[index + 1], "(")) return false;
  const token = tokens[index] as Token;
  const isQualified = isOperator(tokens[index - 1], ".");
  if (isWord(tokens[isQualified ? index - 3 : index - 1], "INTO")) return false;
  return isQualified || token.kind === "quoted" || !isHarmless(token.upper, dialect);
}

const isHarmless = (upper: string, { functions }: Dialect): boolean =>
  BEFORE_PAREN.has(upper) || FLOW.has(upper) || functions.has(upper);
