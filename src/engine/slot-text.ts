/** A step of a run as its kind says it: the exact request, what its preview showed, how it is taken back. */
import type { DiffOptions } from "../phases/diff-lines.ts";
import { canonical, type JsonObject } from "../ports/json.ts";
import { findKind } from "../phases/kinds/index.ts";
import type { Runbook } from "../phases/spec.ts";
import type { ChangeKind } from "../phases/change-kind.ts";
import { wayBackOf } from "../phases/way-back.ts";
import type { ChangeSpec } from "../phases/spec.ts";
import { changeStep } from "./change-spec.ts";
import { wayBackText } from "./document-lines.ts";
import { clean } from "./words.ts";

const kindOf = (runbook: Runbook, id: string): ChangeKind<ChangeSpec> | undefined =>
  findKind(changeStep(runbook, id)?.change.kind ?? "");

interface Asked {
  readonly step: string;
  readonly request: JsonObject | null;
}

/** The exact request, safe lines. Of a kind that this Handrail does not know: as the journal has it. */
export function requestText(runbook: Runbook, { step, request }: Asked): readonly string[] {
  if (request === null) return [];
  return kindOf(runbook, step)?.requestLines(request) ?? [clean(canonical(request))];
}

/** What a preview showed, safe lines. */
export function previewText(
  runbook: Runbook,
  step: string,
  preview: JsonObject | null,
  options: DiffOptions,
): readonly string[] {
  return preview === null ? [] : (kindOf(runbook, step)?.previewLines(preview, options) ?? []);
}

/** How a step is taken back, by what is known of it before it is done; '' for what is no change of the runbook. */
export function wayBackLine(runbook: Runbook, step: string, preview: JsonObject | null): string {
  const spec = changeStep(runbook, step);
  return spec === undefined ? "" : wayBackText(wayBackOf(spec, preview));
}

/** Whom a step asks, as in "waiting for …". */
export const counterpartOf = (runbook: Runbook, step: string): string =>
  kindOf(runbook, step)?.counterpart ?? "a side that this Handrail does not know";
