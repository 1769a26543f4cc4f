/**
 * The approval page: what one decision covers, complete. It is made from the state alone, so a reader, a grant and a
 * later replay see the same page; its digest is what the approval is bound to.
 */
import { createHash } from "node:crypto";
import { canonical, type Json, type JsonObject } from "../phases/json.ts";
import type { Risk } from "../phases/spec.ts";
import { START, type RunState, type Slot } from "./state.ts";

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

/** A preview may raise a risk; nothing lowers it. */
function raised(preview: JsonObject | null): boolean {
  const raises = preview?.["raises"];
  return Array.isArray(raises) && raises.length > 0;
}

function entryOf(slot: Slot): PageEntry {
  const preview = slot.preview === null || slot.preview["none"] === true ? null : slot.preview;
  return {
    step: slot.step,
    item_key: slot.item_key,
    title: slot.title,
    says: slot.says,
    cannot_undo: slot.cannot_undo,
    risk: raised(preview) ? "destroy" : slot.risk,
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

/** The page for the open changes of a phase. */
export function phasePage(state: RunState, phaseId: string, approval: string): ApprovalPage {
  const phase = state.runbook.phases.find(({ id }) => id === phaseId);
  const sections = state.targets
    .filter((target) => target.status === "going" && target.phases[phaseId]?.status === "open")
    .map((target) => ({
      target: target.key,
      label: target.label,
      entries: (target.phases[phaseId]?.slots ?? [])
        .filter(
          (slot) => slot.does === "change" && slot.status === "planned" && slot.mark === null && slot.approval === null,
        )
        .map(entryOf),
    }))
    .filter((section) => section.entries.length > 0);
  const risk: Risk = sections.some((section) => section.entries.some((entry) => entry.risk === "destroy"))
    ? "destroy"
    : "change";
  const digest = sha({
    run: state.run_id,
    approval,
    server: state.created.server.fingerprint,
    sections,
  } as unknown as Json);
  return {
    run_id: state.run_id,
    approval,
    phase: phaseId,
    title: phase?.title ?? phaseId,
    sections,
    risk,
    typed: typedFor(state, sections, risk),
    warnings: state.runbook.warnings,
    digest,
  };
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
    says: "Only looks; what it prints goes into the journal",
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
