/** What the runs of this journal prove of the targets of a new one. */
import { proofsOf } from "../../engine/proof.ts";
import type { Proof } from "../../engine/bodies.ts";
import { fold } from "../../engine/record.ts";
import type { Journal } from "../../journal/journal.ts";
import { tracelessKinds } from "../../phases/kinds/index.ts";

/** The proofs of every earlier run of these targets, the oldest first. A run that can prove nothing is not read. */
export function journalProofs(journal: Journal, targets: readonly { readonly key: string }[]): readonly Proof[] {
  const runs = new Map<string, Set<string>>();
  const kinds = tracelessKinds();
  for (const { key } of targets)
    for (const runId of journal.runsOf(key, kinds)) runs.set(runId, (runs.get(runId) ?? new Set()).add(key));
  return [...runs].flatMap(([runId, keys]) => {
    const state = fold(journal.events(runId));
    return state === null ? [] : [...keys].flatMap((key) => proofsOf(state, key));
  });
}
