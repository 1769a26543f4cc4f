/** All keys of the screen below, and what the marks mean. */
import { clean } from "../engine/words.ts";
import { fit } from "./cells.ts";
import { keysOf } from "./footer.ts";
import { keyName, MODE_TITLES } from "./key-names.ts";
import { paragraph } from "./layout.ts";
import { line, span, textOf, type Line } from "./line.ts";
import { marksOf } from "./marks.ts";
import { modeOf } from "./mode.ts";
import type { Model } from "./model.ts";
import type { Look } from "./theme.ts";
import { inWords, titleIn } from "./words.ts";

interface Term {
  readonly keys: string;
  readonly help: string;
  readonly refusal?: string;
}

/** Keys or signs on the left, what is said of each on the right; a key that does nothing now is dimmed, with the reason. */
function termLines(terms: readonly Term[], { columns, words: siteWords }: Look): Line[] {
  return terms.flatMap(({ keys, help, refusal = "" }) => {
    const isIdle = refusal !== "";
    const text = isIdle ? `${inWords(help, siteWords)}. Not now: ${clean(refusal)}` : inWords(help, siteWords);
    const [first = "", ...rest] = paragraph(text, columns - 20).map(textOf);
    const tone = isIdle ? "muted" : "plain";
    return [
      line("  ", span(isIdle ? "muted" : "accent", fit(keys, 18)), span(tone, first)),
      ...rest.map((more) => line(" ".repeat(20), span(tone, more))),
    ];
  });
}

const RULE =
  "Nothing is changed before you approved the page that shows it. Enter never approves; Esc is always no. Everything is written into the journal first.";

const modelBelow = (model: Model): Model => ({ ...model, screens: model.screens.slice(0, -1) });

/** All keys of the screen below. */
export function helpLines(model: Model, look: Look): Line[] {
  const below = modelBelow(model);
  const mode = modeOf(below);
  const marks = marksOf(mode, look.glyphs);
  return [
    line(span("strong", titleIn(MODE_TITLES[mode], look.words))),
    line(""),
    ...termLines(keysOf(model.runbooks, mode, look.words, below), look),
    line(""),
    ...(marks.length === 0 ? [] : [line(span("strong", "Marks")), line(""), ...termLines(marks, look), line("")]),
    ...paragraph(RULE, look.columns),
  ];
}

/** The line of the help that tells what a key does on the screen below; -1 where it does nothing there. */
export function keyIndex(model: Model, key: string, look: Look): number {
  const name = keyName(key);
  const row = keysOf(model.runbooks, modeOf(modelBelow(model)), look.words).find(({ keys }) =>
    keys.split(" ").includes(name),
  );
  if (row === undefined) return -1;
  return helpLines(model, look).findIndex((each) => textOf(each).startsWith(`  ${fit(row.keys, 18)}`));
}
