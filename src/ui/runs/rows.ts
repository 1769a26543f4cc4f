/** Which runs the journal shows, and in which order. */
import type { Group, JournalModel, Model } from "../model.ts";
import type { RunSummary } from "../sources.ts";

const GROUPS: readonly Group[] = ["newest", "target", "runbook", "operator", "outcome"];

/** The next order of the journal. */
export const nextGroup = (group: Group): Group => GROUPS[(GROUPS.indexOf(group) + 1) % GROUPS.length] ?? "newest";

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

const order = new Intl.Collator("en");

/** The runs that fit the filter (every word of it, in target, key, runbook, operator, outcome or id), grouped; newest first in each. */
export function shownRuns({ items, filter, group }: JournalModel): readonly RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  const fitting = (items ?? []).filter((run) => {
    const keys = run.targets.map(({ key }) => key).join(" ");
    const text = `${run.run_id} ${names(run)} ${keys} ${run.runbook} ${run.operator} ${run.outcome}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return group === "newest" ? fitting : fitting.sort((a, b) => order.compare(groupOf(a, group), groupOf(b, group)));
}

/** The run under the cursor of the journal. */
export const journalRun = ({ journal }: Model): RunSummary | undefined => shownRuns(journal)[journal.at];
