/**
 * A question and the keys that come to it. Only a single key pressed after the question stood for 0.4 s counts: what
 * was on its way, held down or pasted belongs to something else. Enter never says yes.
 */
import type { OpenPage, OpenQuestion } from "../model.ts";

export const ARMING_MS = 400;
/** Characters that may arrive together from a person's fingers over a slow line; more is a paste. */
const TOGETHER = 3;

export type AskEvent =
  | { readonly type: "scroll"; readonly to: number; readonly last: number }
  /** `count` characters that arrived in one piece, at wall time `at`. */
  | { readonly type: "typed"; readonly text: string; readonly at: number }
  | { readonly type: "rubbed out"; readonly at: number }
  | { readonly type: "pasted"; readonly at: number }
  /** A key that came too early. */
  | { readonly type: "ignored"; readonly at: number }
  | { readonly type: "seen" }
  /** Something else lay over the page; `fits`: the window shows all of it. */
  | { readonly type: "looked away"; readonly at: number; readonly fits: boolean };

export const isArmed = (question: OpenQuestion, now: number): boolean => now >= question.armedAt;
export const isNamed = (page: OpenPage): boolean => page.page.typed === null || page.typed === page.page.typed;

function typed(page: OpenPage, text: string, at: number): OpenPage {
  const wanted = page.page.typed ?? "";
  if (at < page.armedAt) return { ...page, armedAt: at + ARMING_MS };
  if (text.length > TOGETHER || isNamed(page)) return { ...page, armedAt: at + ARMING_MS };
  const made = page.typed + text;
  // The name just became complete: what was typed in the same breath must not approve.
  return { ...page, typed: made, armedAt: made === wanted ? at + ARMING_MS : page.armedAt };
}

export function reduceAsk(question: OpenQuestion, event: AskEvent): OpenQuestion {
  switch (event.type) {
    case "scroll": {
      const scroll = Math.min(Math.max(0, event.to), Math.max(0, event.last));
      const moved = { ...question, scroll };
      return moved.kind === "page" && scroll >= event.last ? { ...moved, seen: true } : moved;
    }
    case "seen":
      return question.kind === "page" ? { ...question, seen: true } : question;
    case "typed":
      return question.kind === "page" ? typed(question, event.text, event.at) : question;
    case "rubbed out":
      return question.kind === "page"
        ? { ...question, typed: Array.from(question.typed).slice(0, -1).join(""), armedAt: event.at }
        : question;
    case "looked away": {
      const again = { ...question, armedAt: event.at + ARMING_MS };
      return again.kind === "page" ? { ...again, seen: event.fits } : again;
    }
    case "pasted":
    case "ignored":
      return { ...question, armedAt: event.at + ARMING_MS };
    default:
      return event satisfies never;
  }
}

/** `1 line`, `3 more lines`. */
export const linesBelow = (count: number, more = ""): string => `${count} ${more}${count === 1 ? "line" : "lines"}`;

/** Why the page cannot be approved now, or null when the key counts. */
export function whyNotYet(page: OpenPage, now: number, below: number): string | null {
  if (!isArmed(page, now)) return "that key came too early to count; press it again";
  if (!page.seen && below > 0) return `${linesBelow(below, "more ")} below: see to the end first (PgDn)`;
  if (!isNamed(page)) return `type ${page.page.typed ?? ""} in full first`;
  return null;
}
