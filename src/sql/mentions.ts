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
  const indexes = [...tokens.keys()].filter((index) => isName(tokens[index]));
  const names = indexes.flatMap((index) => nameAt(tokens, index));
  const calls = indexes.filter((index) => isCall(tokens, index, dialect));
  return {
    bare: new Set(names.flatMap(({ name, member }) => (member === null ? [name] : []))),
    qualified: names.flatMap(({ name, member }) => (member === null ? [] : [[name, member] as const])),
    calls: [...new Set(calls.map((index) => unquote(tokens[index] as Token)))],
    acts: [...new Set(indexes.flatMap((index) => actAt(tokens, index)))],
  };
}

function actAt(tokens: readonly Token[], index: number): string[] {
  const token = tokens[index];
  if (isWord(token, "NEXT") && isWord(tokens[index + 1], "VALUE")) return ["NEXT VALUE"];
  return isWordOf(token, ACTS) ? [token.upper] : [];
}

/** The name that begins here, with what stands behind a dot; none where it stands behind one itself. */
function nameAt(tokens: readonly Token[], index: number): { readonly name: string; readonly member: string | null }[] {
  if (isOperator(tokens[index - 1], ".")) return [];
  const [name, member] = [unquote(tokens[index] as Token), tokens[index + 2]];
  return [{ name, member: isOperator(tokens[index + 1], ".") && isName(member) ? unquote(member) : null }];
}

/** A name before a parenthesis calls something, but behind INTO, where it is a table with its columns. */
function isCall(tokens: readonly Token[], index: number, dialect: Dialect): boolean {
  if (!isOperator(tokens[index + 1], "(")) return false;
  if (isOperator(tokens[index - 1], ".")) return !isWord(tokens[index - 3], "INTO");
  const token = tokens[index] as Token;
  return !isWord(tokens[index - 1], "INTO") && (token.kind === "quoted" || !isHarmless(token.upper, dialect));
}

const isHarmless = (upper: string, { functions }: Dialect): boolean =>
  BEFORE_PAREN.has(upper) || FLOW.has(upper) || functions.has(upper);
