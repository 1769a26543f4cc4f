/** What is suggested for a target, as the screen says it: with the key that does it, where one does. */
import type { Binding } from "./key-binding.ts";
import { keyName } from "./key-names.ts";
import { bindingFor, keyTable } from "./keys.ts";
import { modeOf } from "./mode.ts";
import type { Mode, Model } from "./model.ts";
import type { Advice } from "./sources.ts";
import { endAdvice } from "./run/end-advice.ts";
import { runbookOf } from "./runbook-key.ts";
import { subjectRow } from "./subject.ts";

const ADVISING: ReadonlySet<Mode> = new Set(["board", "detail"]);

const bindingOf = (model: Model, key: string | null): Binding | undefined =>
  key === null ? undefined : bindingFor(keyTable(model.runbooks), modeOf(model), key);

/** The key of a suggestion, where it can be pressed on this page now. */
const wayOf = (model: Model, key: string | null): string => {
  const binding = bindingOf(model, key);
  return key !== null && binding !== undefined && (binding.enabled?.(model) ?? true) === true ? keyName(key) : "";
};

/** One sentence: what to do, by which key of this screen, and why. */
export function adviceText(model: Model, { suggestion, key, why: reason }: Advice): string {
  const way = wayOf(model, key);
  return `Suggested: ${suggestion}${way === "" ? "" : ` (${way})`}, because ${reason}.`;
}

/** The same, shorter: the key first. */
export function nextText(model: Model, { suggestion, key, why: reason }: Advice): string {
  if (suggestion === "") return `nothing to do here: ${reason.replace(/^; /u, "")}`;
  const way = wayOf(model, key);
  // What a runbook's key begins does nothing at once: at 3 am nobody presses a key that might.
  const asks = way !== "" && runbookOf(model, key) !== undefined ? " (asks before every change)" : "";
  return `${way === "" ? "" : `${way}: `}${suggestion}${asks}, because ${reason}`;
}

/** The key of the choice that is advised: it is the first. */
function choiceKey({ run }: Model): string | undefined {
  const question = run?.question ?? null;
  return question?.kind === "choice" && question.question.advice !== undefined ? "1" : undefined;
}

/**
 * The key that does what is suggested, for the target under the cursor, at a question or at the end of a run, where it can be
 * used now.
 */
export function advisedBinding(model: Model): Binding | undefined {
  const mode = modeOf(model);
  if (mode === "decision") return bindingOf(model, choiceKey(model) ?? null);
  const key = ADVISING.has(mode) ? subjectRow(model)?.key : endAdvice(model)?.key;
  const binding = bindingOf(model, key ?? null);
  return (binding?.enabled?.(model) ?? true) === true ? binding : undefined;
}
