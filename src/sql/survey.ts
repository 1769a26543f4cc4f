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
  const tables = new Set<string>();
  const lists: ("list" | "call" | null)[] = [null];
  let where = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (isOperator(token, "(")) {
      const before = tokens[at - 1];
      // Parentheses around joined tables go on with the list; those of EXTRACT(x FROM y) hold no table.
      const call = before?.kind === "word" && TAKES_FROM.has(before.upper);
      lists.push(
        call
          ? "call"
          : lists.at(-1) === "list" && (before?.upper === "FROM" || before?.upper === "JOIN")
            ? "list"
            : null,
      );
      if (lists.at(-1) === "list") addName(tables, tokens, at + 1);
    } else if (isOperator(token, ")")) lists.pop();
    else if (isOperator(token, ",") && lists.at(-1) === "list") addName(tables, tokens, at + 1);
    else if (token.kind === "word" && !isOperator(tokens[at - 1], ".")) {
      if (token.upper === "WHERE" && lists.length === 1) where = true;
      const open = OPENS_LIST.has(token.upper) && !(token.upper === "UPDATE" && isWord(tokens[at - 1], "KEY"));
      if (lists.at(-1) !== "call" && (open || OPENS_ONE.has(token.upper))) addName(tables, tokens, at + 1);
      if (lists.at(-1) !== "call" && (open || CLOSES_LIST.has(token.upper)))
        lists[lists.length - 1] = open ? "list" : null;
    }
  }
  const head = tokens[0]?.upper ?? "";
  return { tables: [...tables], where: HAS_WHERE.has(head) ? where : null };
}

function addName(tables: Set<string>, tokens: readonly Token[], from: number): void {
  let at = from;
  while (tokens[at]?.kind === "word" && BEFORE_NAME.has(tokens[at]?.upper ?? "")) at += 1;
  const parts: string[] = [];
  for (let token = tokens[at]; token?.kind === "word" || token?.kind === "quoted"; token = tokens[at]) {
    parts.push(unquote(token));
    at += 1;
    if (!isOperator(tokens[at], ".")) break;
    at += 1;
  }
  if (parts.length > 0 && !CLOSES_LIST.has(tokens[from]?.upper ?? "")) tables.add(parts.join("."));
}

/** The name itself, without its quotes. */
export function unquote(token: Token): string {
  if (token.kind !== "quoted") return token.text;
  const quote = token.text.charAt(0);
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}
