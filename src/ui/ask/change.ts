/**
 * A question and what comes to it. Only a single key pressed after the question stood for 0.4 s counts: what was on its
 * way, held down or pasted belongs to something else. Enter never says yes. `nowMs`: wall time.
 */
import type { Unseen } from "./sight.ts";
import type { Model, OpenPage, OpenQuestion } from "../model.ts";

export const ARMING_MS = 400;
/** Whether it came like pasted text: over a slow line no more than three characters of a person's fingers arrive together. */
export const isPasted = (text: string): boolean => text.length > 3;

/** Said of a key that was pressed before the question listens. */
export const TOO_EARLY = "that key came too early to count; press it again in a second";

export const isArmed = (question: OpenQuestion, nowMs: number): boolean => nowMs >= question.armedAt;
export const isNamed = (page: OpenPage): boolean => page.page.typed === null || page.typed === page.page.typed;

/** Scrolls the window; `last`: where it shows the end. */
export const scroll = (question: OpenQuestion, to: number, last: number): OpenQuestion => ({
  ...question,
  scroll: Math.min(Math.max(0, to), Math.max(0, last)),
});

/** A key that came too early, or as a part of pasted text. */
export const ignore = (question: OpenQuestion, nowMs: number): OpenQuestion => ({
  ...question,
  armedAt: nowMs + ARMING_MS,
});

/** Characters of the name that arrived in one piece. */
export function typeInto(page: OpenPage, text: string, nowMs: number): OpenPage {
  if (nowMs < page.armedAt || isPasted(text) || isNamed(page)) return { ...page, armedAt: nowMs + ARMING_MS };
  const name = page.typed + text;
  // The name just became complete: what was typed in the same breath must not approve.
  return { ...page, typed: name, armedAt: name === page.page.typed ? nowMs + ARMING_MS : page.armedAt };
}

/** The page with less of the name: what is typed now is typed anew, and approves nothing before it is whole again. */
export const retype = (page: OpenPage, name: string, nowMs: number): OpenPage => ({
  ...page,
  typed: name,
  armedAt: nowMs,
});

/** The model with another question, where one is open. */
export function changeQuestion(model: Model, change: (question: OpenQuestion) => OpenQuestion): Model {
  if (model.run === null || model.run.question === null) return model;
  return { ...model, run: { ...model.run, question: change(model.run.question) } };
}

/** `1 line`, `3 more lines`. */
export const linesBelow = (count: number, qualifier = ""): string =>
  `${count} ${qualifier}${count === 1 ? "line" : "lines"}`;

/** Why the page cannot be approved now, or null when the key counts; `rest`: what of it is still to be seen. */
export function whyNotYet(page: OpenPage, nowMs: number, rest: Unseen | null): string | null {
  if (rest !== null) {
    const goal = rest.side === "below" ? "see to the end" : "nobody saw them here; see them";
    return `${linesBelow(rest.count, "more ")} ${rest.side}: ${goal} first (${rest.key})`;
  }
  if (!isArmed(page, nowMs)) return TOO_EARLY;
  if (!isNamed(page)) return `type ${page.page.typed ?? ""} in full first`;
  return null;
}
