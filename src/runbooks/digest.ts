import { createHash } from "node:crypto";
import { canonical, type Json } from "../ports/json.ts";
import type { Runbook } from "../phases/spec.ts";

/** The digest that plans, grants and runs are bound to: of all that a run may do. The key that begins it, the name of its targets and what their detail shows are no part of that. */
export function runbookDigest({ action: _action, target: _target, panels: _panels, ...bound }: Runbook): string {
  return createHash("sha256")
    .update(canonical(bound as unknown as Json))
    .digest("hex");
}
