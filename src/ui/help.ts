/** All keys of the screen below, and what the marks mean. */
import { fit } from "./cells.ts";
import { keysOf } from "./footer.ts";
import { MODE_TITLES } from "./key-names.ts";
import { paragraph } from "./layout.ts";
import { line, span, type Line } from "./line.ts";
import { modeOf } from "./mode.ts";
import type { Model } from "./model.ts";
import type { Look } from "./theme.ts";
import { titleIn } from "./words.ts";

export function helpLines(model: Model, look: Look): Line[] {
  const mode = modeOf({ ...model, screens: model.screens.slice(0, -1) });
  const rows = keysOf(model.runbooks, mode, look.words);
  const lines: Line[] = [line(span("strong", titleIn(MODE_TITLES[mode], look.words))), line("")];
  for (const { keys, help } of rows) {
    const [first = "", ...rest] = paragraph(help, look.columns - 20).map((words) =>
      words.map(({ text }) => text).join(""),
    );
    lines.push(line("  ", span("accent", fit(keys, 18)), first), ...rest.map((text) => line(" ".repeat(20), text)));
  }
  lines.push(line(""), line(span("strong", "Marks")), line(""));
  const { glyphs } = look;
  lines.push(
    line(
      `  ${glyphs.ok} ok   ${glyphs.bad} failed or stuck   ${glyphs.doubt} in doubt   ${glyphs.running} going on   ${glyphs.waiting} waiting   ${glyphs.planned} planned   ${glyphs.skipped} not needed`,
    ),
  );
  lines.push(
    line(""),
    ...paragraph(
      "Nothing is changed before you approved the page that shows it. Enter never approves; Esc is always no. Everything is written into the journal first.",
      look.columns,
    ),
  );
  return lines;
}
