/** Walks over the tokens of a statement that know which parentheses they are in. */
import { isOperator, isWord, type Token } from "./token.ts";

/** How deep in parentheses one is behind a token, where one was as deep as `depth` before it. */
export function depthBehind(depth: number, token: Token | undefined): number {
  if (isOperator(token, "(")) return depth + 1;
  return isOperator(token, ")") ? depth - 1 : depth;
}

/** How deep in parentheses each token stands; null when they do not match. */
export function depths(tokens: readonly Token[]): number[] | null {
  const result: number[] = [];
  let depth = 0;
  for (const token of tokens) {
    const next = depthBehind(depth, token);
    if (next < 0) return null;
    result.push(Math.min(depth, next));
    depth = next;
  }
  return depth === 0 ? result : null;
}

/** The first of these words at the top level, from `from` on; the end when there is none. */
export function findTop(tokens: readonly Token[], from: number, words: readonly string[]): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    depth = depthBehind(depth, tokens[index]);
    if (depth === 0 && isClauseWord(tokens, index, words)) return index;
  }
  return tokens.length;
}

/** Behind a dot it is a column, whatever its name. */
const isClauseWord = (tokens: readonly Token[], index: number, words: readonly string[]): boolean =>
  words.some((word) => isWord(tokens[index], word)) && !isOperator(tokens[index - 1], ".");

/** Pieces between commas at the top level. */
export function pieces(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth = depthBehind(depth, token);
    if (depth === 0 && isOperator(token, ",")) result.push([]);
    else result.at(-1)?.push(token);
  }
  return result;
}

/** Behind the parenthesis that `open` opens. */
export function skip(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    depth = depthBehind(depth, tokens[index]);
    if (depth === 0) return index + 1;
  }
  return tokens.length;
}

const BODY_WORDS = new Set(["SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "VALUES", "TABLE"]);

/** The first word after the named queries of a WITH, at the top level, decides what the statement is. */
export function bodyOfWith(tokens: readonly Token[]): Token | undefined {
  let depth = 0;
  for (const token of tokens) {
    depth = depthBehind(depth, token);
    if (depth === 0 && token.kind === "word" && BODY_WORDS.has(token.upper)) return token;
  }
  return undefined;
}
