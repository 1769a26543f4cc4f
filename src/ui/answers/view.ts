/** The four answers as lines of the screen: the same four places on every page. */
import { clean, countText } from "../../engine/words.ts";
import { cells, fit, wrap } from "../cells.ts";
import { fitLine, line, span, type Line } from "../line.ts";
import { modeOf } from "../mode.ts";
import { top, type Mode, type Model, type Screen } from "../model.ts";
import type { Look } from "../theme.ts";
import { plain, TITLES, type Answers, type Loss } from "./answers.ts";
import { actionsOf } from "../palette/actions.ts";
import { missingCount } from "../writing.ts";
import { answersOfQuestion } from "./of-question.ts";
import { answersOfRun } from "./of-run.ts";
import { answersOfSite } from "./of-site.ts";

const BACK = "Esc goes back to the page that this lies over";

/** Screens that lie over another page, whose answers stay true: but for the key, which is that of the screen on top. */
const OVER: Readonly<Partial<Record<Screen, string>>> = {
  help: BACK,
  rows: BACK,
  page: BACK,
  changes: BACK,
  reason: BACK,
  palette: BACK,
  watch: BACK,
  leave: "p pauses, x leaves at once, Esc stays",
};

/** What comes next while somebody types a line on a page. */
const TYPED: Readonly<Partial<Record<Mode, string>>> = {
  filter: "Enter keeps the filter, Esc clears it",
  search: "Enter stays at the line that was found, Esc looks for nothing",
};

/** The same where it depends on what stands in the line. */
function typedText(model: Model, look: Look): string | undefined {
  const mode = modeOf(model);
  if (mode === "palette" && actionsOf(model, look).length === 0) return "Esc clears what was typed";
  if (mode === "palette") return "Enter does what the cursor is on, Esc goes back to the page below";
  if (mode !== "writing" || model.entry === null) return TYPED[mode];
  const missing = missingCount(model.entry);
  const escape = model.entry.text === "" ? "takes it back" : "clears it";
  return missing > 0
    ? `type ${countText(missing, "more character")}; Esc ${escape}`
    : `Enter keeps what was typed, Esc ${escape}`;
}

/** What the page on the screen answers. */
export function answersOf(model: Model, look: Look): Answers {
  const answers = answersOfPage(model, look);
  const next = typedText(model, look);
  return next === undefined ? answers : { ...answers, next: plain(next) };
}

function answersOfPage(model: Model, look: Look): Answers {
  const screen = top(model);
  const way = OVER[screen];
  if (way !== undefined && model.screens.length > 1)
    return { ...answersOfPage({ ...model, screens: model.screens.slice(0, -1) }, look), next: plain(way) };
  const run = screen === "run" ? model.run : screen === "replay" ? model.replay : null;
  if (run === null) return answersOfSite(model, look);
  return run.question === null || run.ended !== null
    ? answersOfRun(run, model, look)
    : answersOfQuestion(run.question, run, model, look);
}

const TITLE_COLUMNS = 11;

/** What happens and the command to come back, or the command alone where both do not fit: in words of it on two lines. */
function lossTexts({ text, command }: Loss, columns: number): readonly [string, string] {
  const room = columns - TITLE_COLUMNS;
  const whole = `${text}; ${command}`;
  if (cells(whole) <= room) return [whole, ""];
  const [first = "", ...rest] = wrap(command, room);
  return [first, rest.join(" ")];
}

/** Words that say the same shorter, one after the other until the answer fits. */
const SHORTER: readonly (readonly [RegExp, string])[] = [
  [/; under way: not known$/u, "; rest not known"],
  [/^of \d+ changes?: /u, ""],
  [/ by other means only/u, " by other means"],
];

function shorten(text: string, room: number): string {
  return SHORTER.reduce((short, [words, other]) => (cells(short) <= room ? short : short.replace(words, other)), text);
}

/** The answers of the page on the screen, a line each. */
export function answerLines(model: Model, look: Look): Line[] {
  const { loss, ...others } = answersOf(model, look);
  const [text] = lossTexts(loss, look.columns);
  const answers = { ...others, loss: { ...loss, text } };
  return (Object.keys(TITLES) as (keyof Answers)[]).map((name) => {
    const { text: answer, tone } = answers[name];
    const short = shorten(clean(answer), look.columns - TITLE_COLUMNS);
    const words = line(span("muted", fit(TITLES[name], TITLE_COLUMNS)), span(tone, short));
    return fitLine(words, look.columns, look.glyphs.more);
  });
}

/** What of the command to come back has no room behind the answers; null where all of it has. */
export function lossRest(model: Model, look: Look): Line | null {
  const { loss } = answersOf(model, look);
  const [, rest] = lossTexts(loss, look.columns);
  return rest === "" ? null : line(" ".repeat(TITLE_COLUMNS), span(loss.tone, clean(rest)));
}
