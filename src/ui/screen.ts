/** Any screen as exactly as many lines as the window has: the one place that knows which view belongs to which mode. */
import { answerLines } from "./answers/view.ts";
import { approvalBody, approvalHead, decisionBody, decisionHead } from "./ask/view.ts";
import { boardBody, boardHead } from "./board/view.ts";
import { clean } from "../engine/words.ts";
import { foot } from "./footer.ts";
import { journalBody } from "./runs/view.ts";
import { MODE_TITLES } from "./key-names.ts";
import { fill, footRows, frame, inWindow, MIN, paragraph, rule, tooSmall } from "./layout.ts";
import { apart, fitLine, inTone, line, span, type Line } from "./line.ts";
import { modeOf } from "./mode.ts";
import { isDriving, top, type Mode, type Model, type OpenQuestion, type RunModel } from "./model.ts";
import { paletteBody } from "./palette/view.ts";
import { isWindow, scrollOf } from "./scroll.ts";
import { searchOf } from "./search/act.ts";
import { searchLine } from "./search/view.ts";
import { windowLines } from "./window.ts";
import { underWay } from "./run/now.ts";
import { showsReceipt } from "./run/over.ts";
import { receiptBody } from "./run/receipt.ts";
import { runBody, runTitle } from "./run/view.ts";
import type { Look } from "./theme.ts";
import { titleIn } from "./words.ts";
import { entryLines } from "./writing.ts";

/** Which lab it is, if it is one, and whether anything may be changed there. */
function placeSpans({ site }: Model, speed: string): Line {
  const lab = site.lab === null ? [] : [span("waiting", `LAB ${clean(site.lab)}${speed}`), span("plain", "  ")];
  const access = site.readOnly ? [span("waiting", "READ ONLY  ")] : [];
  return [...lab, ...access];
}

/** Who is looking at what in a low window: before the title of a run, where the bar of the site has no line. */
function placeBefore(model: Model): Line {
  const { site } = model;
  const name = site.lab === null ? `${clean(site.name)} ` : "";
  return [...placeSpans(model, ""), span("muted", `${name}as ${clean(site.operator)}`), span("plain", "  ")];
}

/** Who is looking at what: never missing, so that nobody takes a lab for the real thing or the other way round. */
function siteBar(model: Model, look: Look, title: string): Line[] {
  const { site } = model;
  const speed = site.scale === 1 ? "" : ` at ${site.scale} times speed`;
  const header = [span("accent", "HANDRAIL  "), ...placeSpans(model, speed), span("strong", title)];
  const banners = site.banners.map((text) => line(span("danger", `! ${clean(text)}`)));
  return [
    apart(
      header,
      line(span("muted", `${site.lab === null ? `${clean(site.name)} ` : ""}as ${clean(site.operator)}`)),
      look.columns,
      look.glyphs.more,
    ),
    ...banners.slice(0, 2),
  ];
}

function titleOf(model: Model, look: Look): string {
  switch (top(model)) {
    case "board":
      return boardHead(model, look);
    case "detail":
      return clean(model.detail?.target.label ?? "");
    case "plan":
      return clean(model.runbooks?.find(({ id }) => id === model.plan.runbook)?.title ?? "Plan");
    case "doubt":
      return "A run was left open";
    case "rows":
      return MODE_TITLES.rows;
    default:
      return titleIn(MODE_TITLES[modeOf(model)], look.words);
  }
}

function leaveLines(model: Model, look: Look): Line[] {
  const state = model.run?.state ?? null;
  const going = state === null ? null : underWay(state);
  const text =
    going === null
      ? "No change is under way."
      : `Under way: ${clean(going.slot.title)} of ${clean(going.target.label)}.`;
  return [
    line(""),
    ...paragraph(text, look.columns, going === null ? "ok" : "waiting"),
    line(""),
    line(
      span("accent", "  p  "),
      going === null
        ? "pause; the run can be taken up again"
        : "finish the step that runs, then pause; the run can be taken up again",
    ),
    line(
      span("accent", "  x  "),
      going === null
        ? "leave now; the run can be taken up again"
        : "leave now: the step goes on without us and is in doubt until somebody looks",
    ),
    line(span("accent", "  Esc  "), "stay"),
  ];
}

/** The lines with the one that was looked for in the tone of the cursor. */
function lit(lines: readonly Line[], model: Model): readonly Line[] {
  const current = searchOf(model)?.line ?? null;
  return current === null ? lines : lines.map((each, index) => (index === current ? inTone(each, "focus") : each));
}

function body(model: Model, look: Look, height: number): Line[] {
  const screen = top(model);
  if (isWindow(screen)) return inWindow(lit(windowLines(model, look) ?? [], model), scrollOf(model), look, height);
  switch (screen) {
    case "board":
      return boardBody(model, look, height);
    case "journal":
      return journalBody(model, look, height);
    case "palette":
      return paletteBody(model, look, height);
    case "leave":
      return leaveLines(model, look);
    case "run":
    case "replay": // `runParts` has it
      return [];
  }
}

/** The whole window. Every line is exactly as wide as it, so nothing can wrap. */
export function screenLines(model: Model, look: Look): Line[] {
  if (tooSmall(look)) {
    const going = isDriving(model) ? "The run goes on. " : "";
    const text = `Handrail needs ${MIN.columns}x${MIN.rows}; this is ${look.columns}x${look.rows}. ${going}Ctrl-C leaves.`;
    return frame(look, { head: paragraph(text, look.columns, "waiting").slice(0, look.rows), body: [], foot: [] });
  }
  const lines = screenUnder(model, look);
  if (modeOf(model) !== "writing" || model.entry === null) return lines;
  const words = entryLines(model.entry, look).map((row) => fitLine(row, look.columns, look.glyphs.more));
  const from = Math.max(0, look.rows - footRows(look) - words.length);
  return [...lines.slice(0, from), ...words, ...lines.slice(look.rows - footRows(look))];
}

const RUNS: Readonly<Partial<Record<Mode, "run" | "replay">>> = {
  run: "run",
  ended: "run",
  starting: "run",
  replay: "replay",
  watching: "replay",
};

/** The run that fills the screen; null where another screen does. */
function runIn(model: Model, mode: Mode): RunModel | null {
  const name = RUNS[mode];
  return name === undefined ? null : model[name];
}

interface Parts {
  readonly head: readonly Line[];
  readonly body: readonly Line[];
}

const questionParts = (run: RunModel, question: OpenQuestion, look: Look): Parts =>
  question.kind === "page"
    ? { head: approvalHead(run, question, look), body: approvalBody(question, look) }
    : { head: decisionHead(run, question, look), body: decisionBody(question, look) };

function runParts(model: Model, run: RunModel, look: Look, room: number): Parts {
  const isLow = look.rows <= 22;
  const site = siteBar(model, look, "").slice(0, isLow ? 0 : 1);
  const head = [...site, ...runTitle(run, look, isLow ? placeBefore(model) : [])];
  const height = room - head.length;
  const body = showsReceipt(run) ? receiptBody(model, run, look) : runBody(run, look, height);
  return { head, body };
}

function screenParts(model: Model, look: Look, room: number): Parts {
  const head = [...siteBar(model, look, titleOf(model, look)), rule(look)];
  return { head, body: [...fill(body(model, look, room - head.length - 1), room - head.length - 1), rule(look)] };
}

const ASKED: ReadonlySet<Mode> = new Set(["approval", "typed", "decision"]);

/** The last two lines; where somebody looks for words, they stand where something is said else. */
function feetOf(model: Model, look: Look): readonly Line[] {
  const [message = line(""), keys = line("")] = foot(model, look);
  const lines = modeOf(model) === "search" ? windowLines(model, look) : null;
  return [lines === null ? message : searchLine(model, lines, look), keys];
}

/** The screen without the line in which somebody writes. */
function screenUnder(model: Model, look: Look): Line[] {
  const feet = [...answerLines(model, look), ...feetOf(model, look)];
  const room = look.rows - feet.length;
  const mode = modeOf({ ...model, entry: null });
  const run = ASKED.has(mode) ? model.run : runIn(model, mode);
  if (run === null) return frame(look, { ...screenParts(model, look, room), foot: feet });
  const parts =
    ASKED.has(mode) && run.question !== null
      ? questionParts(run, run.question, look)
      : runParts(model, run, look, room);
  return frame(look, { ...parts, foot: feet });
}
