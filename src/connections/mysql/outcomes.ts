/** How what became of a statement is told, whatever it was for. */
import type { JsonObject } from "../../ports/json.ts";
import type { Outcome } from "../../ports/outcome.ts";
import type { SqlTrouble } from "./trouble.ts";

/** Nobody knows what became of it. */
export const inDoubt = (message: string, evidence: JsonObject): Outcome => ({ kind: "unknown", message, evidence });

/** It was certainly not sent. */
export const unsent = (message: string): Outcome => ({
  kind: "not-applied",
  why: "not-sent",
  code: null,
  message,
  evidence: {},
});

/** What an error in its place tells: the server's no, that it never left, or nothing. */
export function troubleOutcome({ kind, message, code, sent: isSent }: SqlTrouble, evidence: JsonObject): Outcome {
  if (kind === "refused")
    return { kind: "not-applied", why: "refused", code, message: `The database refused: ${message}.`, evidence };
  if (!isSent) return { kind: "not-applied", why: "not-sent", code, message, evidence };
  return inDoubt(`No answer came (${message}): it may or may not have been carried out.`, evidence);
}
