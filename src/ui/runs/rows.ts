/** Which runs the journal shows, and in which order. */
import type { Model } from "../model.ts";
import { compareNames, type Group } from "../order.ts";
import type { JournalModel } from "./journal.ts";
import type { RunSummary } from "../sources.ts";

const names = (run: RunSummary): string => run.targets.map(({ label }) => label).join(", ");

const UNDER: Readonly<Record<Group, (run: RunSummary) => string>> = {
  newest: () => "",
  target: names,
  runbook: ({ runbook }) => runbook,
  operator: ({ operator }) => operator,
  outcome: ({ outcome }) => outcome,
};

/** What a run is grouped under. */
export const groupOf = (run: RunSummary, group: Group): string => UNDER[group](run);

/** The runs that fit the filter (every word of it, in target, key, runbook, operator, outcome or id), grouped; newest first in each. */
export function shownRuns({ items, filter, group }: JournalModel): readonly RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  const fitting = (items ?? []).filter((run) => {
    const keys = run.targets.map(({ key }) => key).join(" ");
    const text = `${run.run_id} ${names(run)} ${keys} ${run.runbook} ${run.operator} ${run.outcome}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return group === "newest" ? fitting : fitting.sort((a, b) => compareNames(groupOf(a, group), groupOf(b, group)));
}

/** The run under the cursor of the journal; undefined where the run that had it left the list. */
export const journalRun = ({ journal }: Pick<Model, "journal">): RunSummary | undefined =>
  shownRuns(journal).find(({ run_id }) => run_id === journal.selected);

/** The cursor on the first run of the list. */
export const toFirst = (journal: JournalModel): JournalModel => ({
  ...journal,
  selected: shownRuns(journal)[0]?.run_id ?? null,
});

/** Moves the cursor among the runs that are shown; from nowhere to the first. */
export function moveCursor(journal: JournalModel, by: number): JournalModel {
  const runs = shownRuns(journal);
  const index = runs.findIndex(({ run_id }) => run_id === journal.selected);
  const next = index === -1 ? 0 : Math.min(Math.max(0, index + by), runs.length - 1);
  return { ...journal, selected: runs[next]?.run_id ?? journal.selected };
}

/** Why no run has the journal's cursor, where one had it; '' where one has, or none ever had. */
export function strayText({ journal }: Pick<Model, "journal">): string {
  const { selected } = journal;
  if (selected === null || journalRun({ journal }) !== undefined) return "";
  return `run ${selected} is not in this list any more; the arrow keys choose another`;
}
