/** One target, and the plan for it: what opens them, and what their sources answer. */
import type { TriedPrinted } from "../../phases/printed.ts";
import type { Result } from "../../ports/result.ts";
import { ACTION_KEYS } from "../../runbooks/action-keys.ts";
import { chosenKeys } from "../can.ts";
import type { Model, PlanModel } from "../model.ts";
import { runbookOf, whyNone } from "../runbook-key.ts";
import type { BoardTarget, Detail } from "../sources.ts";
import { subjectRow } from "../subject.ts";
import { refuse, update, type Handler, type Update } from "../update.ts";

/** Shows the target under the cursor as each source has it. */
export const openDetail: Handler = (model) => {
  const target = subjectRow(model)?.target;
  return target === undefined ? update(model) : openDetailOf(model, target);
};

/** Shows a target as each source has it. */
export function openDetailOf(model: Model, target: BoardTarget): Update {
  const nextModel: Model = {
    ...model,
    // What is looked at is what a key acts on, however the board is sorted meanwhile.
    board: { ...model.board, selected: target.key },
    detail: { target, detail: null, trouble: "", scroll: 0 },
    screens: [...model.screens, "detail"],
  };
  return update(nextModel, { type: "read detail", key: target.key });
}

/** What the sources say of a target; nothing is drawn where nothing changed. */
export function showDetail(model: Model, target: BoardTarget, read: Result<Detail, string>): Model {
  if (model.detail?.target.key !== target.key) return model;
  const answer = read.ok ? { detail: read.value, trouble: "" } : { detail: null, trouble: read.error };
  const detail = { ...model.detail, target, ...answer };
  return JSON.stringify(detail) === JSON.stringify(model.detail) ? model : { ...model, detail };
}

/** The key of the runbook that the site's reading of the target calls for; null where it calls for none. */
function suggestedKey(model: Model): string | null {
  const key = subjectRow(model)?.target.reading.advice.key ?? "";
  return ACTION_KEYS.test(key) ? key : null;
}

/** Shows what the suggested runbook would do; the first that has a key where none is suggested. */
export const openPlan: Handler = (model) => {
  const key = suggestedKey(model);
  const runbook = runbookOf(model, key);
  if (runbook === undefined) return refuse(model, whyNone(model, key));
  const target = subjectRow(model)?.target ?? null;
  const plan = { runbook: runbook.id, target, scroll: 0, phase: null, left: [], printed: null };
  return update({ ...model, plan, screens: [...model.screens, "plan"] });
};

const setPrinted = (model: Model, trials: PlanModel["printed"]): Model => ({
  ...model,
  plan: { ...model.plan, printed: trials, scroll: 0 },
});

/** Tries what the operators' own documents print, for the targets that an action would be about. Nothing of it remains. */
export const tryPrinted: Handler = (model) => {
  const { printed: trials } = model.plan;
  if (trials !== null && "keys" in trials) return refuse(model, "they are being tried already");
  const keys = chosenKeys(model);
  return update(setPrinted(model, { keys }), { type: "try printed", keys });
};

/** What the statements would do, on the plan that waits for just that. */
export function showPrinted(
  model: Model,
  keys: readonly string[],
  trials: Result<readonly TriedPrinted[], string>,
): Model {
  const { printed: current } = model.plan;
  return current !== null && "keys" in current && current.keys === keys ? setPrinted(model, trials) : model;
}
