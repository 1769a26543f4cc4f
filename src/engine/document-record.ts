/** An approval document in the journal: without the previews, which the events of the steps before it have. */
import type { Bodies } from "./bodies.ts";
import type { ApprovalDocument, DocumentStep } from "./document.ts";
import { findSlot, type RunState } from "./state.ts";

function withPreviews(
  document: ApprovalDocument,
  preview: (target: string, step: DocumentStep) => DocumentStep["preview"],
): ApprovalDocument {
  const targets = document.targets.map((target) => ({
    ...target,
    steps: target.steps.map((step) => ({ ...step, preview: preview(target.key, step) })),
  }));
  return { ...document, targets };
}

/** What of a document is written down. */
export const recorded = (document: ApprovalDocument): ApprovalDocument => withPreviews(document, () => null);

/**
 * The document that was asked about, whole. `state` is the run after the event, whose steps have the previews of then. null
 * for events of version 0.1, which kept none.
 */
export function documentIn(state: RunState, { document }: Bodies["approval.requested"]): ApprovalDocument | null {
  if (document === undefined) return null;
  const targets = new Map(state.targets.map((target) => [target.key, target]));
  return withPreviews(document, (key, { phase, step, item_key }) => {
    const found = targets.get(key)?.phases[phase];
    return findSlot(found, step, item_key)?.preview ?? null;
  });
}
