/** Choosing phases on the plan: which one is meant, which were left out, and what a run that begins there is made of. */
import type { Explained } from "../../runbooks/explain.ts";
import { top, type Model } from "../model.ts";
import { bodyRoom } from "../layout.ts";
import type { Look } from "../theme.ts";
import { refuse, update, type Handler, type Update } from "../update.ts";
import { headingAt } from "./plan.ts";

const planOf = (model: Model): Explained | undefined => model.runbooks?.find(({ id }) => id === model.plan.runbook);

/** The phases of a run that begins from the plan on the screen; null is all of them. */
export function chosenPhases(model: Model, runbook: Explained): readonly string[] | null {
  const { plan } = model;
  if (top(model) !== "plan" || plan.runbook !== runbook.id || plan.left.length === 0) return null;
  return runbook.phases.filter(({ id, acts }) => acts && !plan.left.includes(id)).map(({ id }) => id);
}

const clamp = (index: number, count: number): number => Math.min(Math.max(0, index), count - 1);

/** The phase before or after the one under the cursor, of those that change something; null where none does. */
function phaseBeside({ phases }: Explained, current: string | null, by: 1 | -1): string | null {
  const acting = phases.filter(({ acts }) => acts);
  const index = acting.findIndex(({ id }) => id === current);
  const edge = by > 0 ? 0 : acting.length - 1;
  return acting[index < 0 ? edge : clamp(index + by, acting.length)]?.id ?? null;
}

/** Puts the cursor on a phase, and scrolls so that its title can be seen. */
function toPhase(model: Model, explanation: Explained, phase: string, look: Look): Model {
  const plan = { ...model.plan, phase };
  const line = headingAt(explanation, plan, look);
  const room = bodyRoom(model, look);
  const isSeen = line >= plan.scroll && line < plan.scroll + room - 2;
  return { ...model, plan: { ...plan, scroll: isSeen ? plan.scroll : Math.max(0, line - 2) } };
}

function movePlan(model: Model, by: 1 | -1, look: Look): Update {
  const explanation = planOf(model);
  if (explanation === undefined) return refuse(model, "there is no such plan");
  const phase = phaseBeside(explanation, model.plan.phase, by);
  if (phase === null) return refuse(model, "no phase of this runbook changes anything");
  return phase === model.plan.phase
    ? refuse(model, `this is the ${by > 0 ? "last" : "first"} phase that changes anything`)
    : update(toPhase(model, explanation, phase, look));
}

/** To the phase of the plan before or after. */
export const planPhase =
  (by: 1 | -1): Handler =>
  (model, _press, view) =>
    movePlan(model, by, view);

/** Leaves the phase under the cursor out of the run that begins here, or takes it in again. */
export const leaveOut: Handler = (model, _press, view) => {
  const { phase, left: omissions } = model.plan;
  if (phase === null) return movePlan(model, 1, view);
  const next = omissions.includes(phase) ? omissions.filter((id) => id !== phase) : [...omissions, phase];
  const nextModel = { ...model, plan: { ...model.plan, left: next } };
  // What is said of phases that are left out stands above them, and moves them down.
  const explanation = planOf(model);
  return update(explanation === undefined ? nextModel : toPhase(nextModel, explanation, phase, view));
};
