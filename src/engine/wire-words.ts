/**
 * Words that journal and interfaces keep without blanks, each with the words of a person for it. Until version 1 of the events
 * the journal kept those: the same table reads it.
 */
import type { JsonObject } from "../ports/json.ts";
import type { Bodies, Mark, PauseReason } from "./bodies.ts";
import type { EndClaimKind } from "./claims/claim.ts";
import type { EventType } from "./events.ts";
import type { RunStatus } from "./state.ts";

/** Every word of several parts that some reader is shown: who adds one and forgets its text does not compile. */
type WireWord = Extract<
  Mark | PauseReason | EndClaimKind | RunStatus | Bodies["decision.made"]["method"] | Bodies["rung.ended"]["result"],
  `${string}-${string}`
>;

/** Each of those words with its text, no two with the same. */
export const WIRE_TEXTS: Readonly<Record<WireWord, string>> = {
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
  "recovered-unproven": "recovered but unproven",
  "left-in-the-middle": "left in the middle",
};
const TEXTS: ReadonlyMap<string, string> = new Map(Object.entries(WIRE_TEXTS));
const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(WIRE_TEXTS).map(([word, text]) => [text, word]));

/** A word as a person reads it. */
export const wordText = (word: string): string => TEXTS.get(word) ?? word;

/** Today's word for one of any version. Whatever else there is stays as it is. */
export const wireWord = <T>(value: T): T | string => (typeof value === "string" ? (WORDS.get(value) ?? value) : value);

/** The same body, its keys in the same order, with today's word in one place. */
const withWord = (body: JsonObject, key: string): JsonObject =>
  body[key] === undefined ? body : { ...body, [key]: wireWord(body[key]) };

function withEnds(body: JsonObject): JsonObject {
  const { ends } = body;
  return Array.isArray(ends) ? { ...body, ends: ends.map((end) => withWord(end as JsonObject, "end")) } : body;
}

/** Where version 1 of the events had words with blanks. */
const OLD: Partial<Record<EventType, (body: JsonObject) => JsonObject>> = {
  "run.paused": (body) => withWord(body, "reason"),
  "run.closed": withEnds,
  "step.marked": (body) => withWord(body, "mark"),
  "rung.ended": (body) => withWord(body, "result"),
  "decision.made": (body) => withWord(body, "method"),
};

/** A body of version 1 in today's words. */
export const inWords = (type: EventType, body: JsonObject): JsonObject => OLD[type]?.(body) ?? body;
