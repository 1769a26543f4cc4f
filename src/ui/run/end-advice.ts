/** What somebody does next where a run is over: the one key that is advised, and what it does. */
import { canGoOn, canRetry } from "../can.ts";
import { shownRun, type Model } from "../model.ts";
import { wordsOf } from "../sources.ts";
import { clean } from "../../engine/words.ts";
import { nextTarget } from "./next-target.ts";
import { isAtEnd } from "./over.ts";

interface EndAdvice {
  readonly key: string;
  readonly text: string;
}

/** The key that is advised at the end of the run on the screen; null elsewhere. */
export function endAdvice(model: Model): EndAdvice | null {
  const run = shownRun(model);
  if (run === null || !isAtEnd(run)) return null;
  if (run.how === "watching") return { key: "o", text: "o writes the report, Esc goes back" };
  if (canGoOn(model) === true) return { key: "u", text: "u takes the run up again: it looks first, then asks" };
  if (canRetry(model) === true) return { key: "R", text: "R begins a new run for what it did not recover" };
  const target = nextTarget(model);
  return target === undefined
    ? { key: "o", text: "o writes the report" }
    : { key: "m", text: `m opens ${clean(target.label)}, the next ${wordsOf(model.site).target} that needs somebody` };
}
