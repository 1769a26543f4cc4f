/** What is claimed of one step: its mark, and how that is known. */
import type { Mark } from "../bodies.ts";
import type { Slot } from "../state.ts";
import type { Basis, Claim } from "./claim.ts";

/** How the mark of a step is known. A gate's mark is always somebody's word. */
const BASES: Readonly<Record<Mark, Basis>> = {
  succeeded: "observation",
  already: "observation",
  "skipped-by-condition": "inference",
  "skipped-by-operator": "statement",
  "by-hand": "statement",
  failed: "observation",
  "in-doubt": "inference",
  refused: "observation",
  unreachable: "observation",
  rejected: "statement",
  "not-run": "inference",
  "not-run-dry": "inference",
  undone: "inference",
  "undone-in-part": "inference",
  lapsed: "observation",
};

/** `planned`, `under-way`: no mark yet. */
export type StepClaimKind = Mark | "planned" | "under-way";

/** How it stands with a step. The message is the reason that its event gave, or its title. */
export function stepClaim(slot: Slot): Claim<StepClaimKind> {
  const kind = slot.mark ?? (slot.status === "planned" ? "planned" : "under-way");
  // Failed although no look could tell: somebody said so.
  const isDoubt = slot.mark === "failed" && slot.outcome?.kind === "unknown";
  const basis = slot.does === "gate" || isDoubt ? "statement" : slot.mark === null ? "inference" : BASES[slot.mark];
  return { kind, message: slot.reason === "" ? slot.title : slot.reason, basis, evidence: [slot.event], at: slot.at };
}
