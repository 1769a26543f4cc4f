/** Which tables a statement names and whether it has a WHERE: for messages and lint, never for deciding. */
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";

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
const BEFORE_JOINED: ReadonlySet<string | undefined> = new Set(["FROM", "JOIN"]);
const HAS_WHERE = new Set(["SELECT", "UPDATE", "DELETE", "WITH", "SHOW"]);

/** Looks over significant tokens once. */
export function survey(tokens: readonly Token[]): Survey {
  const look: Look = { tokens, tables: new Set(), lists: [null], where: false };
  for (const [index, token] of tokens.entries()) lookAt(look, index, token);
  const head = tokens[0]?.upper ?? "";
  return { tables: [...look.tables], where: HAS_WHERE.has(head) ? look.where : null };
}

function lookAt(look: Look, index: number, { kind, text, upper }: Token): void {
  if (kind === "operator") punctuation(look, index, text);
  else if (kind === "word" && !isOperator(look.tokens[index - 1], ".")) word(look, index, upper);
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

const BEFORE_ITEM = new Set(["(", ","]);

function punctuation({ tokens, tables, lists }: Look, index: number, text: string): void {
  if (text === "(") lists.push(insideOf(tokens[index - 1], lists.at(-1)));
  if (text === ")") lists.pop();
  if (BEFORE_ITEM.has(text) && lists.at(-1) === "list") addName(tables, tokens, index + 1);
}

/** Parentheses around joined tables go on with the list; those of EXTRACT(x FROM y) hold no table. */
function insideOf(previous: Token | undefined, outside: Inside | undefined): Inside {
  if (isWordOf(previous, TAKES_FROM)) return "call";
  return outside === "list" && BEFORE_JOINED.has(previous?.upper) ? "list" : null;
}

function word(look: Look, index: number, upper: string): void {
  const { tokens, tables, lists } = look;
  look.where ||= upper === "WHERE" && lists.length === 1;
  if (lists.at(-1) === "call") return;
  if (namesTable(tokens, index)) addName(tables, tokens, index + 1);
  const inside = insideBehind(tokens, index);
  if (inside !== undefined) lists[lists.length - 1] = inside;
}

const namesTable = (tokens: readonly Token[], index: number): boolean =>
  opensList(tokens, index) || isWordOf(tokens[index], OPENS_ONE);

/** What a word makes of where it stands: a list of tables, or none any longer; undefined where it changes nothing. */
function insideBehind(tokens: readonly Token[], index: number): "list" | null | undefined {
  if (opensList(tokens, index)) return "list";
  return isWordOf(tokens[index], CLOSES_LIST) ? null : undefined;
}

/** The UPDATE of ON DUPLICATE KEY UPDATE names no table. */
const opensList = (tokens: readonly Token[], index: number): boolean =>
  isWordOf(tokens[index], OPENS_LIST) && !(isWord(tokens[index], "UPDATE") && isWord(tokens[index - 1], "KEY"));

function addName(tables: Set<string>, tokens: readonly Token[], from: number): void {
  if (CLOSES_LIST.has(tokens[from]?.upper ?? "")) return;
  let index = from;
  while (isWordOf(tokens[index], BEFORE_NAME)) index += 1;
  const parts = namePartsAt(tokens, index);
  if (parts.length > 0) tables.add(parts.join("."));
}

/** The parts of the name that begins here: none where there is none. */
function namePartsAt(tokens: readonly Token[], from: number): string[] {
  const parts: string[] = [];
  for (let index = from; isName(tokens[index]); index += 2) {
    parts.push(unquote(tokens[index] as Token));
    if (!isOperator(tokens[index + 1], ".")) break;
  }
  return parts;
}

/** The name itself, without its quotes. */
export function unquote(token: Token): string {
  if (token.kind !== "quoted") return token.text;
  const quote = token.text.charAt(0);
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}
