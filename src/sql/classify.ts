/**
 * Says whether a statement only reads. A small allow-list over tokens, not a grammar: parsers call some statements
 * reads that write (functions in EXPLAIN, executable comments, quoted calls), a list of known reads does not.
 * "read" is permission to use the reading connection and nothing more; the server's read-only session is the second gate.
 */
import { lex } from "./lexer.ts";
import { checkCalls } from "./calls.ts";
import { survey } from "./survey.ts";
import { isOperator, isSignificant, isWord, lexMode, type LexMode, type Token } from "./token.ts";
import { CHANGE_HEADS, NOT_IN_READ, SHOW_WORDS } from "./words.ts";

export interface Classified {
  /** `read`: known to be a pure read. `change`: one statement known to change. `unknown`: anything else; ask. */
  readonly class: "read" | "change" | "unknown";
  /** Why it is not a read; empty for a read. */
  readonly reasons: string[];
  /** Tables that are named, without quotes, as far as they could be made out. For showing, not for deciding. */
  readonly tables: string[];
  /** Whether there is a WHERE at the top level; null where the question makes no sense. */
  readonly where: boolean | null;
}

export interface ClassifyOptions {
  /** The server's `@@sql_mode`. Without it the statement must be a read however quotes are read. */
  readonly sqlMode?: string;
}

const EVERY_MODE: readonly LexMode[] = [
  { noBackslashEscapes: false, ansiQuotes: false },
  { noBackslashEscapes: true, ansiQuotes: false },
  { noBackslashEscapes: false, ansiQuotes: true },
  { noBackslashEscapes: true, ansiQuotes: true },
];

/** Classifies one statement (a trailing semicolon is allowed). Total: never throws, whatever the text. */
export function classify(sql: string, options: ClassifyOptions = {}): Classified {
  const { sqlMode } = options;
  if (sqlMode !== undefined) {
    const classified = classifyIn(sql, lexMode(sqlMode));
    // In ORACLE mode functions are called without parentheses, and more.
    return /\bORACLE\b/i.test(sqlMode) ? { ...classified, class: "unknown", reasons: ["sql_mode ORACLE"] } : classified;
  }
  const first = classifyIn(sql, EVERY_MODE[0] as LexMode);
  if (!/["\\]/.test(sql)) return first;
  const others = EVERY_MODE.slice(1).map((mode) => classifyIn(sql, mode));
  if (others.every((other) => other.class === first.class)) return first;
  return { ...first, class: "unknown", reasons: ["its meaning depends on the server's sql_mode", ...first.reasons] };
}

function classifyIn(sql: string, mode: LexMode): Classified {
  const all = lex(sql, mode);
  const tokens = all.filter(isSignificant);
  while (isOperator(tokens.at(-1), ";")) tokens.pop();
  const { tables, where } = survey(tokens);
  const broken = brokenReasons(tokens);
  if (broken.length > 0) return { class: "unknown", reasons: broken, tables, where };
  const reasons = readReasons(tokens);
  if (reasons.length === 0) return { class: "read", reasons, tables, where };
  return { class: isChange(tokens) ? "change" : "unknown", reasons, tables, where };
}

/** Flaws that leave open what the server would make of the text. */
function brokenReasons(tokens: readonly Token[]): string[] {
  const reasons = new Set<string>();
  if (tokens.length === 0) reasons.add("no statement");
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "bad") reasons.add("a control character, or something never closed");
    else if (token.kind === "executable") reasons.add("an executable comment");
    else if (token.kind === "hint") reasons.add("an optimizer hint");
    else if (token.text === ";") reasons.add("more than one statement");
    else if (token.text === "{") reasons.add("an escape in braces");
    else if (token.kind === "operator" && token.text === "(") depth += 1;
    else if (token.kind === "operator" && token.text === ")") depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) reasons.add("parentheses do not match");
  return [...reasons];
}

function isChange(tokens: readonly Token[]): boolean {
  const [head] = tokens;
  if (head?.kind !== "word") return false;
  if (CHANGE_HEADS.has(head.upper)) return true;
  return head.upper === "WITH" && bodyOfWith(tokens, (upper) => upper === "UPDATE" || upper === "DELETE");
}

/** Why these tokens are not known to be a pure read. */
function readReasons(tokens: readonly Token[]): string[] {
  const [head] = tokens;
  if (head === undefined) return ["no statement"];
  switch (head.upper) {
    case "SELECT":
    case "(":
      return queryReasons(tokens);
    case "WITH":
      return bodyOfWith(tokens, (upper) => upper === "SELECT")
        ? queryReasons(tokens)
        : ["WITH without a SELECT at its end"];
    case "SHOW":
      return showReasons(tokens);
    case "EXPLAIN":
    case "DESCRIBE":
    case "DESC":
      return explainReasons(tokens);
    default:
      return [`${head.text} is not a known read`];
  }
}

function queryReasons(tokens: readonly Token[]): string[] {
  const reasons = new Set<string>(checkCalls(tokens));
  const opening = tokens.find((token) => token.text !== "(");
  if (!isWord(opening, "SELECT") && !isWord(opening, "WITH")) reasons.add("parentheses without a SELECT");
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "operator" && (token.text === ":=" || token.text === ":"))
      reasons.add("an assignment or a label");
    // After a dot it is a column, whatever its name; but `seq.nextval` counts up.
    if (token.kind !== "word" || (isOperator(tokens[at - 1], ".") && token.upper !== "NEXTVAL")) continue;
    if (NOT_IN_READ.has(token.upper)) reasons.add(`${token.upper} has no place in a read`);
    if (token.upper === "FOR" && !isHarmlessFor(tokens[at + 1])) reasons.add("a locking read or a sequence");
  }
  return [...reasons];
}

function isHarmlessFor(after: Token | undefined): boolean {
  return ["SYSTEM_TIME", "JOIN", "ORDER", "GROUP"].some((word) => isWord(after, word));
}

/** The first word after the named queries of a WITH, at the top level, decides what the statement is. */
function bodyOfWith(tokens: readonly Token[], accept: (upper: string) => boolean): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    else if (depth === 0 && token.kind === "word" && BODY_WORDS.has(token.upper)) return accept(token.upper);
  }
  return false;
}

const BODY_WORDS = new Set(["SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "VALUES", "TABLE"]);

/** SHOW with any call is refused: `SHOW TABLES WHERE f()` runs f, and `WHERE NEXT VALUE FOR s` counts up. */
function showReasons(tokens: readonly Token[]): string[] {
  const second = tokens[1];
  if (second?.kind !== "word" || !SHOW_WORDS.has(second.upper)) {
    return [`SHOW ${second?.text ?? ""} is not a known read`];
  }
  const where = tokens.findIndex((token) => isWord(token, "WHERE"));
  const condition = where === -1 ? [] : tokens.slice(where);
  if (tokens.some((token) => isOperator(token, "("))) return ["SHOW with a call or a query in it"];
  if (tokens.some((token) => isOperator(token, ":="))) return ["SHOW with an assignment"];
  const odd = tokens.slice(2).find((token) => token.kind === "word" && NOT_IN_READ.has(token.upper));
  if (odd !== undefined) return [`${odd.upper} has no place in a read`];
  if (condition.some((token) => isWord(token, "FOR") || isWord(token, "NEXTVAL"))) return ["SHOW with a sequence"];
  return [];
}

/** EXPLAIN runs functions that the optimizer takes for constants, so its query must be a read itself. */
function explainReasons(tokens: readonly Token[]): string[] {
  let at = 1;
  if (isWord(tokens[at], "EXTENDED") || isWord(tokens[at], "PARTITIONS")) at += 1;
  if (isWord(tokens[at], "FORMAT") && isOperator(tokens[at + 1], "=") && tokens[at + 2]?.kind === "word") at += 3;
  const rest = tokens.slice(at);
  const [first] = rest;
  if (isWord(first, "SELECT") || isOperator(first, "(")) return queryReasons(rest);
  if (isWord(first, "WITH")) return readReasons(rest);
  return isTableName(rest) ? [] : ["EXPLAIN of something that is no read"];
}

/** `DESCRIBE t`, `DESCRIBE db.t column`, `DESCRIBE t 'pattern'`: nothing else may follow. */
function isTableName(rest: readonly Token[]): boolean {
  const isName = (token: Token | undefined): boolean =>
    token?.kind === "quoted" || (token?.kind === "word" && !CHANGE_HEADS.has(token.upper) && !RUNS.has(token.upper));
  if (!isName(rest[0])) return false;
  const after = isOperator(rest[1], ".") ? 3 : 1;
  if (after === 3 && !isName(rest[2])) return false;
  return (
    rest.length === after || (rest.length === after + 1 && (isName(rest[after]) || rest[after]?.kind === "string"))
  );
}

const RUNS = new Set(["ANALYZE", "FOR", "CALL", "EXECUTE", "BEGIN", "SET", "DO"]);
