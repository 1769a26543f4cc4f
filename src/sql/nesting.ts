/** Walks over the tokens of a statement that know which parentheses they are in. */
import { isOperator, type Token } from "./token.ts";

/** How deep in parentheses each token stands; null when they do not match. */
export function depths(tokens: readonly Token[]): number[] | null {
  const result: number[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (isOperator(token, ")")) depth -= 1;
    if (depth < 0) return null;
    result.push(depth);
    if (isOperator(token, "(")) depth += 1;
  }
  return depth === 0 ? result : null;
}

/** The first of these words at the top level, from `from` on; the end when there is none. */
export function findTop(tokens: readonly Token[], from: number, words: readonly string[]): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    else if (depth === 0 && token.kind === "word" && words.includes(token.upper) && !isOperator(tokens[index - 1], "."))
      return index;
  }
  return tokens.length;
}

/** Pieces between commas at the top level. */
export function pieces(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    if (depth === 0 && isOperator(token, ",")) result.push([]);
    else result.at(-1)?.push(token);
  }
  return result;
}

/** Behind the parenthesis that `open` opens. */
export function skip(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (isOperator(tokens[index], "(")) depth += 1;
    else if (isOperator(tokens[index], ")")) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return tokens.length;
}

const BODY_WORDS = new Set(["SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "VALUES", "TABLE"]);

/** The first word after the named queries of a WITH, at the top level, decides what the statement is. */
export function bodyOfWith(tokens: readonly Token[]): Token | null {
  let depth = 0;
  for (const token of tokens) {
    if (isOperator(token, "(")) depth += 1;
    else if (isOperator(token, ")")) depth -= 1;
    else if (depth === 0 && token.kind === "word" && BODY_WORDS.has(token.upper)) return token;
  }
  return null;
}
