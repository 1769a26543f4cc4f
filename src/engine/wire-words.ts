/**
 * Words that journal and interfaces keep without blanks, each with the words of a person for it. Until version 1 of the events
 * the journal kept those: the same table reads it.
 */
import type { JsonObject } from "../ports/json.ts";
import type { EventType } from "./events.ts";

const TEXTS: Readonly<Record<string, string>> = {
  "skipped-by-condition": "skipped by condition",
  "skipped-by-operator": "skipped by the operator",
  "by-hand": "by hand",
  "in-doubt": "in doubt",
  "not-run": "not run",
  "not-run-dry": "not run: dry",
  "undone-in-part": "undone in part",
  "timed-out": "timed out",
  "decided-beforehand": "decided beforehand",
  "nobody-to-ask": "nobody to ask",
  "approval-needed": "approval needed",
  "decision-needed": "decision needed",
  "too-many-failures": "too many failures",
  "lock-lost": "lock lost",
  "hold-broken": "hold broken",
  "nothing-changed": "nothing changed",
  "changes-pending": "changes pending",
  "criteria-not-met": "criteria not met",
  "left-in-the-middle": "left in the middle",
};
const WORDS = new Map(Object.entries(TEXTS).map(([word, text]) => [text, word]));

/** A word as a person reads it. */
export const wordText = (word: string): string => TEXTS[word] ?? word;

/** Today's word for one of any version. Whatever else there is stays as it is. */
export const wireWord = <T>(value: T): T | string => (typeof value === "string" ? (WORDS.get(value) ?? value) : value);

const withWord = (body: JsonObject, key: string): JsonObject => ({ ...body, [key]: wireWord(body[key] ?? null) });

/** Where version 1 of the events had words with blanks. */
const OLD: Partial<Record<EventType, (body: JsonObject) => JsonObject>> = {
  "run.paused": (body) => withWord(body, "reason"),
  "run.closed": ({ ends, ...rest }) =>
    Array.isArray(ends) ? { ...rest, ends: ends.map((end) => withWord(end as JsonObject, "end")) } : rest,
  "step.marked": (body) => withWord(body, "mark"),
  "rung.ended": (body) => withWord(body, "result"),
  "decision.made": (body) => withWord(body, "method"),
};

/** A body of version 1 in today's words. */
export const inWords = (type: EventType, body: JsonObject): JsonObject => OLD[type]?.(body) ?? body;
