/** An approval document in the journal: without the previews, which the events of the steps before it have. */
import type { Bodies } from "./bodies.ts";
import type { ApprovalDocument, DocumentStep } from "./approval-document.ts";
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

/** Characters of JSON that are kept of a document: some eight thousand steps. */
const MOST_KEPT = 8 * 1024 * 1024;

/** What of a document is written down; undefined where it is too large for that, and only its digest is kept. */
export function forRecord(document: ApprovalDocument): ApprovalDocument | undefined {
  const slim = withPreviews(document, () => null);
  return JSON.stringify(slim).length > MOST_KEPT ? undefined : slim;
}

/**
 * The document that was asked about, whole. `state` is the run after the event, whose steps have the previews of then. null
 * where none was kept: in version 0.1, and where it was too large.
 */
export function documentIn(state: RunState, { document }: Bodies["approval.requested"]): ApprovalDocument | null {
  if (document === undefined) return null;
  const targets = new Map(state.targets.map((target) => [target.key, target]));
  return withPreviews(document, (key, { phase, step, item_key }) => {
    const entry = targets.get(key)?.phases[phase];
    return findSlot(entry, step, item_key)?.preview ?? null;
  });
}
