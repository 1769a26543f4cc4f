/** The four answers as lines of the screen: the same four places on every page. */
import { clean, countText } from "../../engine/words.ts";
import { cells, fit, wrap } from "../cells.ts";
import { fitLine, line, span, type Line } from "../line.ts";
import { modeOf } from "../mode.ts";
import { top, type Mode, type Model, type Screen } from "../model.ts";
import { fill, FOOT_ROWS, footRows } from "../layout.ts";
import { commandOf } from "../sources.ts";
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

/** What happens and the command to come back, or the command alone where both do not fit: on as many lines as it takes. */
function lossTexts({ text, command }: Loss, columns: number): string[] {
  const room = columns - TITLE_COLUMNS;
  const whole = `${text}; ${command}`;
  return cells(whole) <= room ? [whole] : wrap(command, room);
}

/** Words that say the same shorter, one after the other until the answer fits: what it is about is never cut for them. */
const SHORTER: readonly (readonly [RegExp, string])[] = [
  [/, because .*$/u, ""],
  [/ \(asks before every change\)$/u, " (asks first)"],
  [/; a choice adds nothing$/u, ""],
  [/; under way: not known$/u, "; rest not known"],
  [/^of \d+ changes?: /u, ""],
  [/ by other means only/u, " by other means"],
  [/ Esc is no: none of it is done$/u, " Esc is no"],
  [/: the page says what is lost$/u, ""],
  [/; each says what undoes it\.$/u, ""],
  [/; (?:nothing of it is done|this page changes nothing|nothing to undo)$/u, ""],
];

function shorten(text: string, room: number): string {
  return SHORTER.reduce((short, [words, other]) => (cells(short) <= room ? short : short.replace(words, other)), text);
}

/** The answers of the page on the screen, a line each; a command to come back that is longer goes on in another one. */
export function answerLines(model: Model, look: Look): Line[] {
  const { loss, ...others } = answersOf(model, look);
  const [text = "", ...rest] = lossTexts(loss, look.columns);
  const answers = { ...others, loss: { ...loss, text } };
  const lines = (Object.keys(TITLES) as (keyof Answers)[]).map((name) => {
    const { text: answer, tone } = answers[name];
    const short = shorten(clean(answer), look.columns - TITLE_COLUMNS);
    const words = line(span("muted", fit(TITLES[name], TITLE_COLUMNS)), span(tone, short));
    return fitLine(words, look.columns, look.glyphs.more);
  });
  const below = rest.slice(0, MOST_ROWS).map((each) => line(" ".repeat(TITLE_COLUMNS), span(loss.tone, clean(each))));
  return fill([...lines, ...below], Math.max(lines.length + below.length, footRows(look) - KEY_ROWS));
}

/** The line of what was said last, and that of the keys. */
const KEY_ROWS = 2;

/** Words of the longest command that brings back to a run. */
const LONGEST = "resume 20000101-0000-xxxx";

/** So many more lines a command may take: a window of the least size has to have room for a page above it. */
const MOST_ROWS = 3;

/**
 * A window with as many lines at its bottom as a command to come back takes on any page of this site: a page that comes has
 * the room that the one before it had, whatever else is said there.
 */
export function withFoot(model: Model, look: Look): Look {
  const lines = wrap(commandOf(model.site, LONGEST), look.columns - TITLE_COLUMNS);
  return lines.length === 1 ? look : { ...look, footRows: FOOT_ROWS + Math.min(MOST_ROWS, lines.length - 1) };
}
