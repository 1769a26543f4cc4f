/** How a changing step is proved: by `verify`, or by the `proof` of what a person does, who may have none. */
import { isManual } from "../phases/kinds/index.ts";
import type { ChangeSpec } from "../phases/spec.ts";
import type { Path, Report } from "./node.ts";
import type { RawStep } from "./schema.ts";

/** What asks for a proof, or has no meaning without an answer of the other side. */
const FIELDS: Readonly<Record<string, string>> = {
  stays_until: "what nobody looks at cannot be seen to stay so",
  limit: "without a proof nothing is waited for",
};

function manualRules(raw: RawStep, path: Path, report: Report): void {
  if (raw["verify"] !== undefined)
    report("manual-proof", [...path, "verify"], "what a person does has a proof, or none");
  if (Object.keys(raw["errors"] ?? {}).length > 0)
    report("manual-proof", [...path, "errors"], "a person answers with no error codes", "leave errors out");
  if (raw["proof"] !== undefined) return;
  for (const [field, message] of Object.entries(FIELDS))
    if (raw[field] !== undefined) report("manual-proof", [...path, field], message);
}

/** Complains where a changing step does not say how it is proved. */
export function proofRules(raw: RawStep, path: Path, report: Report): void {
  if (isManual(raw as unknown as ChangeSpec)) return manualRules(raw, path, report);
  if (raw["verify"] === undefined) report("verify-missing", path, "a changing step says how it is verified");
}
