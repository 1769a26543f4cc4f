/** The steps of an approval document: each change as it will be made, as its kind says it. */
import { createHash } from "node:crypto";
import { findKind } from "../phases/kinds/index.ts";
import { canonical, type Json, type JsonObject } from "../ports/json.ts";
import type { ChangeStep, PhaseSpec } from "../phases/spec.ts";
import type { WayBack } from "../phases/change-kind.ts";
import { wayBackOf } from "../phases/way-back.ts";
import type { PlannedStep } from "./bodies.ts";
import type { DocumentStep } from "./approval-document.ts";
import type { Slot } from "./state.ts";

/** The digest of a value that events can hold. */
export const sha = (value: unknown): string =>
  createHash("sha256")
    .update(canonical(value as Json))
    .digest("hex");

/** Names a request, whenever it is made. */
export const requestSha = (request: JsonObject): string => sha(request);

/** Why a preview asks for more than its kind does. A preview may raise a risk; nothing lowers it. */
export function raisesOf(preview: JsonObject | null): readonly string[] {
  const reasons = preview?.["raises"];
  return Array.isArray(reasons) ? reasons.map(String) : [];
}

/** Whether a preview shows what would happen; the others only say what else was looked at. */
export const isSeen = (preview: JsonObject | null): preview is JsonObject =>
  preview !== null && preview["none"] !== true;

type Planned = PlannedStep & Pick<Slot, "preview">;

function notKnown(preview: JsonObject | null, undo: WayBack): string[] {
  const reason = preview === null ? "it was not tried out yet, since other steps come before it" : "it has no preview";
  const blind = isSeen(preview) ? [] : [`${reason}: it is approved by its request, and looked at before and after`];
  return undo.kind === "unseen" ? [...blind, ...undo.why] : blind;
}

function stepOf(spec: ChangeStep, phase: string, slot: Planned): DocumentStep {
  const request = slot.request ?? {};
  const kind = findKind(spec.change.kind);
  const undo = wayBackOf(spec, slot.preview);
  const raises = raisesOf(slot.preview);
  return {
    step: slot.step,
    item_key: slot.item_key,
    phase,
    kind: spec.change.kind,
    title: slot.title,
    message: slot.says,
    risk: raises.length > 0 ? "destroy" : slot.risk,
    raises,
    counterpart: kind?.counterpart ?? "a side that this Handrail does not know",
    limit: spec.limit,
    request,
    request_lines: kind?.requestLines(request) ?? [canonical(request)],
    preview: slot.preview,
    undo,
    not_known: notKnown(slot.preview, undo),
  };
}

/** The open changes of a phase as steps of a document. */
export function stepsOf(phase: PhaseSpec, slots: readonly Planned[]): DocumentStep[] {
  return slots.flatMap((slot): DocumentStep[] => {
    const spec = phase.steps.find(({ id }) => id === slot.step);
    return spec?.does === "change" ? [stepOf(spec, phase.id, slot)] : [];
  });
}

/** What of a step has to be the same for its approval to stand. */
export function forDigest({ preview, ...step }: DocumentStep): unknown {
  return { ...step, preview: preview === null ? null : (findKind(step.kind)?.seal(preview) ?? preview) };
}
