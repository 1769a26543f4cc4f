/**
 * The four answers that every page gives without a key: what is true now, what comes next and by which key, what of it can be
 * undone, and what happens if this line drops. They are worked out from the model, never written for a page.
 */
import { span, type TextSpan } from "../line.ts";

export interface Answers {
  readonly now: TextSpan;
  readonly next: TextSpan;
  readonly undo: TextSpan;
  /** What goes on without this line, and the command to come back. */
  readonly loss: Loss;
}

/** What happens without this line, and the command to come back: which is never cut for the words before it. */
export interface Loss extends TextSpan {
  readonly command: string;
}

/** Answers in their order, with the words that stand before each. */
export const TITLES: Readonly<Record<keyof Answers, string>> = {
  now: "Now",
  next: "Next",
  undo: "Undo",
  loss: "Line lost",
};

/** What happens without this line, where it is nothing to look at twice. */
export const lossOf = (text: string, command: string): Loss => ({ ...plain(text), command });

/** An answer that is nothing to look at twice. */
export const plain = (text: string): TextSpan => span("plain", text);
