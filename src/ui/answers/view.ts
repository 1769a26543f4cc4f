/** The four answers as lines of the screen: the same four places on every page. */
import { clean, countText } from "../../engine/words.ts";
import { cells, fit } from "../cells.ts";
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

/** What happens and the command to come back, or the command alone where both do not fit. */
function lossText({ text, command }: Loss, columns: number): string {
  const whole = `${text}; ${command}`;
  return cells(whole) <= columns - TITLE_COLUMNS ? whole : command;
}

/** The answers of the page on the screen, a line each. */
export function answerLines(model: Model, look: Look): Line[] {
  const { loss, ...others } = answersOf(model, look);
  const answers = { ...others, loss: { ...loss, text: lossText(loss, look.columns) } };
  return (Object.keys(TITLES) as (keyof Answers)[]).map((name) => {
    const { text, tone } = answers[name];
    const words = line(span("muted", fit(TITLES[name], TITLE_COLUMNS)), span(tone, clean(text)));
    return fitLine(words, look.columns, look.glyphs.more);
  });
}
