/** `e`: the report of a run, or the text of the page, in the program that the person reads with. */
import { lookAway } from "../ask/view.ts";
import { changeQuestion } from "../ask/change.ts";
import { decisionLines } from "../ask/view.ts";
import { drawPage } from "../ask/page-lines.ts";
import type { Effect } from "../effect.ts";
import { textOf, type Line } from "../line.ts";
import { shownRun, top, type Model, type OpenQuestion } from "../model.ts";
import type { Look } from "../theme.ts";
import { refuse, say, update, type Handler, type View } from "../update.ts";

const linesText = (lines: readonly Line[]): string => `${lines.map((each) => textOf(each).trimEnd()).join("\n")}\n`;

/** What a question shows, all of it. */
const ofQuestion = (question: OpenQuestion, look: Look): string =>
  linesText(
    question.kind === "page" ? drawPage(question.page, look.columns, "all").lines : decisionLines(question, look),
  );

/** What would be opened; null where the screen has no text and no run. */
function textHere(model: Model, view: View): Effect | null {
  const run = shownRun(model);
  if (run === null) {
    const lines = view.lines(model);
    return lines.length === 0 ? null : { type: "open text", name: top(model), text: linesText(lines) };
  }
  if (run.question !== null && run.ended === null)
    return { type: "open text", name: "question", text: ofQuestion(run.question, view) };
  return run.state === null ? null : { type: "open report", run_id: run.state.run_id };
}

/** Whether the person's own program can be given the terminal. */
export const canRead = ({ session }: Model): true | string =>
  session.reader ? true : "this terminal cannot be handed to another program";

/** Opens what the screen is about. Nothing is answered by that. */
export const openText: Handler = (model, _press, view) => {
  const effect = textHere(model, view);
  return effect === null ? refuse(model, "there is no text here to open") : update(model, effect);
};

/** The person is back. Whatever was on the screen, nobody saw it meanwhile: a question listens anew. */
export function comeBack(model: Model, failure: string, look: Look): Model {
  const nextModel = changeQuestion(model, (question) => lookAway(question, look));
  return failure === "" ? nextModel : say(nextModel, failure, "danger");
}
