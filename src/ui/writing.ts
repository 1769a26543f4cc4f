/** Words of the person's own: a note, or the reason for a decision. Enter keeps them, Esc takes them back. */
import { paragraph, rule } from "./layout.ts";
import { line, span, type Line } from "./line.ts";
import type { Entry, Model, Purpose } from "./model.ts";
import { startRun } from "./start.ts";
import type { Look } from "./theme.ts";
import { refuse, update, type Update } from "./update.ts";
import { clean, countText } from "../engine/words.ts";

type PurposeOf<K extends Purpose["kind"]> = Extract<Purpose, { kind: K }>;

/** More than this is a document, not a note. */
const MOST = 500;

/** Opens a line for words. */
export const write = (model: Model, entry: Omit<Entry, "text">): Model => ({ ...model, entry: { ...entry, text: "" } });

/** How many characters are missing; 0 and less where there are enough. */
export const missingCount = ({ least, text }: Entry): number => least - text.trim().length;

/** The words as they stand in the line; '' where there is none. */
export const wordsOf = ({ entry }: Model): string => entry?.text ?? "";

/** Puts other words into the line, as far as it has room for them; a line break is a space. */
export const setWords = (model: Model, words: string): Model =>
  model.entry === null
    ? model
    : { ...model, entry: { ...model.entry, text: Array.from(words.replace(/\s+/gu, " ")).slice(0, MOST).join("") } };

/** Closes the line and forgets its words. */
export const stopWriting = (model: Model): Model => (model.entry === null ? model : { ...model, entry: null });

/** What each kind of words is handed to. */
const KEEPS: { readonly [K in Purpose["kind"]]: (model: Model, purpose: PurposeOf<K>, text: string) => Update } = {
  note: (model, { run_id }, text) => update(model, { type: "note", run_id, text }),
  close: (model, { run_id }, text) => startRun(model, { kind: "close", run_id, note: text }),
  choice: (model, { choice }, text) => update(model, { type: "choose", choice, note: text }),
  input: (model, _purpose, text) => update(model, { type: "choose", choice: "", note: text }),
};

/** Takes the line away; without an input that was asked for nothing begins. */
export const takeBack = (model: Model): Update =>
  model.entry?.purpose.kind === "input"
    ? update(stopWriting(model), { type: "refuse", says: "nothing was given" })
    : update(stopWriting(model));

/** The row of a kind takes words of that kind: the compiler cannot follow that through the table. */
const keepFor = (model: Model, purpose: Purpose, text: string): Update =>
  (KEEPS[purpose.kind] as (model: Model, purpose: Purpose, text: string) => Update)(model, purpose, text);

/** Hands the words on, or says how much is missing. */
export function keepWords(model: Model): Update {
  const { entry } = model;
  if (entry === null) return update(model);
  const text = entry.text.trim();
  const missing = missingCount(entry);
  return missing > 0
    ? refuse(model, `that says too little: ${countText(missing, "more character")} at least`)
    : keepFor(stopWriting(model), entry.purpose, text);
}

/** What Enter does with words of each kind. */
const ENTERS: Readonly<Record<Purpose["kind"], string>> = {
  note: "writes it into the journal",
  close: "closes the run",
  choice: "decides with it",
  input: "gives it",
};

/** The line as it stands above the keys. */
export function entryLines(entry: Entry, look: Look): Line[] {
  const missing = missingCount(entry);
  const escape = entry.text === "" ? "Esc takes it back." : "Esc clears it.";
  const enter = `Enter ${ENTERS[entry.purpose.kind]}`;
  const hint =
    missing > 0 ? `${countText(missing, "more character")}, then ${enter}. ${escape}` : `${enter}. ${escape}`;
  return [
    rule(look, entry.prompt),
    ...paragraph(`${clean(entry.text)}${look.glyphs.cursor}`, look.columns, "strong"),
    line(span("muted", hint)),
  ];
}
