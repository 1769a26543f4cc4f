/** Reads runs of the journal: one of the past, one that was left, one that another Handrail drives. */
import type { EffectOf } from "../effect.ts";
import { top } from "../model.ts";
import { tellReport } from "../run/end-act.ts";
import { History } from "../run/history.ts";
import { showLeft, showMoreWatched, showReplay, showWatched } from "../runs/act.ts";
import { isAwaited, update } from "../update.ts";
import type { Host } from "./host.ts";
import { LimitWatch } from "./limit-watch.ts";

/** How often a run that somebody else drives is read on. */
const WATCH_MS = 500;

async function historyOf({ sources }: Host, runId: string): Promise<History> {
  const history = new History();
  for (const event of await sources.events(runId, 0)) history.push(event);
  return history;
}

/** Reads what is known of a run that was left. */
export async function readLeft(host: Host, effect: EffectOf<"read left">): Promise<void> {
  const history = await historyOf(host, effect.summary.run_id);
  void host.take((model) => update(isAwaited(model, effect) ? showLeft(model, effect.summary, history) : model));
}

/** Reads a past run. */
export async function readReplay(host: Host, effect: EffectOf<"read replay">): Promise<void> {
  const history = await historyOf(host, effect.run_id);
  void host.take((model) => update(isAwaited(model, effect) ? showReplay(model, effect, history) : model));
}

/** Writes the report of a run into a file, and says where it is. */
export async function writeReport(host: Host, runId: string): Promise<void> {
  const result = await host.sources.report(runId);
  void host.take((model) => tellReport(model, runId, result));
}

/** Follows the run of another Handrail as its journal grows. */
export async function followRun(host: Host, effect: EffectOf<"follow">): Promise<void> {
  const history = await historyOf(host, effect.run_id);
  void host.take((model) => update(isAwaited(model, effect) ? showWatched(model, history) : model));
  // An answer that nobody waited for reads nothing on: it would take the place of the run that is watched.
  if (host.model().replay?.history === history) readOn(host, effect.run_id, history, new LimitWatch(host));
}

function readOn(host: Host, runId: string, history: History, limits: LimitWatch): void {
  host.agenda.later("watch", WATCH_MS, () => {
    if (host.model().replay?.history !== history || top(host.model()) === "board") return;
    void host.sources.events(runId, history.events.at(-1)?.seq ?? 0).then((events) => {
      for (const event of events) history.push(event);
      if (events.length > 0) void host.take((model) => update(showMoreWatched(model)));
      limits.watch(host.model().replay);
      readOn(host, runId, history, limits);
    });
  });
}
