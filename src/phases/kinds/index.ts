/** The table of change kinds: a new kind is a file here and a row below, and nothing else knows it by name. */
import type { StepKind } from "../step-kind.ts";
import type { ChangeSpec } from "../spec.ts";
import { cloudstackChange } from "./cloudstack.ts";
import { processEnd } from "./process-end.ts";
import { sqlChange } from "./sql-change.ts";
import { volumeChange } from "./volume.ts";

export const KINDS: Readonly<Record<string, StepKind<ChangeSpec>>> = {
  "sql.change": sqlChange,
  volume: volumeChange,
  cloudstack: cloudstackChange,
  process: processEnd,
};

/** A kind by its id; undefined where this Handrail does not have it, as with a journal of a newer one. */
export const findKind = (id: string): StepKind<ChangeSpec> | undefined => KINDS[id];

/** The kind that carries out a change. Throws for one that is not in the table: a checked runbook names no other. */
export function changeKind(id: string): StepKind<ChangeSpec> {
  const kind = findKind(id);
  if (kind === undefined) throw new Error(`there is no kind ${id}`);
  return kind;
}
