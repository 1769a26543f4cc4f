/** Whom to go on with once a run is over. */
import { needsSomebody } from "../board/standing.ts";
import { rowsOf } from "../board/rows.ts";
import { shownRun, type Model } from "../model.ts";
import { wordsOf, type BoardTarget } from "../sources.ts";
import { receiptIn } from "./receipt-in.ts";

/** The target that needs somebody most: of other runs first, then of those that this one did not recover. */
export function nextTarget(model: Model): BoardTarget | undefined {
  const run = shownRun(model);
  if (run === null || model.board.trouble !== "") return undefined;
  const ends = new Map(receiptIn(run)?.targets.map(({ key, end }) => [key, end.kind]));
  const board = { ...model.board, filter: "", sort: "needs me" as const };
  const targets = rowsOf(board, model.journal.items, wordsOf(model.site))
    .filter(needsSomebody)
    .map(({ target }) => target);
  return targets.find(({ key }) => !ends.has(key)) ?? targets.find(({ key }) => ends.get(key) !== "recovered");
}
