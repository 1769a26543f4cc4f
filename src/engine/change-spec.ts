import type { ChangeStep } from "../phases/spec.ts";
import type { Ref } from "./next.ts";

/** The specification of a changing slot. */
export function changeSpec(ref: Ref): ChangeStep {
  const found = ref.phase.steps.find(({ id }) => id === ref.slot.step);
  if (found?.does !== "change") throw new Error(`${ref.slot.step} is not a changing step of ${ref.phase.id}`);
  return found;
}
