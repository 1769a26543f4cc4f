/** All keys of the screen below, and what the marks mean. */
import { fit } from "./cells.ts";
import { keysOf } from "./footer.ts";
import { MODE_TITLES } from "./key-names.ts";
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
}

/** Keys or signs on the left, what is said of each on the right. */
function termLines(terms: readonly Term[], { columns, words: siteWords }: Look): Line[] {
  return terms.flatMap(({ keys, help }) => {
    const [first = "", ...rest] = paragraph(inWords(help, siteWords), columns - 20).map(textOf);
    return [line("  ", span("accent", fit(keys, 18)), first), ...rest.map((text) => line(" ".repeat(20), text))];
  });
}

const RULE =
  "Nothing is changed before you approved the page that shows it. Enter never approves; Esc is always no. Everything is written into the journal first.";

export function helpLines(model: Model, look: Look): Line[] {
  const mode = modeOf({ ...model, screens: model.screens.slice(0, -1) });
  const marks = marksOf(mode, look.glyphs);
  return [
    line(span("strong", titleIn(MODE_TITLES[mode], look.words))),
    line(""),
    ...termLines(keysOf(model.runbooks, mode, look.words), look),
    line(""),
    ...(marks.length === 0 ? [] : [line(span("strong", "Marks")), line(""), ...termLines(marks, look), line("")]),
    ...paragraph(RULE, look.columns),
  ];
}
