/** What `y` copies: what the cursor of the screen is on, as it is shown, so that no control character acts where it is pasted. */
import { requestText } from "../../engine/slot-text.ts";
import { clean, countText } from "../../engine/words.ts";
import type { Runbook } from "../../phases/spec.ts";
import { textOf } from "../line.ts";
import { shownRun, top, type Model, type RunModel, type Screen } from "../model.ts";
import { listedTargets, listsTargets, targetAt } from "../run/targets.ts";
import { selectedStep, type StepRow } from "../run/steps.ts";
import { journalRun } from "../runs/rows.ts";
import { subjectRow } from "../subject.ts";
import { refuse, type Handler, type View } from "../update.ts";
import { isTooLong, sendText } from "./send.ts";

/** A text, and what it is for the sentence about it. */
interface Piece {
  readonly text: string;
  readonly subject: string;
}

/** What a target is called on a command line: its name and its key. */
const ofTarget = ({ label, key }: { readonly label: string; readonly key: string }): Piece => ({
  text: `${clean(label)} ${clean(key)}`,
  subject: `name and key of ${clean(label)}`,
});

const ofRun = (runId: string): Piece => ({ text: runId, subject: `run ${runId}` });

function ofSubject(model: Model): Piece | null {
  const target = subjectRow(model)?.target;
  return target === undefined ? null : ofTarget(target);
}

/** A step: its place as commands take it, its request, and what the other side called it. */
function ofStep(runId: string, runbook: Runbook, { target, slot }: StepRow): Piece {
  const item = slot.item_key === "" ? "" : ` ${clean(slot.item_key)}`;
  const remote = slot.attempt?.remote ?? null;
  const lines = [
    `${runId} ${slot.step}${item} of ${clean(target.label)} (${clean(target.key)}): ${clean(slot.title)}`,
    ...requestText(runbook, slot),
    ...(remote === null ? [] : [`accepted as ${clean(remote)}`]),
  ];
  return { text: lines.join("\n"), subject: `step ${slot.step}${item} with its request` };
}

function ofShownRun(run: RunModel | null): Piece | null {
  const state = run?.state ?? null;
  if (run === null || state === null) return null;
  if (listsTargets(run)) {
    const listings = listedTargets(state);
    const target = listings[targetAt(run, listings)]?.target;
    return target === undefined ? null : ofTarget(target);
  }
  const step = selectedStep(run);
  return step === null ? ofRun(state.run_id) : ofStep(state.run_id, state.runbook, step);
}

/** All lines of a screen, or what names it where they are too many. */
function ofLines(model: Model, view: View, name: string, digest: string | null): Piece {
  const lines = view.lines(model).map((each) => textOf(each).trimEnd());
  const text = lines.join("\n");
  return digest !== null && isTooLong(text)
    ? { text: digest, subject: `digest of the ${name} (all of it is too long)` }
    : { text, subject: `the ${name}, ${countText(lines.length, "line")}` };
}

const PIECES: Readonly<Partial<Record<Screen, (model: Model, view: View) => Piece | null>>> = {
  board: ofSubject,
  detail: ofSubject,
  plan: (model, view) => ofLines(model, view, "plan", null),
  page: (model, view) => ofLines(model, view, "page", model.page?.document.digest ?? null),
  changes: (model, view) => ofLines(model, view, "changes of the run", null),
  reason: (model, view) => ofLines(model, view, "reasons", null),
  watch: (model, view) => ofLines(model, view, "page of what is watched", null),
  doubt: ({ left: run }) => (run === null ? null : ofRun(run.summary.run_id)),
  journal: (model) => {
    const run = journalRun(model);
    return run === undefined ? null : ofRun(run.run_id);
  },
  run: (model) => ofShownRun(shownRun(model)),
  replay: (model) => ofShownRun(shownRun(model)),
};

/** Copies what the cursor is on. */
export const copyHere: Handler = (model, _press, view) => {
  const piece = PIECES[top(model)]?.(model, view) ?? null;
  return piece === null
    ? refuse(model, "the cursor is on nothing that could be copied")
    : sendText(model, piece.text, piece.subject);
};
