/** How a step is taken back: what its kind knows of it, and the runbook's own words where Handrail has no way back. */
import { findKind } from "./kinds/index.ts";
import type { JsonObject } from "../ports/json.ts";
import type { ChangeStep } from "./spec.ts";
import type { WayBack } from "./change-kind.ts";

/** The same words on every page, in `explain`, report and receipt. */
export const WAY_BACK_WORDS: Readonly<Record<WayBack["kind"], string>> = {
  complete: "undo: complete, kept in the journal before the commit",
  partial: "undo: PARTIAL, the rows above only",
  other: "undo: not by Handrail",
  none: "CANNOT BE UNDONE",
  unseen: "undo: not known yet",
};

/** How a step is taken back, before it is done. `preview` is null, or `{none: true}`, before there is one. */
export function wayBackOf(step: Pick<ChangeStep, "change" | "undo">, preview: JsonObject | null): WayBack {
  const kind = findKind(step.change.kind);
  if (kind === undefined) return { kind: "none", why: ["this Handrail does not know this kind of step"] };
  const way = kind.wayBack(step.change, preview);
  // A kind that gives no reason of its own has the runbook's.
  if (way.kind === "none" && way.why.length > 0) return way;
  if (typeof step.undo === "string")
    return way.kind === "other" || way.kind === "none"
      ? { kind: way.kind, why: ["Handrail has no way back for it"] }
      : way;
  // Rows that could be written back are final where the runbook says that what they name is gone by then.
  return { kind: way.kind === "other" ? "other" : "none", why: [step.undo.none] };
}
