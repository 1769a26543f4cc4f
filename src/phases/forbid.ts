import { canonical, type JsonObject } from "./json.ts";
import type { Forbidden } from "./spec.ts";

/** Why a standing prohibition of the runbook refuses a request, or null. `match` is a regular expression over the canonical request. */
export function forbidden(rules: readonly Forbidden[], kind: string, request: JsonObject): string | null {
  const text = canonical(request);
  const hit = rules.find((rule) => rule.kind === kind && pattern(rule.match).test(text));
  return hit?.because ?? null;
}

/** A rule's pattern; a leading `(?i)` makes it blind to case. */
export function pattern(match: string): RegExp {
  return match.startsWith("(?i)") ? new RegExp(match.slice(4), "iu") : new RegExp(match, "u");
}
