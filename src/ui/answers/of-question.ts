/** What a question answers: the page that is asked about, or the decision. */
import { wayBackLine } from "../../engine/document-lines.ts";
import { timeOf } from "../../engine/words.ts";
import { isArmed, isNamed, linesBelow } from "../ask/change.ts";
import { unseenOf } from "../ask/view.ts";
import { span, type TextSpan } from "../line.ts";
import type { Model, OpenChoice, OpenPage, OpenQuestion, RunModel } from "../model.ts";
import { commandOf } from "../sources.ts";
import type { Look } from "../theme.ts";
import { lossOf, plain, type Answers } from "./answers.ts";
import { undoOfRun } from "./of-run.ts";

/** What Esc does now: half a name is cleared before anything is refused. */
const escapeText = ({ typed: name }: OpenPage): string =>
  name === "" ? "Esc is no: none of it is done" : "Esc clears the name, once more is no";

/** Which key answers a page now, and what has to come before. */
function nextOfPage(open: OpenPage, look: Look): TextSpan {
  const rest = unseenOf(open, look);
  const escape = escapeText(open);
  if (rest !== null && open.page.typed !== null && !isNamed(open))
    return span(
      "waiting",
      `${rest.key}: ${linesBelow(rest.count)} ${rest.side}; then type ${open.page.typed}, press a. Esc is no`,
    );
  if (rest !== null)
    return span("waiting", `See the ${linesBelow(rest.count)} ${rest.side} first (${rest.key}). ${escape}`);
  const tone = isArmed(open, look.nowMs) ? "strong" : "muted";
  const { typed: name } = open.page;
  if (name === null) return span(tone, `Press a to approve all of this page. ${escape}`);
  return isNamed(open)
    ? span(tone, `The name is right. Press a to do it. ${escape}`)
    : span("strong", `Type it in full, then press a. ${escape}`);
}

function answersOfPage(open: OpenPage, look: Look): Omit<Answers, "loss"> {
  const { page } = open;
  const { text, tone } = wayBackLine(page);
  const changes = page.targets.some(({ steps }) => steps.length > 0);
  return {
    now: plain(`waits for you since ${timeOf(page.at)}; nothing of this page is done`),
    next: nextOfPage(open, look),
    undo: changes
      ? {
          // What is lost stands on the page; the line has room for how much cannot be undone.
          text: tone === "danger" ? text.replace(/: .*$/su, ": the page says what is lost") : text,
          tone: tone === "muted" || tone === "accent" ? "plain" : tone,
        }
      : plain("nothing to undo: this page only begins the run"),
  };
}

/** What has to be told before a run begins. */
const ANSWERS_OF_INPUT: Omit<Answers, "loss"> = {
  now: plain("waits for your answer; the run has not begun"),
  next: span("strong", "Type it, then Enter. Esc: nothing is given, and no run begins"),
  undo: plain("nothing to undo: nothing was begun"),
};

function answersOfChoice(open: OpenChoice, run: RunModel, model: Model, look: Look): Omit<Answers, "loss"> {
  const { choices, advice, apart, asks } = open.question;
  if (asks === "input") return ANSWERS_OF_INPUT;
  const undo = run.state === null ? plain("nothing to undo") : undoOfRun(run.state, run.history);
  return {
    now: plain("waits for your decision; nothing it is about goes on before"),
    next: span(
      isArmed(open, look.nowMs) ? "strong" : "muted",
      `${advice === undefined ? "" : "1 is advised. "}1-${choices.length} decide${apart === undefined ? "" : ", t each apart"}. Esc: no decision, pauses`,
    ),
    undo: { ...undo, text: undo.tone === "unknown" ? undo.text : `${undo.text}; a choice adds nothing` },
  };
}

/** What an open question of a run answers. */
export function answersOfQuestion(question: OpenQuestion, run: RunModel, model: Model, look: Look): Answers {
  const answers =
    question.kind === "page" ? answersOfPage(question, look) : answersOfChoice(question, run, model, look);
  const id = run.state?.run_id ?? "";
  // Before there is a run nothing can be taken up again.
  if (run.state === null)
    return { ...answers, loss: lossOf("nothing was begun, and nothing is", commandOf(model.site, "console")) };
  const loss = lossOf(
    question.kind === "page" ? "not done, asks again" : "undecided, asks again",
    commandOf(model.site, `resume ${id}`),
  );
  return { ...answers, loss };
}
