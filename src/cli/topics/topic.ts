/** What `handrail help TOPIC` explains. */
import type { Paragraph } from "../terminal/paragraphs.ts";

export interface Topic {
  /** What is typed; of several words, each is one. */
  readonly name: string;
  /** What it is about, as a phrase. */
  readonly says: string;
  readonly text: readonly Paragraph[];
}
