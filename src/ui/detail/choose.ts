/** Choosing phases on the plan: which one is meant, which were left out, and what a run that begins there is made of. */
import type { Explained } from "../../runbooks/explain.ts";
import type { Console } from "../console.ts";
import { top, type Model } from "../model.ts";
import { bodyRoom } from "../screen.ts";
import { headingAt } from "./plan.ts";

const planOf = (model: Model): Explained | undefined => model.runbooks?.find(({ id }) => id === model.plan.runbook);

/** The phases of a run that begins from the plan on the screen; null is all of them. */
export function chosenPhases(model: Model, runbook: Explained): readonly string[] | null {
  const { plan } = model;
  if (top(model) !== "plan" || plan.runbook !== runbook.id || plan.left.length === 0) return null;
  return runbook.phases.filter(({ id, acts }) => acts && !plan.left.includes(id)).map(({ id }) => id);
}

/** Puts the cursor on the phase before or after, and scrolls so that its title can be seen. */
export function toPhase(console: Console, by: 1 | -1): void {
  const { model } = console;
  const plan = planOf(model);
  if (plan === undefined) return;
  const acting = plan.phases.filter(({ acts }) => acts);
  const at = acting.findIndex(({ id }) => id === model.plan.phase);
  const to = at < 0 ? (by > 0 ? 0 : acting.length - 1) : Math.min(Math.max(0, at + by), acting.length - 1);
  const phase = acting[to]?.id ?? null;
  if (phase === null) return console.say("no phase of this runbook changes anything", "waiting");
  const look = console.look();
  const line = headingAt(plan, { ...model.plan, phase }, look);
  const room = bodyRoom(model, look);
  const { scroll } = model.plan;
  const seen = line >= scroll && line < scroll + room - 2;
  console.store.set((now) => ({
    ...now,
    plan: { ...now.plan, phase, scroll: seen ? scroll : Math.max(0, line - 2) },
  }));
}

/** Leaves the phase under the cursor out of the run that begins here, or takes it in again. */
export function leaveOut(console: Console): void {
  const { phase } = console.model.plan;
  if (phase === null) return toPhase(console, 1);
  console.store.set((now) => {
    const { left } = now.plan;
    const next = left.includes(phase) ? left.filter((id) => id !== phase) : [...left, phase];
    return { ...now, plan: { ...now.plan, left: next } };
  });
}
