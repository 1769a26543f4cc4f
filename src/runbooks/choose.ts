/** Which phases of a runbook were chosen on the command line or on the screen. */
import { err, ok, type Result } from "../ports/result.ts";
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

/** Why one of these ids is no phase of the runbook, or null. */
const unknownIn = (runbook: Runbook, ids: readonly string[]): string | null =>
  ids.map((id) => unknown(runbook, id)).find((problem) => problem !== null) ?? null;

/** The phases of a list `a,b`, in the runbook's order. */
function pickPhases(runbook: Runbook, phases: string): Result<readonly string[], string> {
  const names = phases.split(",").map((id) => id.trim());
  const problem = unknownIn(runbook, names);
  return problem === null ? ok(runbook.phases.map(({ id }) => id).filter((id) => names.includes(id))) : err(problem);
}

/** The phases from one to another, both among them; to the ends where one is not named. */
function between(runbook: Runbook, { from, until: end }: Choosing): Result<readonly string[], string> {
  const names = [from, end].filter((id) => id !== undefined);
  const problem = unknownIn(runbook, names);
  if (problem !== null) return err(problem);
  const ids = runbook.phases.map(({ id }) => id);
  const first = from === undefined ? 0 : ids.indexOf(from);
  const last = end === undefined ? ids.length - 1 : ids.indexOf(end);
  return first > last ? err(`phase ${names.join(" comes after phase ")}`) : ok(ids.slice(first, last + 1));
}

/** The ids of the chosen phases in the runbook's order; undefined when nothing was chosen. The error is for the person. */
export function choosePhases(runbook: Runbook, choosing: Choosing): Result<readonly string[] | undefined, string> {
  const { phases } = choosing;
  const isRange = choosing.from !== undefined || choosing.until !== undefined;
  if (phases === undefined) return isRange ? between(runbook, choosing) : ok(undefined);
  return isRange ? err("say either --phases, or --from and --until") : pickPhases(runbook, phases);
}
