import { createHash } from "node:crypto";
import { canonical, type Json } from "../ports/json.ts";
import type { Runbook } from "../phases/spec.ts";

/** The digest that plans, grants and runs are bound to. */
export function runbookDigest(runbook: Runbook): string {
  return createHash("sha256")
    .update(canonical(runbook as unknown as Json))
    .digest("hex");
}
