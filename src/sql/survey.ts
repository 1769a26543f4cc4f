/** Which tables a statement names and whether it has a WHERE: for messages and lint, never for deciding. */
import { isOperator, isWord, type Token } from "./token.ts";

export interface Survey {
  readonly tables: string[];
  readonly where: boolean | null;
}

const OPENS_LIST = new Set(["FROM", "JOIN", "UPDATE", "STRAIGHT_JOIN"]);
const OPENS_ONE = new Set(["INTO", "TABLE"]);
const CLOSES_LIST = new Set([
  "WHERE",
  "SET",
  "GROUP",
  "ORDER",
  "HAVING",
  "LIMIT",
  "UNION",
  "ON",
  "USING",
  "VALUES",
  "SELECT",
]);
const BEFORE_NAME = new Set(["LOW_PRIORITY", "IGNORE", "QUICK", "IF", "EXISTS", "ONLY", "LATERAL", "FROM", "INTO"]);
const TAKES_FROM = new Set(["EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID"]);
const HAS_WHERE = new Set(["SELECT", "UPDATE", "DELETE", "WITH", "SHOW"]);

/** Looks over significant tokens once. */
export function survey(tokens: readonly Token[]): Survey {
  const look: Look = { tokens, tables: new Set(), lists: [null], where: false };
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "operator") punctuation(look, index, token.text);
    else if (token.kind === "word" && !isOperator(tokens[index - 1], ".")) word(look, index, token.upper);
  }
  const head = tokens[0]?.upper ?? "";
  return { tables: [...look.tables], where: HAS_WHERE.has(head) ? look.where : null };
}

/** What an open parenthesis holds: a list of tables, the arguments of a call with a FROM of its own, or anything else. */
type Inside = "list" | "call" | null;

interface Look {
  readonly tokens: readonly Token[];
  readonly tables: Set<string>;
  /** The innermost last; the first is the statement itself. */
  readonly lists: Inside[];
  where: boolean;
}

function punctuation({ tokens, tables, lists }: Look, index: number, text: string): void {
  if (text === "(") lists.push(insideOf(tokens[index - 1], lists.at(-1) ?? null));
  if (text === ")") lists.pop();
  if ((text === "(" || text === ",") && lists.at(-1) === "list") addName(tables, tokens, index + 1);
}

/** Parentheses around joined tables go on with the list; those of EXTRACT(x FROM y) hold no table. */
function insideOf(previous: Token | undefined, outside: Inside): Inside {
  if (previous?.kind === "word" && TAKES_FROM.has(previous.upper)) return "call";
  return outside === "list" && (previous?.upper === "FROM" || previous?.upper === "JOIN") ? "list" : null;
}

function word(look: Look, index: number, upper: string): void {
  const { tokens, tables, lists } = look;
  if (upper === "WHERE" && lists.length === 1) look.where = true;
  if (lists.at(-1) === "call") return;
  const opens = OPENS_LIST.has(upper) && !(upper === "UPDATE" && isWord(tokens[index - 1], "KEY"));
  if (opens || OPENS_ONE.has(upper)) addName(tables, tokens, index + 1);
  if (opens || CLOSES_LIST.has(upper)) lists[lists.length - 1] = opens ? "list" : null;
}

function addName(tables: Set<string>, tokens: readonly Token[], from: number): void {
  let index = from;
  while (tokens[index]?.kind === "word" && BEFORE_NAME.has(tokens[index]?.upper ?? "")) index += 1;
  const parts: string[] = [];
  for (let token = tokens[index]; token?.kind === "word" || token?.kind === "quoted"; token = tokens[index]) {
    parts.push(unquote(token));
    index += 1;
    if (!isOperator(tokens[index], ".")) break;
    index += 1;
  }
  if (parts.length > 0 && !CLOSES_LIST.has(tokens[from]?.upper ?? "")) tables.add(parts.join("."));
}

/** The name itself, without its quotes. */
export function unquote(token: Token): string {
  if (token.kind !== "quoted") return token.text;
  const quote = token.text.charAt(0);
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}
