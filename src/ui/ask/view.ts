/** Approval and decision: one page, one question, nothing that could be pressed by mistake. */
import { START } from "../../engine/state.ts";
import { clean } from "../../engine/words.ts";
import { footRows, paragraph, rule, tooSmall } from "../layout.ts";
import { choiceNotes, type NoteForm } from "../../engine/question-text.ts";
import { cells, fit } from "../cells.ts";
import { apart, line, span, textOf, type Line } from "../line.ts";
import type { OpenChoice, OpenPage, OpenQuestion, RunModel } from "../model.ts";
import type { Look } from "../theme.ts";
import { drawPage, type PageDrawing } from "./page-lines.ts";
import { ARMING_MS, ignore, isNamed, linesBelow } from "./change.ts";
import { ownerText, waitersText } from "./whose.ts";
import { forget, isSame, see, unseen, type PageWindow, type Unseen } from "./sight.ts";

/** Lines of the window that a page of questions leaves for its content: above it its head, below it a rule and the foot. */
const askRoom = (look: Look): number => Math.max(2, look.rows - 3 - footRows(look));

/** The same of an approval page, which a name that is typed takes a line of. */
const pageRoom = ({ page }: OpenPage, look: Look): number => askRoom(look) - (page.typed === null ? 0 : 1);

/** The line of a name that is typed, letter by letter. */
function nameLine(open: OpenPage, name: string, look: Look): Line {
  const wrong = !name.startsWith(open.typed);
  const tone = isNamed(open) ? "ok" : wrong ? "danger" : "strong";
  return line(
    "Type ",
    span("danger", clean(name)),
    ` to approve: `,
    span(tone, `${clean(open.typed)}${look.glyphs.cursor}`),
    wrong ? span("danger", " not the name: Backspace") : "",
  );
}

/** The lines of a page as they stand now, and how many are below its window. */
export function pageBelow(open: OpenPage, look: Look): PageDrawing & { readonly last: number; readonly rest: number } {
  const drawing = drawPage(open.page, look.columns, open.openFolds);
  const last = Math.max(0, drawing.lines.length - pageRoom(open, look));
  return { ...drawing, last, rest: Math.max(0, last - open.scroll) };
}

/** What the window shows, by places of the page without a fold: what is folded there need not be seen. */
function windowOf(open: OpenPage, look: Look): PageWindow {
  const { places, last, count } = pageBelow(open, look);
  const first = Math.min(open.scroll, last);
  return {
    columns: look.columns,
    first: places[first] ?? 0,
    end: places[first + pageRoom(open, look)] ?? count,
    count,
  };
}

/**
 * The question with what the window shows of its page now; a window that is too small for any shows nothing. Lines that came
 * into sight have to stand before a key counts: several keys that arrive together move the window before any of it is drawn.
 */
export function seeQuestion(question: OpenQuestion, look: Look): OpenQuestion {
  if (question.kind !== "page" || tooSmall(look)) return question;
  const sight = see(question.sight, windowOf(question, look));
  // A name that is still to be typed listens anew by itself once it is whole.
  const isMore = isNamed(question) && question.sight !== null && !isSame(question.sight, sight);
  const armedAt = isMore ? Math.max(question.armedAt, look.nowMs + ARMING_MS) : question.armedAt;
  return { ...question, sight, armedAt };
}

/** The question after something else lay over it: it listens anew, and what is below the window has to be seen again. */
export function lookAway(question: OpenQuestion, look: Look): OpenQuestion {
  const nextQuestion = ignore(question, look.nowMs);
  if (nextQuestion.kind !== "page") return nextQuestion;
  return { ...nextQuestion, sight: forget(nextQuestion.sight, windowOf(nextQuestion, look)) };
}

/** What of a page is still to be seen, after what the window shows now; null where all of it was. */
export function unseenOf(open: OpenPage, look: Look): Unseen | null {
  const shown = windowOf(open, look);
  const sight = see(open.sight, shown);
  const rest = unseen(sight, shown);
  if (rest === null) return null;
  const { places } = pageBelow(open, look);
  // Lines that are folded are not waited for.
  return { ...rest, count: places.filter((place) => place >= sight.from && place < sight.to).length };
}

/** Which run of which site: a page never leaves open whether it is about a lab. */
function whereNow(run: RunModel): string {
  const { state } = run;
  if (state === null) return "";
  const { site } = state.created;
  return `${site.lab === null ? `site ${clean(site.name)}` : `LAB ${clean(site.lab)}`}  run ${state.run_id}`;
}

/** Where a run supervises its first target before the others, its pages say so. */
function canaryNow(run: RunModel, { page }: OpenPage, { words }: Look): string {
  const { state } = run;
  const first = state?.created.batch?.canary === true && page.phase !== START && page.targets.length === 1;
  return first && page.targets[0]?.key === state.targets[0]?.key
    ? `the first of ${state.targets.length} ${words.targets}; the others wait for it`
    : "";
}

/** Where the page stands and who comes after it; in a narrow window without the run, which the last answer names. */
function placeOfPage(run: RunModel, open: OpenPage, look: Look): string {
  const others = canaryNow(run, open, look) || waitersText(run, open.page, look);
  const place = whereNow(run);
  const whole = others === "" ? place : `${place}  ${others}`;
  return cells(whole) <= look.columns - 4 ? whole : `${place.replace(/ {2}run .*$/u, "")}  ${others}`;
}

export function approvalHead(run: RunModel, open: OpenPage, look: Look): Line[] {
  const { page } = open;
  const destroys = page.risk === "destroy";
  const heading = page.phase === START ? "APPROVAL to begin" : "APPROVAL";
  const final = page.summary.lost.length > 0;
  const risk = span(
    destroys ? "danger" : "waiting",
    final ? "risk: cannot be undone" : destroys ? "risk: needs the typed name" : "risk: changes",
  );
  // The title is cut before the name of the one that it is about.
  const owner = ownerText(run, page);
  const room = look.columns - cells(`${heading}: `) - cells(owner) - cells(risk.text) - 1;
  const name = cells(clean(page.title)) > room ? fit(clean(page.title), room, look.glyphs.more) : clean(page.title);
  const title = line(span(destroys ? "danger" : "accent", `${heading}: `), span("strong", `${name}${owner}`));
  return [apart(title, line(risk), look.columns, look.glyphs.more), rule(look, placeOfPage(run, open, look))];
}

export function approvalBody(open: OpenPage, look: Look): Line[] {
  const { lines, last, rest } = pageBelow(open, look);
  const from = Math.min(open.scroll, last);
  const room = pageRoom(open, look);
  const excerpt = lines.slice(from, from + room);
  const progress = last === 0 ? "" : rest > 0 ? `${linesBelow(rest, "more ")} below: PgDn` : "the end of the page";
  const upper = [...excerpt, ...Array.from({ length: Math.max(0, room - excerpt.length) }, () => line(""))];
  const { typed: name } = open.page;
  return [...upper, rule(look, progress), ...(name === null ? [] : [nameLine(open, name, look)])];
}

const QUESTIONS: Readonly<Record<OpenChoice["question"]["asks"], string>> = {
  gate: "DECISION: ",
  failure: "A STEP FAILED: ",
  doubt: "IN DOUBT: ",
  rescue: "THE PHASE FAILED: ",
  climb: "THE RUNG DID NOT WORK: ",
  canary: "THE FIRST ONE FAILED: ",
  manual: "YOU DO THIS: ",
  input: "INPUT: ",
};

export const decisionHead = (run: RunModel, open: OpenChoice, look: Look): Line[] => [
  line(span("accent", QUESTIONS[open.question.asks]), span("strong", clean(open.question.label))),
  rule(look, whereNow(run)),
];

/** What is asked, each target's own part on lines of its own. */
const questionLines = (open: OpenChoice, look: Look): Line[] =>
  open.question.question.split("\n").flatMap((text) => paragraph(clean(text), look.columns));

/**
 * What is asked; below it what follows from each choice, where the window is too low for that to stand with the choices
 * themselves: it is found by scrolling, and never nowhere.
 */
export function decisionLines(open: OpenChoice, look: Look): Line[] {
  const { question } = open;
  const lines = questionLines(open, look);
  if (choiceForm(open, look) <= FORMS.indexOf("brief")) return lines;
  const notes = question.choices.flatMap(({ id, title }, index) => {
    const text = choiceNotes(question, id, "brief").join("; ");
    return text === "" ? [] : paragraph(`${index + 1} ${clean(title)}: ${text}`, look.columns, "muted", 2);
  });
  return [...lines, ...notes];
}

/** What of a choice is said under its title. */
type NotesOf = (id: string) => readonly string[];

/** The choices with a key each; the key of the one that is advised is lit. */
function titleLines({ question }: OpenChoice, look: Look, notesOf: NotesOf): Line[] {
  return question.choices.flatMap((choice, index) => {
    const stops =
      choice.then === "stop" && question.asks !== "failure" && question.asks !== "doubt" ? " [stops here]" : "";
    const [first = [], ...rest] = paragraph(`     ${clean(choice.title)}${stops}`, look.columns, "strong", 5);
    const key = span(question.advice?.choice === choice.id ? "focus" : "strong", ` ${index + 1} `);
    const title = line(span("plain", " "), key, span("strong", ` ${textOf(first).trimStart()}`));
    const notes = notesOf(choice.id).flatMap((text) => paragraph(`     ${text}`, look.columns, "muted", 5));
    return [title, ...rest, ...notes];
  });
}

/** The longest that the window has room for is said: what cannot be undone is in each. */
const FORMS: readonly NoteForm[] = ["whole", "brief", "least"];

/** Lines that are kept for the question itself where the choices would take them. */
const QUESTION_LEAST = 3;

/** What is said of each choice, the most first. */
function notesForms({ question }: OpenChoice): readonly NotesOf[] {
  return [
    ...FORMS.map(
      (form): NotesOf =>
        (id) =>
          choiceNotes(question, id, form),
    ),
    // A choice that ends the run or asks again says so itself.
    (id) =>
      question.choices.some((choice) => choice.id === id && choice.then === "go-on")
        ? choiceNotes(question, id, "least")
        : [],
    () => [],
  ];
}

/** The place of the form that the window has room for. */
function choiceForm(open: OpenChoice, look: Look): number {
  const room = askRoom(look) - 1 - Math.min(QUESTION_LEAST, questionLines(open, look).length);
  const forms = notesForms(open);
  const index = forms.findIndex((notesOf) => titleLines(open, look, notesOf).length <= room);
  return index === -1 ? forms.length - 1 : index;
}

/**
 * The choices are always on the screen: nobody has to press a number whose meaning they cannot see. What follows from them
 * stands there, too: first shorter for all of them than for one alone.
 */
function choiceLines(open: OpenChoice, look: Look): Line[] {
  const notesOf = notesForms(open)[choiceForm(open, look)];
  return titleLines(open, look, notesOf ?? (() => []));
}

/** Lines of the window that the question itself has. */
export const decisionRoom = (open: OpenChoice, look: Look): number =>
  Math.max(2, askRoom(look) - choiceLines(open, look).length - 1);

/** Lines of an open question that the window shows at once. */
export const questionRoom = (question: OpenQuestion, look: Look): number =>
  question.kind === "page" ? pageRoom(question, look) : decisionRoom(question, look);

export function decisionBody(open: OpenChoice, look: Look): Line[] {
  const lines = decisionLines(open, look);
  const room = decisionRoom(open, look);
  const last = Math.max(0, lines.length - room);
  const from = Math.min(open.scroll, last);
  const excerpt = lines.slice(from, from + room);
  const restText = last > from ? `${linesBelow(last - from, "more ")} below: PgDn` : "";
  const choices = choiceLines(open, look);
  // A short question stands directly above its choices.
  const gap = Array.from({ length: Math.max(0, room - excerpt.length) }, () => line(""));
  return [...excerpt, restText === "" ? line("") : rule(look, restText), ...choices, ...gap, rule(look, "")];
}
