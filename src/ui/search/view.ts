/** The line in which somebody types what to look for. */
import { clean } from "../../engine/words.ts";
import { line, span, type Line } from "../line.ts";
import type { Model } from "../model.ts";
import type { Look } from "../theme.ts";
import { searchOf, searchSaid } from "./act.ts";

/** What was typed, and how many of the page's lines have it. */
export function searchLine(model: Model, lines: readonly Line[], { glyphs }: Look): Line {
  const search = searchOf(model);
  if (search === null) return line("");
  const text = span("strong", clean(search.text));
  return line(span("accent", "/"), text, glyphs.cursor, span("muted", `  ${searchSaid(search, lines)}`));
}
