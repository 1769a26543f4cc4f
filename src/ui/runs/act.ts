/** The journal's runs: the list of them, one of the past, one that another Handrail drives, one that was left. */
import { drivenRun } from "../can.ts";
import type { EffectOf } from "../effect.ts";
import { setFilter } from "../filter.ts";
import { top, type Model } from "../model.ts";
import { newRun } from "../new-model.ts";
import type { JournalModel } from "./journal.ts";
import { GROUPS, nextOf } from "../order.ts";
import { changeRun, catchUp, moveTo } from "../run/change.ts";
import type { History } from "../run/history.ts";
import type { RunSummary } from "../sources.ts";
import { placeOnOpen } from "../subject.ts";
import { ask, refuse, say, show, update, type Handler, type Update } from "../update.ts";
import { journalRun, strayText, toFirst } from "./rows.ts";

/** The runs that were; from the detail of a target those of that target. */
export const openJournal: Handler = (model) => {
  const filter = top(model) === "detail" ? (model.detail?.target.label ?? "") : "";
  return update(setFilter(show(model, "journal"), filter, false), { type: "read runs" });
};

/** The runs that the journal has now: one that was driven when the console opened may turn out to have been left. */
export const showRuns = (model: Model, items: readonly RunSummary[]): Model =>
  JSON.stringify(model.journal.items) === JSON.stringify(items)
    ? model
    : placeOnOpen({ ...model, journal: withRuns({ ...model.journal, items }) });

/** The cursor stays on its run, wherever that stands now, and be it nowhere: a key meant for it must act on no other one. */
const withRuns = (journal: JournalModel): JournalModel => (journal.selected === null ? toFirst(journal) : journal);

/** Groups the runs by something else, in the next console, too. */
export const groupNext: Handler = (model) => {
  const group = nextOf(GROUPS, model.journal.group);
  return update({ ...model, journal: toFirst({ ...model.journal, group }) }, { type: "remember", order: { group } });
};

/** Shows the run under the cursor as it ended, and what was before that behind it. */
export const replay: Handler = (model) => {
  const run = journalRun(model);
  return run === undefined
    ? refuse(model, strayText(model) || "no run is listed here to open")
    : ask(model, { type: "read replay", run_id: run.run_id, from: "end" });
};

/** A past run from its beginning, or as it ended. */
export function showReplay(model: Model, { run_id, from: start }: EffectOf<"read replay">, history: History): Model {
  if (history.length === 0) return say(model, `the journal has no run ${run_id}`, "danger");
  const run = newRun("replay", "", history);
  return { ...model, replay: start === "end" ? run : moveTo(run, 1), screens: [...model.screens, "replay"] };
}

/** Watches the run that another Handrail drives. */
export const watch: Handler = (model) => {
  const run = drivenRun(model);
  return run === undefined ? update(model) : ask(model, { type: "follow", run_id: run.run_id });
};

/** A run that somebody else drives, as far as it is. */
export const showWatched = (model: Model, history: History): Model => ({
  ...model,
  replay: newRun("watching", "", history),
  screens: [...model.screens, "replay"],
});

/** The run that is watched has more events. */
export const showMoreWatched = (model: Model): Model => changeRun(model, catchUp);

/** What is known of a run that was left, before anything else. */
export const showLeft = (model: Model, summary: RunSummary, history: History): Model => ({
  ...model,
  left: { summary, history, scroll: 0 },
  screens: [...model.screens, "doubt"],
});

/** What stands on the screen first, over the board: a run that needs somebody, else a hint. */
export function begin(model: Model, hint: string | undefined): Update {
  const { items } = model.journal;
  const summary = items?.find(({ doubts }) => doubts.length > 0) ?? items?.find(({ status }) => status === "left");
  if (summary !== undefined) return ask(model, { type: "read left", summary });
  return update(hint === undefined ? model : say(model, hint));
}
