/** How a run goes about many targets at once. */
import type { Batch } from "../../engine/batch.ts";
import { fold } from "../../engine/record.ts";
import { endOf } from "../../engine/end.ts";
import type { Journal } from "../../journal/journal.ts";
import { BATCH_FROM, PARALLEL } from "../batch-options.ts";
import { targetNouns } from "../../phases/target-noun.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { findRun } from "./journal.ts";
import type { BatchRequest } from "./request.ts";

/** How a run over `count` targets goes about them; undefined where it does one thing after the other. */
export function batchOf(request: BatchRequest, count: number): Batch | undefined {
  const { isCanary, isOnePage } = request;
  if (!isOnePage && !isBatch(request, count)) return undefined;
  const hasCanary = count >= BATCH_FROM && !isOnePage;
  return { canary: isCanary ?? hasCanary, one_page: isOnePage, ...limitsOf(request, count) };
}

/** Whether several targets go on together: they are many, or somebody said how. */
const isBatch = ({ maxParallel, maxFailures, isCanary }: BatchRequest, count: number): boolean =>
  count > 1 && (count >= BATCH_FROM || isCanary === true || maxParallel !== null || maxFailures !== null);

const limitsOf = (
  { maxParallel, maxFailures }: BatchRequest,
  count: number,
): Pick<Batch, "max_parallel" | "max_failures"> => ({
  max_parallel: maxParallel ?? PARALLEL,
  max_failures: maxFailures ?? Math.max(2, Math.floor(count / 10)),
});

/** The keys of the targets that a run did not recover which has ended, or which is left as failed. */
export function retryKeys(journal: Journal, name: string, commandOf: (words: string) => string): string[] {
  const { run_id } = findRun(journal, name);
  const state = fold(journal.events(run_id));
  // One that nobody was there to decide about is left open; a new run may be begun instead of taking it up.
  if (state === null || (state.closed === null && state.paused?.reason !== "failed"))
    throw new Stop(EXIT.usage, `run ${run_id} is not closed; take it up again with: ${commandOf(`resume ${run_id}`)}`);
  const keys = state.targets.filter((target) => endOf(state, target) !== "recovered").map(({ key }) => key);
  if (keys.length === 0)
    throw new Stop(
      EXIT.usage,
      `run ${run_id} recovered every one of its ${targetNouns(state.runbook)}: nothing to retry`,
    );
  return keys;
}
