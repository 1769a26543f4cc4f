/**
 * The approval page: what one decision covers, complete. It is made from the state alone, so a reader, a grant and a
 * later replay see the same page; its digest is what the approval is bound to.
 */
import { createHash } from "node:crypto";
import { canonical, type Json, type JsonObject } from "../phases/json.ts";
import type { PhaseSpec, Risk } from "../phases/spec.ts";
import type { Covered, PlannedStep } from "./bodies.ts";
import { expansion } from "./expand.ts";
import { isPlanned, REST, START, type RunState, type Slot, type TargetState } from "./state.ts";

export interface PageEntry {
  readonly step: string;
  readonly item_key: string;
  readonly title: string;
  readonly says: string;
  readonly cannot_undo: string | null;
  readonly risk: Risk;
  readonly request: JsonObject;
  /** null: approved by its contract, since this kind has no preview. */
  readonly preview: JsonObject | null;
}

export interface PageSection {
  readonly target: string;
  readonly label: string;
  readonly entries: readonly PageEntry[];
}

export interface ApprovalPage {
  readonly run_id: string;
  readonly approval: string;
  readonly phase: string;
  readonly title: string;
  readonly sections: readonly PageSection[];
  readonly risk: Risk;
  /** What has to be typed to approve a page that destroys: the target's name, or `recover N` for several. null: a key. */
  readonly typed: string | null;
  readonly warnings: readonly string[];
  readonly digest: string;
}

const sha = (value: Json): string => createHash("sha256").update(canonical(value)).digest("hex");

/** Names a request, whenever it is made. */
export const requestSha = (request: JsonObject): string => sha(request);

/** A preview may raise a risk; nothing lowers it. */
export function raises(preview: JsonObject | null): boolean {
  const found = preview?.["raises"];
  return Array.isArray(found) && found.length > 0;
}

function entryOf(slot: PlannedStep & Pick<Slot, "preview">): PageEntry {
  const preview = slot.preview === null || slot.preview["none"] === true ? null : slot.preview;
  return {
    step: slot.step,
    item_key: slot.item_key,
    title: slot.title,
    says: slot.says,
    cannot_undo: slot.cannot_undo,
    risk: raises(preview) ? "destroy" : slot.risk,
    request: slot.request ?? {},
    preview,
  };
}

function typedFor(state: RunState, sections: readonly PageSection[], risk: Risk): string | null {
  if (risk !== "destroy") return null;
  const touched = sections.filter((section) => section.entries.length > 0);
  const [only] = touched;
  return touched.length === 1 && only !== undefined ? only.label : `recover ${touched.length}`;
}

/** The page for the open changes of some targets in a phase. */
export function phasePage(
  state: RunState,
  phaseId: string,
  approval: string,
  targets: readonly TargetState[],
): ApprovalPage {
  const phase = state.runbook.phases.find(({ id }) => id === phaseId);
  const sections = targets
    .filter((target) => target.status === "going" && target.phases[phaseId]?.status === "open")
    .map((target) => ({
      target: target.key,
      label: target.label,
      entries: (target.phases[phaseId]?.slots ?? [])
        .filter((slot) => slot.does === "change" && isPlanned(slot) && slot.approval === null)
        .map(entryOf),
    }))
    .filter((section) => section.entries.length > 0);
  return pageOf(state, { approval, phase: phaseId, title: phase?.title ?? phaseId, sections });
}

type Made = Pick<ApprovalPage, "approval" | "phase" | "title" | "sections">;

function pageOf(state: RunState, { approval, phase, title, sections }: Made): ApprovalPage {
  const destroys = sections.some((section) => section.entries.some((entry) => entry.risk === "destroy"));
  const risk: Risk = destroys ? "destroy" : "change";
  const { fingerprint } = state.created.server;
  return {
    run_id: state.run_id,
    approval,
    phase,
    title,
    sections,
    risk,
    typed: typedFor(state, sections, risk),
    warnings: state.runbook.warnings,
    digest: sha({ run: state.run_id, approval, server: fingerprint, sections } as unknown as Json),
  };
}

/**
 * The page for all that is left to do for targets of which only the looking is done: what each phase would do to each
 * of them, by the facts of now. What cannot be previewed before its turn is approved by its contract.
 */
export function restPage(state: RunState, approval: string, targets: readonly TargetState[]): ApprovalPage {
  const sections = targets.map((target) => ({
    target: target.key,
    label: target.label,
    entries: state.runbook.phases.flatMap((phase) => plannedIn(state, target, phase)),
  }));
  const title = `${state.runbook.title}: all that is left to do`;
  return pageOf(state, {
    approval,
    phase: REST,
    title,
    sections: sections.filter(({ entries }) => entries.length > 0),
  });
}

function plannedIn(state: RunState, target: TargetState, phase: PhaseSpec): PageEntry[] {
  const entered = target.phases[phase.id];
  if (entered !== undefined) {
    const open = entered.slots.filter((slot) => slot.does === "change" && isPlanned(slot) && slot.approval === null);
    return entered.status === "open" ? open.map(entryOf) : [];
  }
  // What cannot be worked out yet is asked about when its phase is entered.
  const made = expansion(state, target, phase);
  return made.ok
    ? made.value.steps.filter(({ does }) => does === "change").map((step) => entryOf({ ...step, preview: null }))
    : [];
}

/** What an approval of a page covers. */
export function coveredBy(page: ApprovalPage): Covered[] {
  return page.sections.flatMap(({ target, entries }) =>
    entries.map(({ step, item_key, request }) => ({
      target,
      step,
      item_key,
      ...(page.phase === REST ? { request: requestSha(request) } : {}),
    })),
  );
}

/** The first page of a run: what will be recovered where, and that the appliance's own JobLog will be written. */
export function startPage(state: RunState, approval: string): ApprovalPage {
  const sections = state.targets.map((target): { target: string; label: string; entries: PageEntry[] } => ({
    target: target.key,
    label: target.label,
    entries: [
      {
        step: START,
        item_key: "",
        title: `Recover ${target.label}`,
        says: "Write this run's own progress into the appliance's JobLog (new rows in job_tracking, job_steps and log_events)",
        cannot_undo: null,
        risk: "change" as const,
        request: { joblog: true, row: target.row },
        preview: null,
      },
    ],
  }));
  const [first] = sections;
  const scripts = state.runbook.finally.map(({ id, title, script }) => ({
    step: START,
    item_key: id,
    title: `At the end: ${title}`,
    // What a text does only its reader can tell: nobody vouches for it here.
    says: "Run this shell text as the user of this run, whatever it does; what it prints goes into the journal",
    cannot_undo: null,
    risk: "change" as const,
    request: { script },
    preview: null,
  }));
  first?.entries.push(...scripts);
  const { server, site, runbook_digest } = state.created;
  const digest = sha({ run: state.run_id, approval, runbook_digest, site, server, sections } as unknown as Json);
  return {
    run_id: state.run_id,
    approval,
    phase: START,
    title: state.runbook.title,
    sections,
    risk: "change",
    typed: null,
    warnings: state.runbook.warnings,
    digest,
  };
}
