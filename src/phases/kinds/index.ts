/** The table of step kinds: a kind is a file here and a row below, and nothing else knows it by name. Packs add their own. */
import { mayLeaveNothing, type ChangeKind } from "../change-kind.ts";
import type { ChangeSpec, ReadSpec } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";
import { check } from "./check.ts";
import { commandKind } from "./command.ts";
import { http } from "./http/index.ts";
import { manual } from "./manual.ts";
import { processKind } from "./process.ts";
import { sqlAdminKind } from "./sql-admin.ts";
import { sqlChangeKind } from "./sql-change.ts";
import { sqlRead } from "./sql-read.ts";
import { wait } from "./wait.ts";

export type Kinds = Readonly<Record<string, StepKind>>;

const table = new Map<string, StepKind>(
  Object.entries({
    "sql.read": sqlRead,
    "sql.change": sqlChangeKind,
    "sql.admin": sqlAdminKind,
    process: processKind,
    command: commandKind,
    http,
    manual,
    wait,
    check,
  }),
);

/**
 * Adds the kinds of a pack, before any runbook is read. Gives what takes them away again. Throws where an id is there already:
 * a journal names kinds by their ids for ever.
 */
export function addKinds(kinds: Kinds): () => void {
  for (const [id, kind] of Object.entries(kinds)) {
    if (table.has(id)) throw new Error(`there is a kind ${id} already`);
    table.set(id, kind);
  }
  return () => {
    for (const id of Object.keys(kinds)) table.delete(id);
  };
}

/** Every kind that there is, by its id. */
export const allKinds = (): ReadonlyMap<string, StepKind> => table;

/** What a kind changes, by its id; undefined where this Handrail does not have it, as with a journal of a newer one. */
export const findKind = (id: string): ChangeKind<ChangeSpec> | undefined => table.get(id)?.change ?? undefined;

/** Ids of the kinds of which an effect may be seen nowhere afterwards. */
export const tracelessKinds = (): readonly string[] =>
  [...table].flatMap(([id, { change }]) => (change !== null && mayLeaveNothing(change) ? [id] : []));

/** The kind that carries out a change. Throws for one that is not in the table: a checked runbook names no other. */
export function changeKind(id: string): ChangeKind<ChangeSpec> {
  const kind = findKind(id);
  if (kind === undefined) throw new Error(`there is no kind ${id} that changes anything`);
  return kind;
}

/** Whether a change of this kind is made by a person outside, of whom Handrail only asks how it went. */
export const isManual = ({ kind }: ChangeSpec): boolean => findKind(kind)?.instructions !== undefined;

/** The question that a read puts, as its kind declares it; undefined where this Handrail does not have the kind. */
export function findRead({ kind: id, op }: ReadSpec): ReadForm<ReadSpec> | undefined {
  const kind = table.get(id);
  return kind?.reads[op ?? kind.lists?.op ?? ""];
}

/** The same where a runbook was checked. Throws for a question that no kind puts. */
export function readForm(read: ReadSpec): ReadForm<ReadSpec> {
  const form = findRead(read);
  if (form === undefined) throw new Error(`there is no kind ${read.kind} that looks so`);
  return form;
}

/** Seconds that a read only lets pass; null where it asks something. */
export const waitSecondsOf = (read: ReadSpec): number | null => findRead(read)?.waitS?.(read) ?? null;
