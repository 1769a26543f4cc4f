/** The question which targets are meant, as lines. */
import { clean } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { WhichModel } from "./question.ts";

export function whichLines(question: WhichModel, columns: number): Line[] {
  const options = question.options.flatMap(({ title }, index) =>
    paragraph(`  ${index + 1}    ${clean(title)}`, columns, "strong", 7),
  );
  return [
    ...paragraph(question.why, columns, "waiting"),
    line(""),
    ...options,
    line(span("strong", "  Esc"), "  back; nothing is begun"),
    line(""),
    ...question.targets.map(({ label, key, shown: isShown }) =>
      line(
        span(isShown ? "plain" : "waiting", `  ${isShown ? "shown " : "hidden"}  `),
        clean(label),
        span("muted", `  ${clean(key)}`),
      ),
    ),
  ];
}
