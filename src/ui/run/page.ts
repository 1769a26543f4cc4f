/** The page that a run was asked about last, up to the event under the cursor: whole, as it stood there. */
import { documentIn } from "../../engine/document-record.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { clean } from "../../engine/words.ts";
import { drawPage } from "../ask/page-lines.ts";
import { line, span, type Line } from "../line.ts";
import { shownRun, type Model, type RunModel } from "../model.ts";

function askedPage({ history, cursor }: RunModel): ApprovalDocument | null {
  for (let index = Math.min(cursor, history.length); index > 0; index -= 1) {
    const event = history.events[index - 1];
    const state = event?.type === "approval.requested" ? history.stateAt(index) : null;
    if (event?.type === "approval.requested" && state !== null) return documentIn(state, event.body);
  }
  return null;
}

export function canSeePage(model: Model): true | string {
  const run = shownRun(model);
  return run !== null && askedPage(run) !== null ? true : "no page that was kept was asked about before this moment";
}

/** The page of the run that the screen shows, for the screen that lies over it. */
export function pageOfRun(model: Model): ApprovalDocument | null {
  const run = shownRun(model);
  return run === null ? null : askedPage(run);
}

export const pageAgain = (page: ApprovalDocument, columns: number): Line[] => [
  line(span("strong", clean(page.title)), span("muted", "  as it was asked about")),
  ...drawPage(page, columns, "all").lines,
];
