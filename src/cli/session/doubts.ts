/**
 * What any run of this journal left in doubt, however old it is and whatever ran after it. It stands first wherever runs
 * or targets are listed, and before another run of the same target begins.
 */
import { doubtReason, doubtsOf, type Doubt } from "../../engine/doubt.ts";
import { fold } from "../../engine/record.ts";
import { clean } from "../../engine/words.ts";
import type { Journal } from "../../journal/journal.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { isDriven } from "./driven.ts";

/** The doubts of the runs that are not closed, the newest run first. A run that somebody drives now is not left. */
export const journalDoubts = (journal: Journal, driven: (runId: string) => boolean = () => false): readonly Doubt[] =>
  journal.openRuns().flatMap(({ run_id }) => (driven(run_id) ? [] : runDoubts(journal, run_id)));

/** What one run left in doubt. */
export function runDoubts(journal: Pick<Journal, "events">, runId: string): readonly Doubt[] {
  const state = fold(journal.events(runId));
  return state === null ? [] : doubtsOf(state);
}

/** A doubt on one line: what, of whom, since when, in which run, and how to go on. */
export function doubtLine(doubt: Doubt, command: (words: string) => string): string {
  const { title, label, run_id, at: time } = doubt;
  const reason = clean(doubtReason(doubt));
  return `IN DOUBT since ${time.slice(0, 19)}Z: ${clean(title)} of ${clean(label)} (run ${run_id}): ${reason}; look with: ${command(`resume ${run_id}`)}`;
}

const doubtsAbout = (journal: Journal, targets: readonly { readonly key: string }[]): readonly Doubt[] => {
  const keys = new Set(targets.map(({ key }) => key));
  return journalDoubts(journal, (runId) => isDriven(journal, runId)).filter(({ target }) => keys.has(target));
};

/** What earlier runs left in doubt about some targets, as lines. */
export const doubtLines = (
  journal: Journal,
  targets: readonly { readonly key: string }[],
  command: (words: string) => string,
): string[] => doubtsAbout(journal, targets).map((doubt) => doubtLine(doubt, command));

/** Refuses to begin anything for a target that an earlier run left in doubt: exit 3, nothing is executed. */
export function refuseInDoubt(
  journal: Journal,
  targets: readonly { readonly key: string }[],
  command: (words: string) => string,
): void {
  const doubts = doubtsAbout(journal, targets);
  const [first] = doubts;
  if (first === undefined) return;
  const lines = doubts.map((doubt) => `  ${doubtLine(doubt, command)}`);
  // A word is taken only of what was looked at and is still not known.
  const word = doubts.find(({ status }) => status === "in-doubt");
  throw new Stop(
    EXIT.doubt,
    [
      `${clean(first.label)} has a change in doubt from an earlier run; nothing else is begun for it before that is known. Nothing was executed`,
      ...lines,
      ...(word === undefined
        ? []
        : [
            `  or, when you know it yourself: ${command(`resolve ${word.run_id} ${word.step} --as applied|not-applied --note "how you know"`)}`,
          ]),
    ].join("\n"),
  );
}
