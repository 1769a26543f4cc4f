/** Which phases of a runbook were chosen on the command line or on the screen. */
import { err, ok, type Result } from "../phases/result.ts";
import type { Runbook } from "../phases/spec.ts";
import { didYouMean } from "../text/near.ts";

export interface Choosing {
  /** `a,b`: these phases. */
  readonly phases?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

function unknown(runbook: Runbook, id: string): string | null {
  const ids = runbook.phases.map((phase) => phase.id);
  if (ids.includes(id)) return null;
  const hint = didYouMean(id, ids);
  return `${runbook.id} has no phase ${id}${hint === null ? "." : `; ${hint}`} There are: ${ids.join(", ")}`;
}

/** The ids of the chosen phases in the runbook's order; undefined when nothing was chosen. The error is for the person. */
export function choosePhases(
  runbook: Runbook,
  { phases, from, until }: Choosing,
): Result<readonly string[] | undefined, string> {
  if (phases === undefined && from === undefined && until === undefined) return ok(undefined);
  if (phases !== undefined && (from !== undefined || until !== undefined))
    return err("say either --phases, or --from and --until");
  const named = phases?.split(",").map((id) => id.trim()) ?? [from, until].filter((id) => id !== undefined);
  for (const id of named) {
    const problem = unknown(runbook, id);
    if (problem !== null) return err(problem);
  }
  const ids = runbook.phases.map(({ id }) => id);
  if (phases !== undefined) return ok(ids.filter((id) => named.includes(id)));
  const first = from === undefined ? 0 : ids.indexOf(from);
  const last = until === undefined ? ids.length - 1 : ids.indexOf(until);
  return first > last ? err(`phase ${from ?? ""} comes after phase ${until ?? ""}`) : ok(ids.slice(first, last + 1));
}
