/** How the rows of the appliance's tables are known to belong to a VM. */
import { err, ok, type Result } from "../../ports/result.ts";
import { safeText } from "../../text/safe-text.ts";
import type { AskTexts, Within } from "../pack.ts";

const COLUMNS = `SELECT column_name AS name FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = :table AND column_name IN ('context_id', 'vm_context_id', 'job_id')`;
const JOBS = `SELECT id AS id FROM job_tracking WHERE context_id IN (:contexts)
  UNION SELECT job_id AS id FROM failover_jobs WHERE vm_context_id IN (:contexts)`;

/** How a row of this table is known to belong to a VM: by its context, else by its job. */
export async function rowsOf(
  table: string,
  contexts: readonly string[],
  ask: AskTexts,
): Promise<Result<Within, string>> {
  const columns = await ask(COLUMNS, { table }, "name");
  const own = columns.find((name) => name === "vm_context_id" || (name === "context_id" && table !== "job_tracking"));
  if (own !== undefined) return ok({ column: own, values: contexts });
  const job = table === "job_tracking" ? "id" : columns.find((name) => name === "job_id");
  if (job !== undefined) return ok({ column: job, values: await ask(JOBS, { contexts }, "id") });
  return err(`${safeText(table)} has no context_id, vm_context_id or job_id, so whose rows they are cannot be told`);
}
