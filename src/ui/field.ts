/** The lines in which somebody types: what stands in each, what becomes of it, and the keys that all of them have. */
import { nameOf, setName } from "./ask/act.ts";
import { filterOf, setFilter } from "./filter.ts";
import { modeOf } from "./mode.ts";
import type { Mode, Model } from "./model.ts";
import { setPaletteText } from "./palette/act.ts";
import { searchText, setSearch } from "./search/act.ts";
import { refuse, say, update, type Handler, type View } from "./update.ts";
import { setWords, wordsOf } from "./writing.ts";

/** A line of text: what stands in it, and the model in which another text does. */
interface Field {
  readonly text: (model: Model) => string;
  readonly set: (model: Model, text: string, view: View) => Model;
  /** What is said where Esc has cleared it; '' where nothing has to be. */
  readonly cleared: string;
}

const FIELDS = {
  filter: { text: filterOf, set: (model, text) => setFilter(model, text, true), cleared: "" },
  typed: {
    text: nameOf,
    set: setName,
    cleared: "the name was cleared, and nothing was refused; Esc once more is no",
  },
  palette: { text: ({ palette }) => palette.text, set: setPaletteText, cleared: "" },
  search: { text: searchText, set: setSearch, cleared: "" },
  writing: { text: wordsOf, set: setWords, cleared: "the words were cleared; Esc once more takes the line away" },
} as const satisfies Partial<Record<Mode, Field>>;

/** The modes in which letters are text. */
export const TYPING = Object.keys(FIELDS) as (keyof typeof FIELDS)[];

const isTyping = (mode: Mode): mode is keyof typeof FIELDS => Object.hasOwn(FIELDS, mode);

const fieldOf = (model: Model): Field | null => {
  const mode = modeOf(model);
  return isTyping(mode) ? FIELDS[mode] : null;
};

/** What stands in the line that somebody types in; '' where nobody does. */
export const fieldText = (model: Model): string => fieldOf(model)?.text(model) ?? "";

const editing =
  (edit: (text: string) => string): Handler =>
  (model, _press, view) => {
    const text = fieldText(model);
    if (text === "") return refuse(model, "nothing stands in the line");
    return update(fieldOf(model)?.set(model, edit(text), view) ?? model);
  };

/** Takes the last character away. */
export const rubOut: Handler = editing((text) => Array.from(text).slice(0, -1).join(""));

/** Takes the last word away, and the blanks behind it. */
export const rubOutWord: Handler = editing((text) => text.trimEnd().replace(/\S+$/u, ""));

/** Takes all of it away. */
export const clearField: Handler = editing(() => "");

/** Adds characters at the end. */
export const typeMore = (model: Model, text: string, view: View): Model | null =>
  fieldOf(model)?.set(model, fieldText(model) + text, view) ?? null;

/** A handler of Esc that first clears what stands in the line: only in an empty one does it leave, or say no. */
export const clearFirst =
  (leave: Handler): Handler =>
  (model, press, view) => {
    if (fieldText(model) === "") return leave(model, press, view);
    const { model: nextModel } = clearField(model, press, view);
    return update(say(nextModel, fieldOf(model)?.cleared ?? ""));
  };

/** The footer's word for such an Esc. */
export const clearLabel =
  (leave: string) =>
  (model: Model): string =>
    fieldText(model) === "" ? leave : "clear";
