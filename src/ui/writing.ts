/** Words of the person's own: a note, or the reason for a decision. Enter keeps them, Esc takes them back. */
import type { Console } from "./console.ts";
import type { Press } from "./press.ts";
import { paragraph, rule } from "./layout.ts";
import { line, span, type Line } from "./line.ts";
import type { Entry } from "./model.ts";
import type { Look } from "./theme.ts";
import { clean } from "../engine/words.ts";

/** More than this is a document, not a note. */
const MOST = 500;

/** Opens a line for words; `then` gets them once there are at least `least` characters. */
export function write(console: Console, wanted: Pick<Entry, "prompt" | "least">, then: (text: string) => void): void {
  console.written = then;
  console.store.set((model) => ({ ...model, entry: { ...wanted, text: "" } }));
}

function change(console: Console, made: (text: string) => string): void {
  console.store.set((model) =>
    model.entry === null
      ? model
      : { ...model, entry: { ...model.entry, text: Array.from(made(model.entry.text)).slice(0, MOST).join("") } },
  );
}

/** Adds typed or pasted characters; a line break is a space. */
export const writeMore = (console: Console, text: string): void =>
  change(console, (had) => had + text.replace(/\s+/gu, " "));

/** Keys of the line. False leaves the key to the table. */
export function typeWords(console: Console, { key, text }: Press): boolean {
  if (key === "backspace") change(console, (had) => Array.from(had).slice(0, -1).join(""));
  else if (text === "") return false;
  else writeMore(console, text);
  return true;
}

/** Closes the line and forgets its words. */
export function stopWriting(console: Console): void {
  console.written = null;
  console.store.set((model) => (model.entry === null ? model : { ...model, entry: null }));
}

/** Hands the words on, or says how much is missing. */
export function keepWords(console: Console): void {
  const { entry } = console.model;
  const { written } = console;
  if (entry === null) return;
  const text = entry.text.trim();
  if (text.length < entry.least)
    return console.say(`that says too little: ${entry.least - text.length} more characters at least`, "waiting");
  stopWriting(console);
  written?.(text);
}

/** The line as it stands above the keys. */
export function entryLines(entry: Entry, look: Look): Line[] {
  const missing = entry.least - entry.text.trim().length;
  const hint =
    missing > 0 ? `${missing} more characters, then Enter. Esc takes it back.` : "Enter keeps it. Esc takes it back.";
  return [
    rule(look, entry.prompt),
    ...paragraph(`${clean(entry.text)}${look.glyphs.cursor}`, look.columns, "strong"),
    line(span("muted", hint)),
  ];
}
