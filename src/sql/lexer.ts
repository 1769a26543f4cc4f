/**
 * Cuts MariaDB/MySQL statements into tokens. It fails closed: it takes any text, loses not one character of it, and
 * flags what it does not understand instead of guessing. It is the ground that classify and dissect stand on.
 */
import { isName, isOperator, type LexMode, type Token, type TokenKind, upperAscii } from "./token.ts";

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
function afterDot(sql: string, offset: number, previous: Token | undefined): Cut | undefined {
  const code = sql.charCodeAt(offset);
  if (code === 0x2e && isName(previous)) return ["operator", offset + 1];
  if (isDigit(code) && isOperator(previous, ".")) return ["word", scan(sql, offset, isWordCode)];
  return undefined;
}

/** Cuts what begins with a certain character. */
type Cutter = (sql: string, at: number, mode: LexMode) => Cut;

const doubleQuoted: Cutter = (sql, offset, mode) =>
  mode.ansiQuotes
    ? quotedText(sql, offset, false, "quoted")
    : quotedText(sql, offset, !mode.noBackslashEscapes, "string");

/** By the first character; whatever is not here is a space, a number, a name, an operator, or has no place in a statement. */
const CUTTERS: ReadonlyMap<number, Cutter> = new Map<number, Cutter>([
  [0x22, doubleQuoted],
  [0x23, lineComment],
  [0x27, (sql, offset, mode) => quotedText(sql, offset, !mode.noBackslashEscapes, "string")],
  [0x2d, (sql, offset) => (isDashComment(sql, offset) ? lineComment(sql, offset) : operator(sql, offset))],
  [0x2e, (sql, offset) => (isDigit(sql.charCodeAt(offset + 1)) ? number(sql, offset) : operator(sql, offset))],
  [0x2f, (sql, offset) => (sql.charCodeAt(offset + 1) === 0x2a ? blockComment(sql, offset) : operator(sql, offset))],
  [
    0x3a,
    (sql, offset) => (isNameStart(sql.charCodeAt(offset + 1)) ? namedParameter(sql, offset) : operator(sql, offset)),
  ],
  [0x3f, (_sql, offset) => ["placeholder", offset + 1]],
  [0x40, variable],
  [0x60, (sql, offset) => quotedText(sql, offset, false, "quoted")],
]);

function next(sql: string, offset: number, mode: LexMode): Cut {
  const code = sql.charCodeAt(offset);
  if (isSpace(code)) return ["space", scan(sql, offset + 1, isSpace)];
  if (isDigit(code)) return number(sql, offset);
  if (isWordCode(code)) return word(sql, offset);
  if (isControl(code)) return ["bad", offset + 1];
  return sign(sql, offset, mode);
}

function sign(sql: string, offset: number, mode: LexMode): Cut {
  const cutter = CUTTERS.get(sql.charCodeAt(offset)) ?? operator;
  return cutter(sql, offset, mode);
}

const namedParameter = (sql: string, offset: number): Cut => ["named", scan(sql, offset + 2, isNameCode)];

/** MySQL 9 knows texts between dollars, `$$ … $$` and `$tag$ … $tag$`: nothing that begins so is taken for a name. */
function word(sql: string, offset: number): Cut {
  const end = scan(sql, offset + 1, isWordCode);
  const dollars = sql.charCodeAt(offset) === DOLLAR && sql.slice(offset + 1, end).includes("$");
  return [dollars ? "bad" : "word", end];
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f;
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
  let offset = from;
  while (offset < sql.length && accept(sql.charCodeAt(offset))) offset += 1;
  return offset;
}

/** `--` begins a comment only before a space, a control character or the end; else it is two minus signs. */
function isDashComment(sql: string, offset: number): boolean {
  if (sql.charCodeAt(offset + 1) !== 0x2d) return false;
  const code = sql.charCodeAt(offset + 2);
  return Number.isNaN(code) || code === 0x20 || isControl(code);
}

/** To the line feed; a carriage return does not end it. A NUL does end it for some servers, so it is not hidden here. */
function lineComment(sql: string, offset: number): Cut {
  const feed = sql.indexOf("\n", offset);
  const end = feed === -1 ? sql.length : feed + 1;
  const nul = sql.slice(offset, end).indexOf("\0");
  return ["comment", nul === -1 ? end : offset + nul];
}

function blockComment(sql: string, offset: number): Cut {
  const close = sql.indexOf("*/", offset + 2);
  if (close === -1) return ["bad", sql.length];
  const end = close + 2;
  const lead = sql.slice(offset + 2, offset + 4);
  if (/^[Mm]?!/.test(lead)) return ["executable", end];
  if (lead.startsWith("+")) return ["hint", end];
  // Servers differ in whether comments nest and in what a NUL in one does.
  return [/\/\*|\0/.test(sql.slice(offset + 2, close)) ? "bad" : "comment", end];
}

function quotedText(sql: string, offset: number, backslash: boolean, kind: TokenKind): Cut {
  const quote = sql.charCodeAt(offset);
  let nul = false;
  for (let end = offset + 1; end < sql.length;) {
    const length = unitLength(sql, end, quote, backslash);
    if (length === 0) return [nul ? "bad" : kind, end + 1];
    nul ||= sql.charCodeAt(end) === 0;
    end += length;
  }
  return ["bad", sql.length];
}

/** How many characters of a quoted text belong together: two of an escape or a doubled quote, none where it ends. */
function unitLength(sql: string, offset: number, quote: number, backslash: boolean): 0 | 1 | 2 {
  const code = sql.charCodeAt(offset);
  if (code === 0x5c && backslash) return 2;
  if (code !== quote) return 1;
  return sql.charCodeAt(offset + 1) === quote ? 2 : 0;
}

/** A number, or the name it turns out to be: `1e5` is a number, `1e5x` and `0xfg` are names, `0x1F` is a number. */
function number(sql: string, offset: number): Cut {
  const run = scan(sql, offset, isWordCode);
  const text = sql.slice(offset, run);
  if (/^0[xX][0-9a-fA-F]+$|^0b[01]+$/.test(text)) return ["number", run];
  const end = offset + decimalLength(sql, offset);
  if (!isWordCode(sql.charCodeAt(end))) return ["number", end];
  // `1.f` is the number `1.` and a name to the server; a digit run with letters behind it is a name.
  return /^\d+$/.test(sql.slice(offset, end)) || end < run ? ["word", run] : ["number", end];
}

function decimalLength(sql: string, offset: number): number {
  const match = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(sql.slice(offset, offset + 512));
  return match?.[0].length ?? 1;
}

const BACKTICK = 0x60;
const QUOTES: ReadonlySet<number> = new Set([0x27, 0x22, BACKTICK]);

/** `@name`, `@'name'`, `` @`name` ``, `@@global.name` (up to the dot; the rest are words and operators). */
function variable(sql: string, offset: number, mode: LexMode): Cut {
  const code = sql.charCodeAt(offset + 1);
  if (QUOTES.has(code)) {
    const backslash = code !== BACKTICK && !mode.noBackslashEscapes;
    return quotedText(sql, offset + 1, backslash, "variable");
  }
  const from = code === 0x40 ? offset + 2 : offset + 1;
  return ["variable", scan(sql, from, isWordCode)];
}

function operator(sql: string, offset: number): Cut {
  for (const text of OPERATORS) if (sql.startsWith(text, offset)) return ["operator", offset + text.length];
  return ["operator", offset + 1];
}
