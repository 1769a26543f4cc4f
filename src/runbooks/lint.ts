/** Rules that a runbook keeps beyond its shape and types; each is said with its reason. */
import type { Report } from "./check.ts";
import type { RawRunbook } from "./schema.ts";

/** Applies every rule to one runbook. */
export function lintRunbook(_runbook: RawRunbook, _report: Report): void {
  // filled in below
}
