/**
 * Which targets are meant, asked where a key would act on some that the screen does not show: marks that a filter hides, or
 * marks beside the one target whose detail is open. What is marked is listed; Enter never picks, Esc is no.
 */
import { endOf } from "../../engine/end.ts";
import { countText } from "../../engine/words.ts";
import { ARMING_MS, TOO_EARLY } from "../ask/change.ts";
import { shownRows } from "../board/rows.ts";
import { shownRun, top, type Model } from "../model.ts";
import type { WhichModel } from "./question.ts";
import { wordsOf, type StartRequest } from "../sources.ts";
import { tooSmall } from "../layout.ts";
import { runOfTarget } from "../run-of-target.ts";
import { startRun } from "../start.ts";
import { subjectRow } from "../subject.ts";
import type { Look } from "../theme.ts";
import { refuse, show, uncover, update, type Handler, type Update } from "../update.ts";

/** The question before it is put. */
type Asked = Omit<WhichModel, "armedAt" | "scroll">;

/** The keys of the targets that the screen shows as what an action is about. */
function shownKeys(model: Model): readonly string[] {
  if (top(model) === "board") return shownRows(model).map(({ target }) => target.key);
  const row = subjectRow(model);
  return row === undefined ? [] : [row.target.key];
}

/** The question that has to be answered before a run begins for the marked targets; null where all of them are shown. */
function whichOf(model: Model, act: string, request: StartRequest & { kind: "new" }): Asked | null {
  const words = wordsOf(model.site);
  const visibleKeys = new Set(shownKeys(model));
  const labelOf = (key: string): string => model.board.targets.find((target) => target.key === key)?.label ?? key;
  const targets = request.keys
    .map((key) => ({ key, shown: visibleKeys.has(key), label: labelOf(key) }))
    .sort((a, b) => Number(b.shown) - Number(a.shown));
  const hidden = targets.filter((target) => !target.shown).length;
  if (hidden === 0) return null;
  // In the detail and on the plan it is one target that is looked at, whether or not it is marked as well.
  const keys =
    top(model) === "board" ? targets.filter((target) => target.shown).map(({ key }) => key) : [...visibleKeys];
  const whole = {
    title: `${act} for all ${countText(targets.length, words.target, words.targets)} that are marked`,
    request,
  };
  const some = {
    title: `${act} only for ${keys.length === 1 ? labelOf(keys[0] ?? "") : `the ${keys.length} that are shown`}`,
    request: { ...request, keys },
  };
  const cause = top(model) === "board" ? "the filter hides" : "this screen does not show";
  return {
    why: `${countText(targets.length, `${words.target} is`, `${words.targets} are`)} marked; ${cause} ${hidden === targets.length ? (hidden === 1 ? "it" : "all of them") : `${hidden} of them`}.`,
    options: keys.length === 0 ? [whole] : [whole, some],
    targets,
  };
}

/** The question whether an open run of the one target is gone on with; null where none of its runs is open. */
function openOf(model: Model, act: string, request: StartRequest & { kind: "new" }): Asked | null {
  const [key, ...others] = request.keys;
  const run = others.length > 0 ? undefined : runOfTarget(model.journal.items ?? [], key ?? "");
  if (run === undefined || (run.status !== "paused" && run.status !== "left")) return null;
  const label = run.targets.find((target) => target.key === key)?.label ?? key ?? "";
  return {
    why: `Run ${run.run_id} of ${label} is open: ${run.outcome}. A new run leaves it as it is; X on the board closes it.`,
    options: [
      {
        title: `Take run ${run.run_id} up again: it looks first, then asks`,
        request: { kind: "resume", run_id: run.run_id },
      },
      { title: `${act}: begin a new run beside it`, request },
    ],
    targets: run.targets.map((target) => ({ ...target, shown: target.key === key })),
  };
}

/** Begins a run; asks first for which targets, and whether one that is open is gone on with. */
export function beginFor(model: Model, act: string, request: StartRequest & { kind: "new" }, { nowMs }: Look): Update {
  const question = whichOf(model, act, request) ?? openOf(model, act, request);
  return question === null ? startRun(model, request) : update(askWhich(model, question, nowMs));
}

/** A new run for those that a closed one did not recover; asked first where the screen shows the steps of one target alone. */
export const retry: Handler = (model, _press, { nowMs, words }) => {
  const { state = null, target = null, alone: isAlone = false } = shownRun(model) ?? {};
  if (state === null) return update(model);
  const request: StartRequest = { kind: "retry", runbook: state.runbook.id, run_id: state.run_id };
  const targets = state.targets
    .filter((member) => endOf(state, member) !== "recovered")
    .map(({ key, label }) => ({ key, label, shown: !isAlone || key === target }))
    .sort((a, b) => Number(b.shown) - Number(a.shown));
  if (targets.every(({ shown: isShown }) => isShown)) return startRun(model, request);
  const first = targets.slice(0, 1).filter(({ shown: isShown }) => isShown);
  const question = {
    why: `${countText(targets.length, `${words.target} was`, `${words.targets} were`)} not recovered; this screen shows the steps of one.`,
    options: [
      {
        title: `A new run for all ${countText(targets.length, words.target, words.targets)} that were not recovered`,
        request,
      },
      ...first.map(({ key, label }) => ({
        title: `A new run only for ${label}`,
        request: { kind: "new" as const, runbook: state.runbook.id, keys: [key] },
      })),
    ],
    targets,
  };
  return update(askWhich(model, question, nowMs));
};

/** Shows the question; it listens after a moment, so that no key typed ahead picks. */
const askWhich = (model: Model, question: Asked, nowMs: number): Model =>
  show({ ...model, which: { ...question, armedAt: nowMs + ARMING_MS, scroll: 0 } }, "which");

/** Picks an option by its number. */
export const pick: Handler = (model, { key, text }, view) => {
  const { nowMs } = view;
  const { which: question } = model;
  if (question === null) return update(model);
  const option = question.options[Number(key) - 1];
  if (option === undefined) return refuse(model, `there is no choice ${key}`);
  const refusal = tooSmall(view)
    ? "the window is too small for the question"
    : nowMs < question.armedAt || text.length > 1
      ? TOO_EARLY
      : null;
  if (refusal !== null) return refuse({ ...model, which: { ...question, armedAt: nowMs + ARMING_MS } }, refusal);
  return startRun(uncover({ ...model, which: null }), option.request);
};
