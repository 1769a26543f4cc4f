/** What a whole approval document comes to: its effects counted, what is lost for good, how far it goes back. */
import { findKind } from "../phases/kinds/index.ts";
import { isSeen } from "./document-step.ts";
import type { DocumentStep, DocumentSummary, DocumentTarget, SummaryEffect } from "./approval-document.ts";

/** The effects of all steps, those of one kind with the same way back as one. */
function effectsOf(steps: readonly DocumentStep[]): SummaryEffect[] {
  const effects = new Map<string, SummaryEffect>();
  for (const step of steps) {
    const preview = isSeen(step.preview) ? step.preview : null;
    for (const part of findKind(step.kind)?.effects(step.request, preview) ?? []) {
      const key = [part.what, part.verb, step.undo.kind].join("\n");
      const previous = effects.get(key)?.count ?? 0;
      effects.set(key, { ...part, count: previous + part.count, undo: step.undo.kind });
    }
  }
  return [...effects.values()];
}

/** What cannot be brought back, each once. */
function lostBy(steps: readonly DocumentStep[]): DocumentSummary["lost"] {
  const lost = new Map<string, number>();
  for (const { undo } of steps)
    if (undo.kind === "none") for (const reason of undo.why) lost.set(reason, (lost.get(reason) ?? 0) + 1);
  return [...lost].map(([message, count]) => ({ message, steps: count }));
}

/** Counts the steps of all targets. */
export function summaryOf(targets: readonly DocumentTarget[]): DocumentSummary {
  const steps = targets.flatMap((target) => target.steps);
  // The states that steps go back to, by the time they were made; '' where nobody could see it.
  const times = steps.flatMap(({ kind, request, preview }) => findKind(kind)?.goesBackTo?.(request, preview) ?? []);
  const [oldest = null] = times.filter((time) => time !== "").toSorted((a, b) => (a < b ? -1 : 1));
  const ageless = times.filter((time) => time === "").length;
  return { effects: effectsOf(steps), lost: lostBy(steps), oldest, ageless };
}
