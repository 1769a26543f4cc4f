/** The question which targets are meant, as lines. */
import { clean } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { WhichModel } from "../model.ts";

export function whichLines(which: WhichModel, columns: number): Line[] {
  const options = which.options.flatMap(({ title }, index) =>
    paragraph(`  ${index + 1}    ${clean(title)}`, columns, "strong", 7),
  );
  return [
    ...paragraph(which.why, columns, "waiting"),
    line(""),
    ...options,
    line(span("strong", "  Esc"), "  back; nothing is begun"),
    line(""),
    ...which.targets.map(({ label, key, shown }) =>
      line(
        span(shown ? "plain" : "waiting", `  ${shown ? "shown " : "hidden"}  `),
        clean(label),
        span("muted", `  ${clean(key)}`),
      ),
    ),
  ];
}
