/** What keys do to an open question. */
import type { Press } from "../press.ts";
import { APART, NOTE_LEAST } from "../../engine/operator-port.ts";
import type { Model, OpenChoice, OpenPage, OpenQuestion } from "../model.ts";
import type { Look } from "../theme.ts";
import { refuse, refuseShown, say, uncover, update, type Handler, type Update } from "../update.ts";
import { write } from "../writing.ts";
import { changeQuestion, ignore, isNamed, isPasted, retype, scroll, TOO_EARLY, typeInto, whyNotYet } from "./change.ts";
import { tooSmall } from "../layout.ts";
import { decisionLines, decisionRoom, lookAway, pageBelow, seeQuestion, unseenOf } from "./view.ts";

const openPage = (model: Model): OpenPage | null => (model.run?.question?.kind === "page" ? model.run.question : null);
const openChoice = (model: Model): OpenChoice | null =>
  model.run?.question?.kind === "choice" ? model.run.question : null;

const WHOLE = "the name is whole already; a approves, Backspace takes a letter back";

/** Takes the screen on top away. A question below listens anew: whatever was seen meanwhile, its page was not. */
export const uncoverQuestion = (model: Model, look: Look): Model =>
  changeQuestion(uncover(model), (question) => lookAway(question, look));

/** A key that does not count: the question listens anew a moment later. */
export const ignoreKey = (model: Model, { nowMs }: Look): Model =>
  changeQuestion(model, (question) => ignore(question, nowMs));

/** Why characters are no part of the name; '' where they are. */
function whyNoLetter(page: OpenPage | null, text: string, nowMs: number): string {
  if (isPasted(text)) return "that came in one piece, like pasted text; it has to be typed";
  if (page === null || nowMs >= page.armedAt) return page !== null && isNamed(page) ? WHOLE : "";
  return TOO_EARLY;
}

/** Characters of the name. Those that came in one piece like pasted text do not count. */
function typeText(model: Model, text: string, nowMs: number): Model {
  const nextModel = say(model, whyNoLetter(openPage(model), text, nowMs), "waiting");
  return changeQuestion(nextModel, (open) => (open.kind === "page" ? typeInto(open, text, nowMs) : open));
}

/** As much of the name as was typed. */
export const nameOf = (model: Model): string => openPage(model)?.typed ?? "";

/** Puts a part of the name that somebody shortened into the page. */
export const setName = (model: Model, name: string, { nowMs }: Look): Model =>
  changeQuestion(model, (open) => (open.kind === "page" ? retype(open, name, nowMs) : open));

/** Whether the name of the page stands there in full, so that a letter more is a key. */
export function isNameWhole(model: Model): boolean {
  const page = openPage(model);
  return page !== null && isNamed(page);
}

/** Keys of a page that wants a name. null leaves the key to the table. */
export function typeName(model: Model, { key, text }: Press, { nowMs }: Look): Model | null {
  const page = openPage(model);
  if (page === null) return null;
  if (key === "enter") return say(model, "Enter never approves; type the name, then press a", "waiting");
  const approves = text === "a" && isNamed(page);
  return text === "" || approves ? null : typeText(model, text, nowMs);
}

/** Approves the open page, or says why that does not count yet. */
export const approve: Handler = (model, _press, view) => {
  const page = openPage(model);
  if (page === null) return update(model);
  if (tooSmall(view)) return refuseShown(ignoreKey(model, view), "the window is too small for the page", view);
  // A window that has grown, or shows other lines, has shown them to nobody before this key was on its way.
  const nextModel = changeQuestion(model, (question) => seeQuestion(question, view));
  const reason = whyNotYet(openPage(nextModel) ?? page, view.nowMs, unseenOf(page, view));
  if (reason !== null) return refuseShown(ignoreKey(nextModel, view), reason, view);
  const { typed: name, digest } = page.page;
  return update(model, { type: "approve", method: name === null ? "key" : "typed", digest });
};

/** Says no to the page, or leaves the question open for later. */
export const sayNo: Handler = (model) => update(model, { type: "refuse", says: "no was said at the console" });

/** The keys that decide: as many as there are choices. */
export function choiceKeys(model: Model): string {
  const count = openChoice(model)?.question.choices.length ?? 0;
  return count < 2 ? "1" : `1-${Math.min(count, 9)}`;
}

/** Decides by a number, once the question listens. */
export const choose: Handler = (model, press, view) => {
  const open = openChoice(model);
  if (open === null) return update(model);
  const choice = open.question.choices[Number(press.key) - 1];
  if (choice === undefined) return refuse(model, `there is no choice ${press.key}`);
  const reason = whyNotDecided(open, press, view);
  return reason === null ? answer(model, choice.id, open.question) : refuseShown(ignoreKey(model, view), reason, view);
};

/** Why a key decides nothing at an open question, or null. */
function whyNotDecided(open: OpenChoice, { text }: Press, look: Look): string | null {
  if (tooSmall(look)) return "the window is too small for the question";
  return look.nowMs < open.armedAt || text.length > 1 ? TOO_EARLY : null;
}

/** Whether the open question is about several targets that may be answered for one by one. */
export const mayPart = (model: Model): boolean => openChoice(model)?.question.apart !== undefined;

/** Asks about each target of the question by itself. Nothing is decided by it. */
export const takeApart: Handler = (model, press, view) => {
  const open = openChoice(model);
  if (open === null || !mayPart(model)) return refuse(model, "this question is about one alone");
  const reason = whyNotDecided(open, press, view);
  if (reason !== null) return refuseShown(ignoreKey(model, view), reason, view);
  return update(model, { type: "choose", choice: APART, note: "" });
};

/** Some choices count only with words of the person's own. */
function answer(model: Model, choice: string, { notes }: OpenChoice["question"]): Update {
  const prompt = notes?.[choice];
  if (prompt === undefined) return update(model, { type: "choose", choice, note: "" });
  return update(write(model, { purpose: { kind: "choice", choice }, prompt, least: NOTE_LEAST }));
}

const lastLine = (question: OpenQuestion, look: Look): number =>
  question.kind === "page"
    ? pageBelow(question, look).last
    : Math.max(0, decisionLines(question, look).length - decisionRoom(question, look));

/** Whether something of the open question is below the window. */
export function hasMore(model: Model, look: Look): boolean {
  const question = model.run?.question ?? null;
  return question !== null && question.scroll < lastLine(question, look);
}

/** Scrolls the open question by a number of lines. */
export const scrollQuestion = (model: Model, by: number, look: Look): Model =>
  changeQuestion(model, (question) =>
    // What stood there before the window moved was on the screen, too: it may have grown since.
    seeQuestion(scroll(seeQuestion(question, look), question.scroll + by, lastLine(question, look)), look),
  );

/** Whether a part of the open page is folded. */
export const hasFold = (model: Model, look: Look): boolean => {
  const page = openPage(model);
  return page !== null && pageBelow(page, look).folds.some(({ isOpen }) => !isOpen);
};

/** Opens the first folded part that is in the window or below it. The window stays where it is, so no line is passed over. */
export const unfold: Handler = (model, _press, view) => {
  const page = openPage(model);
  if (page === null) return update(model);
  const { folds, last } = pageBelow(page, view);
  const shut = folds.filter(({ isOpen }) => !isOpen);
  const fold = shut.find(({ first }) => first >= Math.min(page.scroll, last)) ?? shut[0];
  if (fold === undefined) return refuse(model, "nothing of this page is folded");
  const seen = changeQuestion(model, (question) => seeQuestion(question, view));
  return update(
    changeQuestion(seen, (question) =>
      question.kind === "page" ? { ...question, openFolds: [...question.openFolds, fold.part] } : question,
    ),
  );
};

/** Whether a part of the open page was unfolded, or why there is nothing to fold. */
export const canFold = (model: Model): true | string =>
  (openPage(model)?.openFolds.length ?? 0) > 0 ? true : "nothing of this page was unfolded";

/** Folds every part again. What stood at the head of the window stays there. */
export const foldAll: Handler = (model, _press, view) =>
  update(
    changeQuestion(model, (question) => {
      if (question.kind !== "page") return question;
      const seen = seeQuestion(question, view);
      const before = pageBelow(question, view);
      const place = before.places[Math.min(question.scroll, before.last)] ?? 0;
      const shut = { ...question, sight: seen.kind === "page" ? seen.sight : null, openFolds: [] };
      const { places, last } = pageBelow(shut, view);
      const line = places.findLastIndex((each) => each <= place);
      return seeQuestion(scroll({ ...shut, armedAt: seen.armedAt }, line, last), view);
    }),
  );
