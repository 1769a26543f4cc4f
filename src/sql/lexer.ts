/**
 * Cuts MariaDB/MySQL statements into tokens. It fails closed: it takes any text, loses not one character of it, and
 * flags what it does not understand instead of guessing. It is the ground that classify and dissect stand on.
 */
import { type LexMode, type Token, type TokenKind, upperAscii } from "./token.ts";

/** The mode of a server as delivered. */
export const DEFAULT_MODE: LexMode = { noBackslashEscapes: false, ansiQuotes: false };

const OPERATORS = ["<=>", "->>", ":=", "<<", ">>", "<>", "!=", "<=", ">=", "||", "&&", "->"];

/** All tokens of the text in order; their texts joined are the text. Never throws. */
export function lex(sql: string, mode: LexMode = DEFAULT_MODE): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  while (start < sql.length) {
    const [kind, end] = afterDot(sql, start, tokens.at(-1)) ?? next(sql, start, mode);
    const text = sql.slice(start, end);
    tokens.push({ kind, start, end, text, upper: kind === "word" ? upperAscii(text) : text });
    start = end;
  }
  return tokens;
}

const DOLLAR = 0x24;

type Cut = readonly [TokenKind, number];

/** A dot right behind a name is never a decimal point, and what follows it is a name even if it begins with a digit. */
function afterDot(sql: string, at: number, before: Token | undefined): Cut | undefined {
  if (before === undefined) return undefined;
  const code = sql.charCodeAt(at);
  if (code === 0x2e && (before.kind === "word" || before.kind === "quoted")) return ["operator", at + 1];
  if (isDigit(code) && before.kind === "operator" && before.text === ".") return ["word", scan(sql, at, isWordCode)];
  return undefined;
}

/** Cuts what begins with a certain character. */
type Cutter = (sql: string, at: number, mode: LexMode) => Cut;

const doubleQuoted: Cutter = (sql, at, mode) =>
  mode.ansiQuotes ? quoted(sql, at, false, "quoted") : quoted(sql, at, !mode.noBackslashEscapes, "string");

/** By the first character; whatever is not here is a space, a number, a name, an operator, or has no place in a statement. */
const CUTTERS: ReadonlyMap<number, Cutter> = new Map<number, Cutter>([
  [0x22, doubleQuoted],
  [0x23, lineComment],
  [0x27, (sql, at, mode) => quoted(sql, at, !mode.noBackslashEscapes, "string")],
  [0x2d, (sql, at) => (isDashComment(sql, at) ? lineComment(sql, at) : operator(sql, at))],
  [0x2e, (sql, at) => (isDigit(sql.charCodeAt(at + 1)) ? number(sql, at) : operator(sql, at))],
  [0x2f, (sql, at) => (sql.charCodeAt(at + 1) === 0x2a ? blockComment(sql, at) : operator(sql, at))],
  [0x3a, (sql, at) => (isNameStart(sql.charCodeAt(at + 1)) ? named(sql, at) : operator(sql, at))],
  [0x3f, (_sql, at) => ["placeholder", at + 1]],
  [0x40, variable],
  [0x60, (sql, at) => quoted(sql, at, false, "quoted")],
]);

function next(sql: string, at: number, mode: LexMode): Cut {
  const code = sql.charCodeAt(at);
  if (isSpace(code)) return ["space", scan(sql, at + 1, isSpace)];
  if (isDigit(code)) return number(sql, at);
  if (isWordCode(code)) return word(sql, at);
  if (code < 0x20 || code === 0x7f) return ["bad", at + 1];
  const cutter = CUTTERS.get(code) ?? operator;
  return cutter(sql, at, mode);
}

const named = (sql: string, at: number): Cut => ["named", scan(sql, at + 2, isNameCode)];

/** MySQL 9 knows texts between dollars, `$$ … $$` and `$tag$ … $tag$`: nothing that begins so is taken for a name. */
function word(sql: string, at: number): Cut {
  const end = scan(sql, at + 1, isWordCode);
  const dollars = sql.charCodeAt(at) === DOLLAR && sql.slice(at + 1, end).includes("$");
  return [dollars ? "bad" : "word", end];
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Whatever is not ASCII is part of a name to the server, the no-break space included. */
function isWordCode(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x5f || code === 0x24 || code >= 0x80;
}

function isNameStart(code: number): boolean {
  return isLetter(code) || code === 0x5f;
}

function isNameCode(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

function scan(sql: string, from: number, accept: (code: number) => boolean): number {
  let at = from;
  while (at < sql.length && accept(sql.charCodeAt(at))) at += 1;
  return at;
}

/** `--` begins a comment only before a space, a control character or the end; else it is two minus signs. */
function isDashComment(sql: string, at: number): boolean {
  if (sql.charCodeAt(at + 1) !== 0x2d) return false;
  const after = sql.charCodeAt(at + 2);
  return Number.isNaN(after) || after <= 0x20 || after === 0x7f;
}

/** To the line feed; a carriage return does not end it. A NUL does end it for some servers, so it is not hidden here. */
function lineComment(sql: string, at: number): Cut {
  const feed = sql.indexOf("\n", at);
  const end = feed === -1 ? sql.length : feed + 1;
  const nul = sql.slice(at, end).indexOf("\0");
  return ["comment", nul === -1 ? end : at + nul];
}

function blockComment(sql: string, at: number): Cut {
  const close = sql.indexOf("*/", at + 2);
  if (close === -1) return ["bad", sql.length];
  const end = close + 2;
  const lead = sql.charAt(at + 2);
  if (lead === "!" || ((lead === "M" || lead === "m") && sql.charAt(at + 3) === "!")) return ["executable", end];
  if (lead === "+") return ["hint", end];
  // Servers differ in whether comments nest and in what a NUL in one does.
  return [/\/\*|\0/.test(sql.slice(at + 2, close)) ? "bad" : "comment", end];
}

function quoted(sql: string, at: number, backslash: boolean, kind: TokenKind): Cut {
  const quote = sql.charCodeAt(at);
  let nul = false;
  for (let end = at + 1; end < sql.length; end += 1) {
    const code = sql.charCodeAt(end);
    if (code === 0) nul = true;
    else if (code === 0x5c && backslash) end += 1;
    else if (code === quote) {
      if (sql.charCodeAt(end + 1) !== quote) return [nul ? "bad" : kind, end + 1];
      end += 1;
    }
  }
  return ["bad", sql.length];
}

/** A number, or the name it turns out to be: `1e5` is a number, `1e5x` and `0xfg` are names, `0x1F` is a number. */
function number(sql: string, at: number): Cut {
  const run = scan(sql, at, isWordCode);
  const text = sql.slice(at, run);
  if (/^0[xX][0-9a-fA-F]+$|^0b[01]+$/.test(text)) return ["number", run];
  const match = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(sql.slice(at, at + 512));
  const end = at + (match?.[0].length ?? 1);
  if (!isWordCode(sql.charCodeAt(end))) return ["number", end];
  // `1.f` is the number `1.` and a name to the server; a digit run with letters behind it is a name.
  return /^\d+$/.test(sql.slice(at, end)) || end < run ? ["word", run] : ["number", end];
}

/** `@name`, `@'name'`, `` @`name` ``, `@@global.name` (up to the dot; the rest are words and operators). */
function variable(sql: string, at: number, mode: LexMode): Cut {
  const code = sql.charCodeAt(at + 1);
  if (code === 0x27 || code === 0x22 || code === 0x60) {
    const backslash = code !== 0x60 && !mode.noBackslashEscapes;
    return quoted(sql, at + 1, backslash, "variable");
  }
  const from = code === 0x40 ? at + 2 : at + 1;
  return ["variable", scan(sql, from, isWordCode)];
}

function operator(sql: string, at: number): Cut {
  for (const text of OPERATORS) if (sql.startsWith(text, at)) return ["operator", at + text.length];
  return ["operator", at + 1];
}
