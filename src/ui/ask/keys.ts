/** What keys do to an open question and to the filter: everything that is typed rather than looked up. */
import type { Console } from "../console.ts";
import type { Press } from "../press.ts";
import { NOTE_LEAST } from "../../engine/operator-port.ts";
import { top } from "../model.ts";
import { write } from "../writing.ts";
import { setRows } from "../rows/keys.ts";
import { isNamed, whyNotYet } from "./reduce.ts";
import { decisionLines, decisionRoom, pageBelow } from "./view.ts";

/** Keys of a page that wants a name. False leaves the key to the table. */
export function typeName(console: Console, { key, text }: Press): boolean {
  const question = console.model.run?.question;
  if (question?.kind !== "page") return false;
  const at = console.wish.timers.now();
  if (key === "backspace") console.ask({ type: "rubbed out", at });
  else if (key === "enter") console.say("Enter never approves; type the name, then press a", "waiting");
  else if (text === "" || (key === "a" && text === "a" && isNamed(question))) return false;
  else {
    if (text.length > 3) console.say("that came in one piece, like pasted text; it has to be typed", "waiting");
    console.ask({ type: "typed", text, at });
  }
  return true;
}

/** Keys of the filter. False leaves the key to the table. */
export function typeFilter(console: Console, { key, text }: Press): boolean {
  const { model } = console;
  const { filter } =
    top(model) === "rows" && model.rows !== null ? model.rows : top(model) === "journal" ? model.journal : model.board;
  if (key === "backspace") setFilter(console, Array.from(filter).slice(0, -1).join(""), true);
  else if (text === "") return false;
  else setFilter(console, filter + text, true);
  return true;
}

/** Changes the filter of the list on the screen. */
export function setFilter(console: Console, text: string, filtering: boolean): void {
  if (top(console.model) === "rows") return setRows(console, () => ({ filter: text, filtering, scroll: 0 }));
  if (top(console.model) !== "journal") return console.board({ type: "filter", text, filtering });
  console.store.set((model) => ({ ...model, journal: { ...model.journal, filter: text, filtering, at: 0 } }));
}

/** Approves the open page, or says why that does not count yet. */
export function approve(console: Console): void {
  const question = console.model.run?.question;
  if (question?.kind !== "page") return;
  const { timers } = console.wish;
  const { last, below } = pageBelow(question, console.look());
  const why = whyNotYet(question, timers.now(), last === 0 ? 0 : below);
  if (why === null) console.operator?.approved(question.page.typed === null ? "key" : "typed", question.page.digest);
  else {
    console.ask({ type: "ignored", at: timers.now() });
    console.say(why, "waiting");
  }
}

/** Decides by a number, once the question listens. */
export function choose(console: Console, press: Press): void {
  const question = console.model.run?.question;
  if (question?.kind !== "choice") return;
  const at = console.wish.timers.now();
  const picked = question.question.choices[Number(press.key) - 1];
  if (picked === undefined) console.say(`there is no choice ${press.key}`, "waiting");
  else if (at < question.armedAt || press.text.length > 1) {
    console.ask({ type: "ignored", at });
    console.say("that key came too early to count; press it again", "waiting");
  } else answer(console, picked.id, question.question.notes?.[picked.id]);
}

/** Some choices count only with words of the person's own. */
function answer(console: Console, choice: string, prompt: string | undefined): void {
  if (prompt === undefined) console.operator?.chosen(choice);
  else write(console, { prompt, least: NOTE_LEAST }, (note) => console.operator?.chosen(choice, note));
}

/** Scrolls the open question by a number of lines. */
export function scrollAsk(console: Console, by: number): void {
  const question = console.model.run?.question;
  if (question === null || question === undefined) return;
  const look = console.look();
  const last =
    question.kind === "page"
      ? pageBelow(question, look).last
      : Math.max(0, decisionLines(question, look).length - decisionRoom(question, look));
  console.ask({ type: "scroll", to: question.scroll + by, last });
}
