/** What the pages answer from which nothing runs: the board, one target, a plan, the journal, a run that was left. */
import { doubtsOf } from "../../engine/doubt.ts";
import { clean, countText, timeOf } from "../../engine/words.ts";
import type { Explained } from "../../runbooks/explain.ts";
import { nextText } from "../advice.ts";
import { rowOf, type TargetRow } from "../board/rows.ts";
import { span, type TextSpan } from "../line.ts";
import { top, type BoardModel, type Model } from "../model.ts";
import { runOfTarget } from "../run-of-target.ts";
import { journalRun } from "../runs/rows.ts";
import { commandOf, type RunSummary } from "../sources.ts";
import { strayText, subjectRow } from "../subject.ts";
import type { Look } from "../theme.ts";
import { lossOf, plain, type Answers, type Loss } from "./answers.ts";
import { undoOfRun } from "./of-run.ts";

const isStale = ({ trouble }: BoardModel): boolean => trouble !== null && trouble !== "";

/** How a target stands, and who says so. */
function nowOfTarget(row: TargetRow | undefined, model: Model, { words }: Look): TextSpan {
  const { trouble, troubled } = model.board;
  if (trouble === null) return plain(`asking ${words.list} which ${words.targets} there are`);
  if (isStale(model.board)) {
    const period = troubled === null ? "" : ` since ${timeOf(new Date(troubled).toISOString())}`;
    return span("danger", `not known: ${words.list} has not answered${period}; this was seen before`);
  }
  if (row === undefined) return plain(strayText(model) || `${words.list} lists no ${words.target} that is shown`);
  const witness = row.status === row.target.reading.status ? words.list : "the journal";
  return span(row.tone, `${clean(row.target.label)} is ${row.status}, as ${witness} says`);
}

/** What Handrail's runs did for a target, as far as the journal's list says. */
function undoOfTarget(run: RunSummary | undefined, row: TargetRow | undefined, model: Model): TextSpan {
  const page = "this page changes nothing";
  if (model.journal.items === null) return plain(`${page}; the journal is being read`);
  if (run === undefined && row !== undefined)
    return plain(`the journal lists no run of ${clean(row.target.label)}; nothing to undo`);
  if (run === undefined) return plain(page);
  return plain(`the journal has run ${run.run_id} of it; ${page}`);
}

function lossHere(run: RunSummary | undefined, model: Model): Loss {
  const command = commandOf(model.site, "console");
  return run?.status === "driven"
    ? lossOf(`${clean(run.driver)} goes on without this line`, command)
    : lossOf("nothing runs from here", command);
}

/** Which actions are suggested for those that are marked, and for how many of them: the most first. */
function suggestionsOf({ board, journal, runbooks }: Model): (readonly [string, number])[] {
  const keys = new Set((runbooks ?? []).flatMap(({ action }) => (action === undefined ? [] : [action.key])));
  const marked = new Set(board.marked);
  const rows = (board.targets ?? []).flatMap((target) =>
    marked.has(target.key) ? [rowOf(target, runOfTarget(journal.items ?? [], target.key))] : [],
  );
  const groups = Map.groupBy(rows, ({ key }) => (key !== null && keys.has(key) ? key : ""));
  groups.delete("");
  return [...groups].map(([key, { length }]) => [key, length] as const).toSorted(([, a], [, b]) => b - a);
}

/** What the keys are about while some are marked, whatever the cursor is on, and which of them fits those that are. */
function nextOfMarks(model: Model, { words }: Look): TextSpan {
  const { length: all } = model.board.marked;
  const count = countText(all, `marked ${words.target}`, `marked ${words.targets}`);
  const [[key, hits] = ["", 0], ...others] = suggestionsOf(model);
  const rest = others.map(([other, number]) => `, ${other} for ${number}`).join("");
  const text =
    hits === 0
      ? `nothing is suggested for the ${count}`
      : hits === all
        ? `${key} is suggested for ${all === 1 ? "the" : "all"} ${count}`
        : `${key} is suggested for ${hits} of the ${count}${rest}; each acts on all`;
  return plain(`${text}; Esc takes the marks away`);
}

function answersOfTarget(model: Model, look: Look): Answers {
  const row = subjectRow(model);
  const run = row === undefined ? undefined : runOfTarget(model.journal.items ?? [], row.target.key);
  return {
    now: nowOfTarget(row, model, look),
    next:
      model.board.marked.length > 0 && top(model) === "board"
        ? nextOfMarks(model, look)
        : row === undefined
          ? plain("nothing to do here")
          : { ...plain(nextText(model, row)), tone: row.tone },
    undo: undoOfTarget(run, row, model),
    loss: lossHere(run, model),
  };
}

/** What of a runbook cannot be taken back, before anything of it is done. */
function undoOfPlan({ phases }: Explained): TextSpan {
  const steps = phases.flatMap((phase) => phase.steps);
  const final = steps.filter(({ marks }) => marks === "cannot be undone").length;
  const changes = final + steps.filter(({ marks }) => marks === "changes").length;
  // Of the others each page says it: what its preview shows, or that it is undone by other means alone.
  const text =
    final === 0
      ? `each page says what can be undone of its steps (${countText(changes, "changing step")}); nothing of it is done`
      : `${final} of ${countText(changes, "changing step")} cannot be undone, the pages say of the rest; nothing of it is done`;
  return span(final > 0 ? "danger" : "plain", text);
}

function answersOfPlan(model: Model, look: Look): Answers {
  const plan = model.runbooks?.find(({ id }) => id === model.plan.runbook);
  const answers = answersOfTarget(model, look);
  if (plan === undefined) return answers;
  const key = plan.action?.key;
  const next = key === undefined ? "no key begins it" : `${key} begins it, and every change asks first`;
  return { ...answers, next: plain(next), undo: undoOfPlan(plan) };
}

const NEXT_OF_RUN: Readonly<Record<RunSummary["status"], string>> = {
  closed: "Enter shows how it ended, and what was before that; nothing is executed",
  paused: "u takes it up again: it looks first, then asks",
  left: "u shows what is known of it, and takes it up again",
  driven: "F follows it; nothing can be pressed there",
};

function answersOfJournal(model: Model): Answers {
  const run = journalRun(model);
  const { items } = model.journal;
  const none = items === null ? "the journal is being read" : strayText(model) || "no run is listed here";
  return {
    now: plain(run === undefined ? none : `run ${run.run_id}: ${clean(run.outcome)}, as the journal says`),
    next: plain(run === undefined ? "Esc goes back" : NEXT_OF_RUN[run.status]),
    undo: plain(
      run === undefined
        ? "this page changes nothing"
        : run.status === "driven"
          ? `not while ${clean(run.driver)} drives it`
          : run.remnant?.sent === false
            ? "nothing to undo: the journal has nothing that it sent"
            : `${commandOf(model.site, `undo ${run.run_id}`)} shows first what it would take back`,
    ),
    loss: lossHere(run, model),
  };
}

/** A run that was left, before anybody takes it up. */
function answersOfLeft(model: Model): Answers | null {
  const { left } = model;
  const state = left?.history.stateAt(left.history.length) ?? null;
  if (left === null || state === null) return null;
  const { summary } = left;
  // As its events say: the list of runs is older, and asks nothing of a run that is driven.
  const count = doubtsOf(state).length;
  return {
    now:
      count > 0
        ? span(
            "unknown",
            `${countText(count, "change")} of it in doubt: sent, and nobody knows what became of ${count === 1 ? "it" : "them"}`,
          )
        : plain(`${clean(summary.outcome)}; all that was sent is known to have ended`),
    next: plain("l looks, sends nothing twice, then asks as before; Esc leaves it"),
    undo: undoOfRun(state, left.history),
    loss: lossOf("it stays open", commandOf(model.site, `resume ${summary.run_id}`)),
  };
}

/** What the page on top answers, where it is one of these. */
export function answersOfSite(model: Model, look: Look): Answers {
  const screen = top(model);
  if (screen === "plan") return answersOfPlan(model, look);
  if (screen === "journal") return answersOfJournal(model);
  const left = screen === "doubt" ? answersOfLeft(model) : null;
  return left ?? answersOfTarget(model, look);
}
