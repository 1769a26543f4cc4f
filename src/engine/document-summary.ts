/** What a whole approval document comes to: its effects counted, what is lost for good, how far it goes back. */
import { findKind } from "../phases/kinds/index.ts";
import { isSeen } from "./document-step.ts";
import type { DocumentSummary, DocumentTarget, SummaryEffect } from "./approval-document.ts";

/** Counts the steps of all targets. */
export function summaryOf(targets: readonly DocumentTarget[]): DocumentSummary {
  const effects = new Map<string, SummaryEffect>();
  const lost = new Map<string, number>();
  let oldest: string | null = null;
  let ageless = 0;
  for (const step of targets.flatMap(({ steps }) => steps)) {
    const kind = findKind(step.kind);
    const preview = isSeen(step.preview) ? step.preview : null;
    for (const part of kind?.effects(step.request, preview) ?? []) {
      const key = [part.what, part.verb, step.undo.kind].join("\n");
      const previous = effects.get(key)?.count ?? 0;
      effects.set(key, { ...part, count: previous + part.count, undo: step.undo.kind });
    }
    if (step.undo.kind === "none") for (const reason of step.undo.why) lost.set(reason, (lost.get(reason) ?? 0) + 1);
    const back = kind?.goesBackTo?.(step.request, step.preview) ?? null;
    if (back === "") ageless += 1;
    else if (back !== null && (oldest === null || back < oldest)) oldest = back;
  }
  return {
    effects: [...effects.values()],
    lost: [...lost].map(([message, steps]) => ({ message, steps })),
    oldest,
    ageless,
  };
}
