/** The words in which readers show what happened: one table for plain text, report and console. */
import type { Mark } from "./bodies.ts";
import type { JsonObject } from "../ports/json.ts";
import type { ServerIdentity } from "../ports/sql.ts";
import { clean } from "../text/sentence.ts";

export { clean, countText, sentence } from "../text/sentence.ts";

/** A short word in front of a line. Never colour or glyph alone. */
export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  succeeded: "ok",
  already: "already",
  "skipped-by-condition": "skipped",
  "skipped-by-operator": "SKIPPED",
  "by-hand": "by hand",
  failed: "FAILED",
  "in-doubt": "IN DOUBT",
  refused: "REFUSED",
  unreachable: "NO ANSWER",
  rejected: "rejected",
  "not-run": "not run",
  "not-run-dry": "not run: dry",
  undone: "undone",
  "undone-in-part": "UNDONE IN PART",
  lapsed: "LAPSED",
};

/** Why a phase was left out, after its title. */
export const skippedText = (reason: string): string =>
  reason === "not chosen" ? reason : `not needed (${clean(reason)})`;

/**
 * Questions of several targets as one: what differs stands on a line for each of them, what all say is said once, below.
 * Sentences end with a full stop, a question mark or an exclamation mark before a space.
 */
export function saidOnce(questions: readonly string[]): string {
  const split = questions.map((question) =>
    question
      .replace(/\s+/gu, " ")
      .trim()
      .split(/(?<=[.?!]) (?=\S)/u),
  );
  const [first = []] = split;
  const common = first.filter((sentence) => split.every((sentences) => sentences.includes(sentence)));
  const own = split.map((sentences) => sentences.filter((sentence) => !common.includes(sentence)).join(" "));
  return [...new Set(own), common.join(" ")].filter((text) => text !== "").join("\n");
}

/** Keys of a change's preview as text: `17, 18, 19 and 38 more`. */
export function keysText(preview: JsonObject, limit = 8): string {
  const keys = (preview["keys"] ?? []) as readonly (readonly string[])[];
  const columns = ((preview["key_columns"] ?? []) as readonly string[]).map(clean).join(", ");
  const names = keys.slice(0, limit).map((key) => key.map(clean).join("/"));
  const rest = keys.length > limit ? ` and ${keys.length - limit} more` : "";
  return `${columns} ${names.join(", ")}${rest}`;
}

/** The time of day of an event, UTC. */
export const timeOf = (wall: string): string => `${wall.slice(11, 19)}Z`;

/** Where the site's first database is. */
export const serverText = (server: Pick<ServerIdentity, "database" | "hostname" | "port"> | null): string =>
  server === null ? "no database" : `${server.database} on ${server.hostname}:${server.port}`;
