/** Reads runs of the journal: one of the past, one that was left, one that another Handrail drives. */
import { top } from "../model.ts";
import { History } from "../run/history.ts";
import { showLeft, showMoreWatched, showReplay, showWatched } from "../runs/act.ts";
import type { RunSummary } from "../sources.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";

/** How often a run that somebody else drives is read on. */
const WATCH_MS = 500;

async function historyOf({ sources }: Host, runId: string): Promise<History> {
  const history = new History();
  for (const event of await sources.events(runId, 0)) history.push(event);
  return history;
}

/** Reads what is known of a run that was left. */
export async function readLeft(host: Host, summary: RunSummary): Promise<void> {
  const history = await historyOf(host, summary.run_id);
  void host.take((model) => update(showLeft(model, summary, history)));
}

/** Reads a past run. */
export async function readReplay(host: Host, runId: string): Promise<void> {
  const history = await historyOf(host, runId);
  void host.take((model) => update(showReplay(model, runId, history)));
}

/** Follows the run of another Handrail as its journal grows. */
export async function followRun(host: Host, runId: string): Promise<void> {
  const history = await historyOf(host, runId);
  void host.take((model) => update(showWatched(model, history)));
  readOn(host, runId, history);
}

function readOn(host: Host, runId: string, history: History): void {
  host.agenda.later("watch", WATCH_MS, () => {
    if (host.model().replay?.history !== history || top(host.model()) === "board") return;
    void host.sources.events(runId, history.events.at(-1)?.seq ?? 0).then((events) => {
      for (const event of events) history.push(event);
      if (events.length > 0) void host.take((model) => update(showMoreWatched(model)));
      readOn(host, runId, history);
    });
  });
}
