/** What the lexer makes of a statement. */

export type TokenKind =
  | "space"
  | "comment"
  /** `/*! … *\/` or `/*M! … *\/`: text that a server may run, depending on its version. */
  | "executable"
  /** `/*+ … *\/`: an optimizer hint; some set variables. */
  | "hint"
  | "word"
  /** An identifier in backticks, or in double quotes under ANSI_QUOTES. */
  | "quoted"
  | "string"
  | "number"
  /** `@user`, `@@system`. */
  | "variable"
  /** `?` */
  | "placeholder"
  /** `:name` */
  | "named"
  | "operator"
  /** What has no place in a statement: a control character, or something that is never closed. */
  | "bad";

/** A piece of a statement. `start` and `end` are offsets in UTF-16 units, `end` exclusive. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** For words: the text with ASCII letters in capitals. Letters that only look like ASCII stay as they are. */
  readonly upper: string;
}

/** How the server reads quotes; both come from its sql_mode. */
export interface LexMode {
  readonly noBackslashEscapes: boolean;
  readonly ansiQuotes: boolean;
}

const ANSI_QUOTES = new Set(["ANSI", "ANSI_QUOTES", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"]);

/** The mode that a server's `@@sql_mode` asks for. */
export function lexMode(sqlMode: string): LexMode {
  const modes = sqlMode.split(",").map((mode) => mode.trim().toUpperCase());
  return {
    noBackslashEscapes: modes.includes("NO_BACKSLASH_ESCAPES"),
    ansiQuotes: modes.some((mode) => ANSI_QUOTES.has(mode)),
  };
}

/** Capitals for ASCII only: `ſleep` and `SLEEP` are two names to the server, though not to toUpperCase(). */
export function upperAscii(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase());
  }
  return text.toUpperCase();
}

/** Whether a token means something to the parser: neither space nor comment. */
export function isSignificant(token: Token): boolean {
  return token.kind !== "space" && token.kind !== "comment";
}

/** Whether the token is that unquoted word. */
export function isWord(token: Token | undefined, upper: string): boolean {
  return token?.kind === "word" && token.upper === upper;
}

/** Whether the token is one of these unquoted words. */
export function isWordOf(
  token: Token | undefined,
  words: ReadonlySet<string>,
): token is Token & { readonly kind: "word" } {
  return token?.kind === "word" && words.has(token.upper);
}

/** Whether the token can be a name: a word, or something in the quotes of names. */
export function isName(token: Token | undefined): token is Token & { readonly kind: "word" | "quoted" } {
  return token?.kind === "word" || token?.kind === "quoted";
}

/** Whether the token is that operator. */
export function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === "operator" && token.text === text;
}
