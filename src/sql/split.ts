/** Cuts a pasted text into its statements, with their comments. Nothing runs together what was not one statement. */
import { DEFAULT_MODE, lex } from "./lexer.ts";
import { isOperator, isSignificant, type LexMode } from "./token.ts";

/** The statements of a text as they are written, without the semicolons between them. */
export function splitStatements(text: string, mode: LexMode = DEFAULT_MODE): string[] {
  const statements: string[] = [];
  let from = 0;
  let holds = false;
  const close = (end: number): void => {
    if (holds) statements.push(text.slice(from, end).trim());
    holds = false;
  };
  for (const token of lex(text, mode)) {
    if (isOperator(token, ";")) {
      close(token.start);
      from = token.end;
    } else if (isSignificant(token)) holds = true;
  }
  close(text.length);
  return statements;
}
