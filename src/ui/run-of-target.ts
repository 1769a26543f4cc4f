/** Which of its runs speaks for a target: what is in doubt outranks everything that ran after it. */
import type { RunSummary } from "./sources.ts";

const RANK = { driven: 1, left: 2, paused: 3, empty: 4, closed: 5 } as const;

/** Whether a run is open and never sent anything: it waits for nobody, and no target is in the middle of it. */
export const isEmpty = ({ status, remnant }: Pick<RunSummary, "status" | "remnant">): boolean =>
  status === "paused" && remnant?.sent === false;

function rankOf(run: RunSummary, key: string): number {
  if (run.doubts.some(({ target }) => target === key)) return 0;
  return isEmpty(run) ? RANK.empty : RANK[run.status];
}

/** Whether a run says anything of its targets: what only looked changed nothing, but whoever looks now holds their locks. */
const speaks = ({ dry, status }: RunSummary): boolean => dry !== true || status === "driven";

/** The run of a target that needs somebody most; of several alike the newest. `runs` stand newest first. */
export function runOfTarget(runs: readonly RunSummary[], key: string): RunSummary | undefined {
  let first: RunSummary | undefined;
  for (const run of runs) {
    if (!speaks(run) || !run.targets.some((target) => target.key === key)) continue;
    if (first === undefined || rankOf(run, key) < rankOf(first, key)) first = run;
  }
  return first;
}

/** For each target the run that speaks for it: {@link runOfTarget} for all of them in one pass. */
export function runsByTarget(runs: readonly RunSummary[]): ReadonlyMap<string, RunSummary> {
  const first = new Map<string, RunSummary>();
  for (const run of runs.filter(speaks)) {
    for (const { key } of run.targets) {
      const best = first.get(key);
      if (best === undefined || rankOf(run, key) < rankOf(best, key)) first.set(key, run);
    }
  }
  return first;
}
