/**
 * Runs of other journals, as far as this site knows: Handrail writes its progress into the appliance's JobLog wherever it
 * runs. What such a run left in doubt stands in its own journal only, so here it is not known, and said to be so.
 */
import type { SqlPort } from "../../ports/sql.ts";
import { clean } from "../../engine/words.ts";

const OPEN = `
  SELECT COALESCE(external_job_id, '') AS run, COALESCE(context_id, '') AS context, COALESCE(CAST(started_at AS CHAR), '') AS since
    FROM job_tracking WHERE owner = 'handrail' AND status = 'running' ORDER BY started_at`;

const PREFIX = "handrail-";

/** Sentences about open runs of other journals for some targets; also one where that could not be read. Reads only. */
export async function otherRuns(
  sql: SqlPort,
  isOurs: (run: string) => boolean,
  targets: readonly { readonly key: string; readonly label: string }[],
): Promise<readonly string[]> {
  const rows = await sql.read({ sql: OPEN, values: {} }, { run: "text", context: "text", since: "text" });
  if (!rows.ok)
    return [`whether another journal has a run of it that is not ended is not known: ${clean(rows.error.message)}`];
  return rows.value.rows.flatMap(({ run, context, since: time }) => {
    const id = String(run).replace(PREFIX, "");
    const target = targets.find(({ key }) => key === context);
    if (target === undefined || isOurs(id)) return [];
    return [
      `JobLog names run ${clean(id)} of another journal for ${clean(target.label)}, begun ${clean(String(time))} and not ended; ` +
        "whether it left a change in doubt is not known here: look on the host that began it",
    ];
  });
}
