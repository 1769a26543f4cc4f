/** From the command line to how a run goes about many targets at once. */
import type { Batch } from "../../engine/bodies.ts";
import { fold } from "../../engine/record.ts";
import { endOf } from "../../engine/end.ts";
import type { Journal } from "../../journal/journal.ts";
import { BATCH_FROM, PARALLEL } from "../batch-options.ts";
import { flag, one, type Values } from "../command.ts";
import { EXIT } from "../exit.ts";
import { Stop } from "../io.ts";
import { findRun } from "./journal.ts";

const MOST_PARALLEL = 500;

function whole(values: Values, name: string, least: number, most: number): number | undefined {
  const text = one(values, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,6}$/u.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new Stop(EXIT.usage, `--${name} ${text}: a whole number from ${least} to ${most} is wanted`);
}

/** How a run over `count` targets goes about them; undefined where it does one thing after the other. */
export function batchIn(values: Values, count: number): Batch | undefined {
  const parallel = whole(values, "max-parallel", 1, MOST_PARALLEL);
  const failures = whole(values, "max-failures", 0, 100_000);
  const [canary, none] = [flag(values, "canary"), flag(values, "no-canary")];
  // A retry knows from the run before what the runbook does.
  const one_page = flag(values, "one-page") || one(values, "retry") !== undefined;
  if (canary && none) throw new Stop(EXIT.usage, "--canary and --no-canary exclude each other");
  const many = count >= BATCH_FROM;
  const several = count > 1 && (many || canary || parallel !== undefined || failures !== undefined);
  if (!several && !one_page) return undefined;
  return {
    canary: canary || (many && !none && !one_page),
    one_page,
    max_parallel: parallel ?? PARALLEL,
    max_failures: failures ?? Math.max(2, Math.floor(count / 10)),
  };
}

/** The keys of the targets that a run did not recover which has ended, or which is left as failed. */
export function retryKeys(journal: Journal, wanted: string, commandOf: (words: string) => string): string[] {
  const { run_id } = findRun(journal, wanted);
  const state = fold(journal.events(run_id));
  // One that nobody was there to decide about is left open; a new run may be begun instead of taking it up.
  if (state === null || (state.closed === null && state.paused?.reason !== "failed"))
    throw new Stop(EXIT.usage, `run ${run_id} is not closed; take it up again with: ${commandOf(`resume ${run_id}`)}`);
  const keys = state.targets.filter((target) => endOf(state, target) !== "recovered").map(({ key }) => key);
  if (keys.length === 0) throw new Stop(EXIT.usage, `run ${run_id} recovered every one of its VMs: nothing to retry`);
  return keys;
}
