/** Looks for words in the text that a screen scrolls through: to the next line that has them, and how many have. */
import { countText } from "../../engine/words.ts";
import { textOf, type Line } from "../line.ts";
import type { Model, SearchModel } from "../model.ts";
import { scrollOf, scrollTo } from "../scroll.ts";
import { changing, refuse, say, update, type Handler, type View } from "../update.ts";

/** What is looked for on the screen; null where nothing is, or what was looked for stands on another one. */
export const searchOf = ({ search, screens }: Model): SearchModel | null =>
  search?.screens === screens ? search : null;

/** As much as was typed of what is looked for. */
export const searchText = (model: Model): string => searchOf(model)?.text ?? "";

/** The lines that have the words. */
function matchesOf(lines: readonly Line[], text: string): readonly number[] {
  const needle = text.trim().toLowerCase();
  if (needle === "") return [];
  return lines.flatMap((each, index) => (textOf(each).toLowerCase().includes(needle) ? [index] : []));
}

/** `2 of 5 lines have it`; '' where nothing is looked for. */
export function searchSaid({ line: current, text }: SearchModel, lines: readonly Line[]): string {
  const subject = text.trim();
  if (subject === "") return "";
  const matches = matchesOf(lines, subject);
  if (matches.length === 0) return `no line of this page has "${subject}"`;
  return `"${subject}" in ${countText(matches.length, "line")}; this is ${matches.indexOf(current ?? -1) + 1}`;
}

/** Puts a line on the screen, with some of what stands before it. */
function toLine(model: Model, search: SearchModel, view: View): Model {
  const last = Math.max(0, view.lastLine(model) ?? 0);
  const scroll = search.line === null ? search.from : Math.min(Math.max(0, search.line - 2), last);
  return scrollTo({ ...model, search }, scroll);
}

/** Opens a line for words to look for. */
export const openSearch: Handler = changing((model) => ({
  ...model,
  search: { text: "", typing: true, line: null, from: scrollOf(model), screens: model.screens },
}));

/** Other words to look for: the first line from here that has them, else the first of all. */
export function setSearch(model: Model, text: string, view: View): Model {
  const search = searchOf(model);
  if (search === null) return model;
  const matches = matchesOf(view.lines(model), text);
  const line = matches.find((index) => index >= search.from) ?? matches[0] ?? null;
  return toLine(model, { ...search, text, line }, view);
}

/** To another line that has the words; behind the last one comes the first. */
export const searchBy =
  (by: 1 | -1): Handler =>
  (model, _press, view) => {
    const search = searchOf(model);
    if (search === null) return update(model);
    const matches = matchesOf(view.lines(model), search.text);
    const index = matches.indexOf(search.line ?? -1);
    const next = index === -1 ? 0 : (index + by + matches.length) % matches.length;
    const found = { ...search, line: matches[next] ?? null };
    const nextModel = toLine(model, found, view);
    return update(search.typing ? nextModel : say(nextModel, searchSaid(found, view.lines(model))));
  };

/** Keeps the line that was found, and gives the keys back. */
export const keepSearch: Handler = (model, press, view) => {
  const search = searchOf(model);
  if (search === null || search.text.trim() === "") return closeSearch(model, press, view);
  const text = searchSaid(search, view.lines(model));
  if (search.line === null) return refuse(model, text);
  return update(say({ ...model, search: { ...search, typing: false } }, text));
};

/** Looks for nothing any more. */
export const closeSearch: Handler = changing((model) => ({ ...model, search: null }));

/** Whether words were looked for here, so that there is a next line with them. */
export const canSearchOn = (model: Model): true | string =>
  searchText(model).trim() === "" ? "nothing was looked for on this page yet; / does" : true;

/** Lights a line of the screen and puts it there. */
export const showLine = (model: Model, line: number, view: View): Model =>
  toLine(model, { text: "", typing: false, line, from: scrollOf(model), screens: model.screens }, view);
