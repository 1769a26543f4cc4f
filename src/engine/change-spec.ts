import type { ChangeStep, Runbook } from "../phases/spec.ts";
import type { Ref } from "./command.ts";

/** The specification of a changing slot. */
export function changeSpec(ref: Ref): ChangeStep {
  const spec = ref.phase.steps.find(({ id }) => id === ref.slot.step);
  if (spec?.does !== "change") throw new Error(`${ref.slot.step} is not a changing step of ${ref.phase.id}`);
  return spec;
}

/** A changing step of a runbook by its id; undefined for reads and gates, and for what the runbook does not have. */
export function changeStep({ phases }: Runbook, id: string): ChangeStep | undefined {
  const spec = phases.flatMap(({ steps }) => steps).find((step) => step.id === id);
  return spec?.does === "change" ? spec : undefined;
}
