/** Text as people are told it: safe, counted, and with a full stop. */
import { safeText } from "./safe-text.ts";

/** A number with its noun: `1 row`, `3 rows`. What is no plain plural comes as `many`. */
export const countText = (count: number, singular: string, many = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : many}`;

/** Text from the world, with everything invisible made visible, on one line. */
export const clean = (text: string): string => safeText(text.replace(/\s*\n\s*/gu, " "));

/** Text from the world as a sentence of ours: safe, and with exactly one full stop. */
export const sentence = (text: string): string => `${clean(text).replace(/[.\s]+$/u, "")}.`;

/** Text of ours over several lines, on one. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();
