/** Finds every call in a query and says which of them are not known to be without effects. */
import { isOperator, isWord, type Token } from "./token.ts";
import { BEFORE_PAREN, GAP_SENSITIVE, PURE_FUNCTIONS } from "./words.ts";

/**
 * Reasons against the calls among these tokens. A parenthesis must stand behind an operator, a word of the grammar or
 * an allow-listed function; behind anything else (a quoted name, a qualified name, a literal) it is refused.
 */
export function checkCalls(tokens: readonly Token[]): string[] {
  const reasons: string[] = [];
  // Among the named queries of a leading WITH, before the query itself.
  let naming = isWord(tokens[0], "WITH");
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (depth === 0 && isWord(token, "SELECT")) naming = false;
    if (isOperator(token, ")")) depth -= 1;
    if (!isOperator(token, "(")) continue;
    const reason = naming && depth === 0 && isColumnListOfWith(tokens, at) ? null : checkCall(tokens, at);
    if (reason !== null) reasons.push(reason);
    depth += 1;
  }
  return reasons;
}

function checkCall(tokens: readonly Token[], paren: number): string | null {
  const name = tokens[paren - 1];
  if (name === undefined) return null;
  if (name.kind === "operator") return name.text === ")" || name.text === "." ? "a parenthesis in an odd place" : null;
  if (name.kind !== "word") return `a call of ${name.text}`;
  const before = tokens[paren - 2];
  if (isOperator(before, ".")) return `a call of a qualified name: ${name.text}`;
  if (name.upper === "ANY" || name.upper === "SOME" || name.upper === "ALL") return checkQuantifier(name, before);
  if (BEFORE_PAREN.has(name.upper)) return null;
  if (!PURE_FUNCTIONS.has(name.upper)) return `${name.text}() is not known to be without effects`;
  if (before !== undefined && before.kind !== "word" && before.kind !== "operator")
    return `a call of ${name.text} in an odd place`;
  if (GAP_SENSITIVE.has(name.upper) && tokens[paren]?.start !== name.end) return `a gap in the call of ${name.text}`;
  return null;
}

/** `= ANY (SELECT …)`, `UNION ALL (SELECT …)`: only there are these words not names. */
function checkQuantifier(name: Token, before: Token | undefined): string | null {
  const comparison = before?.kind === "operator" && /^(?:=|<=>|<>|!=|<=?|>=?)$/.test(before.text);
  const setOperation =
    name.upper === "ALL" && ["UNION", "EXCEPT", "INTERSECT", "SELECT"].some((word) => isWord(before, word));
  return comparison || setOperation ? null : `a call of ${name.text}`;
}

/** `WITH c (a, b) AS (SELECT …`: the only place where a name is followed by a list that is no call. */
function isColumnListOfWith(tokens: readonly Token[], paren: number): boolean {
  const before = tokens[paren - 2];
  const next = isOperator(before, ",") && isOperator(tokens[paren - 3], ")");
  if (!next && !isWord(before, "WITH") && !isWord(before, "RECURSIVE")) return false;
  const isName = (token: Token | undefined): boolean => token?.kind === "word" || token?.kind === "quoted";
  let at = paren + 1;
  while (isName(tokens[at]) && isOperator(tokens[at + 1], ",")) at += 2;
  return (
    isName(tokens[at]) &&
    isOperator(tokens[at + 1], ")") &&
    isWord(tokens[at + 2], "AS") &&
    isOperator(tokens[at + 3], "(")
  );
}
