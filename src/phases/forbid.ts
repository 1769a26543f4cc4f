import type { JsonObject } from "../ports/json.ts";
import type { Forbidden } from "./spec.ts";

/**
 * What the prohibitions of a runbook are about: the statement, command, operation or path. Values are no part of it: a target may be
 * called what it likes.
 */
export const ruledText = ({ sql, command, op, path, route = path }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([sql, command, op, ...(route === undefined ? [] : [route])]);

/** Why a standing prohibition of the runbook refuses a request, or null. `match` is a regular expression over `ruledText`. */
export function forbidden(rules: readonly Forbidden[], kind: string, request: JsonObject): string | null {
  const text = ruledText(request);
  const hit = rules.find((rule) => rule.kind === kind && pattern(rule.match).test(text));
  return hit?.because ?? null;
}

/** A rule's pattern; a leading `(?i)` makes it blind to case. */
export function pattern(match: string): RegExp {
  return match.startsWith("(?i)") ? new RegExp(match.slice(4), "iu") : new RegExp(match, "u");
}
