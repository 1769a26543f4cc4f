/** Tries what the operators' own documents print, on a site: nothing of it remains. */
import type { Connections } from "../../connections/connect.ts";
import { tryPrinted, type TriedPrinted } from "../../phases/printed.ts";
import type { Runbook } from "../../phases/spec.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { askSelection, candidates } from "../../runbooks/select.ts";
import type { Failure } from "../../ports/outcome.ts";

/** A site to be asked, and how its first failure is told. */
export interface Asked {
  readonly connections: Connections;
  readonly trouble: (failure: Failure) => string;
}

/** Tries the statements that the runbooks know as printed, one after the other, for the targets with these keys. */
export async function tryAllPrinted(
  site: Asked,
  runbooks: readonly Runbook[],
  keys: readonly string[],
): Promise<Result<TriedPrinted[], string>> {
  const trials: TriedPrinted[] = [];
  for (const runbook of runbooks) {
    const result = await tryRunbook(site, runbook, keys);
    if (!result.ok) return result;
    trials.push(...result.value);
  }
  return ok(trials);
}

/** Those of one runbook; where it prints none, nothing is asked. */
async function tryRunbook(
  { connections, trouble }: Asked,
  runbook: Runbook,
  keys: readonly string[],
): Promise<Result<TriedPrinted[], string>> {
  if (runbook.printed === undefined) return ok([]);
  const answer = await askSelection(runbook, connections);
  if (!answer.ok) return err(trouble(answer.error));
  const targets = candidates(runbook, answer.value).flatMap(({ key, row }) => (keys.includes(key) ? [row] : []));
  const trials: TriedPrinted[] = [];
  for (const statement of runbook.printed) {
    const result = await tryPrinted(statement, targets, connections);
    if (!result.ok) return err(result.error.message);
    trials.push(result.value);
  }
  return ok(trials);
}
