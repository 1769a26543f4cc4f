/**
 * The approval document: what one decision covers, whole. A value made from the state alone, so that screen, plain text,
 * JSON, report, replay and a grant are about the same one. Its digest goes out with it and comes back in the answer, and
 * nothing is executed on another. What only a clock or chance decides is not in the digest, nor who is asked how: the same
 * document about the same world has the same digest in another session. Schema 1.
 */
import { serverText } from "./words.ts";
import type { PhaseSpec, Risk } from "../phases/spec.ts";
import type { Act, ApprovalDocument, Covered, DocumentStep, DocumentTarget } from "./approval-document.ts";
import { requestSha, forDigest, sha, stepsOf } from "./document-step.ts";
import { summaryOf } from "./document-summary.ts";
import { actsOf, inputsIn, ledHere, nextLines, refusalLine, shownOf } from "./document-context.ts";
import { expansion } from "./expand.ts";
import { isPlanned, REST, START, type RunState, type Slot, type TargetState } from "./state.ts";

const isOpen = (slot: Slot): boolean => slot.does === "change" && isPlanned(slot) && slot.approval === null;

const targetOf = (state: RunState, target: TargetState, steps: readonly DocumentStep[]): DocumentTarget => ({
  key: target.key,
  label: target.label,
  shown: shownOf(state, target),
  steps,
});

/** The word of a target: what is typed to approve what cannot be undone for it alone. Its name in journals of version 0.1. */
const wordOf = (state: RunState, key: string): string => {
  const target = state.targets.find((candidate) => candidate.key === key);
  return target?.word ?? target?.label ?? key;
};

function typedFor(state: RunState, targets: readonly DocumentTarget[], risk: Risk): string | null {
  if (risk !== "destroy") return null;
  const subjects = targets.filter(({ steps }) => steps.length > 0);
  const [single] = subjects;
  return subjects.length === 1 && single !== undefined ? wordOf(state, single.key) : `recover ${subjects.length}`;
}

type Parts = Pick<ApprovalDocument, "approval" | "phase" | "title" | "targets"> & { readonly acts?: readonly Act[] };

function documentOf(state: RunState, { approval, phase, title, targets, acts = [] }: Parts): ApprovalDocument {
  const { created: plan, run_id, mode, operator, runbook } = state;
  const destroys = targets.some(({ steps }) => steps.some((step) => step.risk === "destroy"));
  const risk: Risk = destroys ? "destroy" : "change";
  const words = typedFor(state, targets, risk);
  const { id, title: bookTitle, target } = runbook;
  const book = { id, title: bookTitle, digest: plan.runbook_digest, ...(target === undefined ? {} : { target }) };
  const page = {
    phase,
    title,
    ...(runbook.inputs === undefined ? {} : { inputs: inputsIn(state) }),
    led_here: ledHere(state, targets),
    warnings: runbook.warnings,
    acts,
    risk,
    typed: words,
    next: nextLines(state, phase),
    unanswered: [refusalLine(state)],
  };
  const place = { run_id, runbook: book, site: plan.site.name, lab: plan.site.lab };
  const digest = sha({
    ...page,
    ...place,
    server: plan.server?.fingerprint ?? null,
    targets: targets.map((target) => ({ ...target, steps: target.steps.map(forDigest) })),
  });
  return {
    schema: 1,
    approval,
    ...page,
    identity: { ...place, server: serverText(plan.server), mode, operator },
    targets,
    summary: summaryOf(targets),
    at: state.last_at,
    digest,
  };
}

/** The document for the open changes of some targets in a phase. */
export function phaseDocument(
  state: RunState,
  phaseId: string,
  approval: string,
  targets: readonly TargetState[],
): ApprovalDocument {
  const phase = state.runbook.phases.find(({ id }) => id === phaseId);
  if (phase === undefined) throw new Error(`there is no phase ${phaseId}`);
  const parts = targets
    .filter((target) => target.status === "going" && target.phases[phaseId]?.status === "open")
    .map((target) => targetOf(state, target, stepsOf(phase, (target.phases[phaseId]?.slots ?? []).filter(isOpen))))
    .filter(({ steps }) => steps.length > 0);
  // A typed statement and an undo have no first page: what they do beside it stands on each of theirs.
  const acts = state.created.direct === undefined ? [] : (state.created.outside?.acts ?? []);
  return documentOf(state, { approval, phase: phaseId, title: phase.title, targets: parts, acts });
}

/**
 * The document for all that is left to do for targets of which only the looking is done: what each phase would do to each
 * of them, by the facts of now. What cannot be previewed before its turn is approved by its contract.
 */
export function restDocument(state: RunState, approval: string, targets: readonly TargetState[]): ApprovalDocument {
  const parts = targets
    .map((target) =>
      targetOf(
        state,
        target,
        state.runbook.phases.flatMap((phase) => plannedIn(state, target, phase)),
      ),
    )
    .filter(({ steps }) => steps.length > 0);
  const title = `${state.runbook.title}: all that is left to do`;
  return documentOf(state, { approval, phase: REST, title, targets: parts });
}

function plannedIn(state: RunState, target: TargetState, phase: PhaseSpec): DocumentStep[] {
  const phaseState = target.phases[phase.id];
  if (phaseState !== undefined)
    return phaseState.status === "open" ? stepsOf(phase, phaseState.slots.filter(isOpen)) : [];
  // What cannot be worked out yet is asked about when its phase is entered.
  const plan = expansion(state, target, phase);
  if (!plan.ok) return [];
  const changes = plan.value.steps.filter(({ does }) => does === "change");
  return stepsOf(
    phase,
    changes.map((step) => ({ ...step, preview: null })),
  );
}

/** The first document of a run: what is to be recovered where, and every act outside of approvals. It changes no target. */
export function startDocument(state: RunState, approval: string): ApprovalDocument {
  const targets = state.targets.map((target) => targetOf(state, target, []));
  return documentOf(state, { approval, phase: START, title: state.runbook.title, targets, acts: actsOf(state) });
}

/** What an approval of a document covers. */
export function coveredBy({ phase, targets, acts }: ApprovalDocument): Covered[] {
  if (phase === START) {
    const [first] = targets;
    const texts = acts.flatMap(({ id }): Covered[] =>
      first === undefined || id === "" ? [] : [{ target: first.key, step: START, item_key: id }],
    );
    return [...targets.map(({ key }) => ({ target: key, step: START, item_key: "" })), ...texts];
  }
  return targets.flatMap(({ key, steps }) =>
    steps.map(({ step, item_key, request }) => ({
      target: key,
      step,
      item_key,
      ...(phase === REST ? { request: requestSha(request) } : {}),
    })),
  );
}
