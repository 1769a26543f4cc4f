/** Tries what the operators' own documents print, on a site: nothing of it remains. */
import type { Connections } from "../../connections/connect.ts";
import { tryPrinted, type TriedPrinted } from "../../phases/printed.ts";
import type { Runbook } from "../../phases/spec.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { candidates } from "../../runbooks/select.ts";
import { pack } from "../packs.ts";

/** Tries the statements that the runbooks know as printed, one after the other, for the targets with these keys. */
export async function tryAllPrinted(
  connections: Connections,
  runbooks: readonly Runbook[],
  keys: readonly string[],
): Promise<Result<TriedPrinted[], string>> {
  const trials: TriedPrinted[] = [];
  for (const runbook of runbooks) {
    const result = await tryRunbook(connections, runbook, keys);
    if (!result.ok) return result;
    trials.push(...result.value);
  }
  return ok(trials);
}

/** Those of one runbook; where it prints none, nothing is asked. */
async function tryRunbook(
  connections: Connections,
  runbook: Runbook,
  keys: readonly string[],
): Promise<Result<TriedPrinted[], string>> {
  if (runbook.printed === undefined) return ok([]);
  const answer = await connections.sql.read({ sql: runbook.select.sql, values: {} }, runbook.select.columns);
  if (!answer.ok) return err(pack.databaseTrouble(answer.error));
  const targets = candidates(runbook, answer.value.rows).flatMap(({ key, row }) => (keys.includes(key) ? [row] : []));
  const trials: TriedPrinted[] = [];
  for (const statement of runbook.printed) {
    const result = await tryPrinted(statement, targets, connections);
    if (!result.ok) return err(result.error.message);
    trials.push(result.value);
  }
  return ok(trials);
}
