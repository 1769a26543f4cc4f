/** Whose page it is where a run is about several targets, and what comes for those that are not on it. */
import { prospectOf } from "../../engine/prospect.ts";
import { isPlanned, REST, scopeOf, START, type RunState, type TargetState } from "../../engine/state.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { clean } from "../../engine/words.ts";
import type { RunModel } from "../model.ts";
import type { Look } from "../theme.ts";

type Page = Pick<ApprovalDocument, "phase" | "targets">;

const isOfPhase = ({ phase }: Page): boolean => phase !== START && phase !== REST;

/** `of web-01` where a page of a run over several is about one of them alone; '' elsewhere. */
export function ownerText({ state }: RunModel, page: Page): string {
  const [single, ...others] = page.targets;
  const isSeveral = (state?.targets.length ?? 0) > 1;
  return isSeveral && isOfPhase(page) && single !== undefined && others.length === 0
    ? ` of ${clean(single.label)}`
    : "";
}

/** Whether a later phase than that of the page is known to come for a target, and changes something. */
function comesLater(state: RunState, target: TargetState, phase: string): boolean {
  const { phases } = state.runbook;
  const place = phases.findIndex(({ id }) => id === phase);
  return phases.slice(place + 1).some((spec) => {
    if (!spec.steps.some(({ does }) => does === "change")) return false;
    const entered = target.phases[spec.id];
    if (entered !== undefined) return entered.status === "open" && entered.slots.some(isPlanned);
    return prospectOf(spec, scopeOf(state, target)) === "certain";
  });
}

/** What was decided last for a target. */
const decisionOf = ({ decisions }: TargetState): string => Object.values(decisions).at(-1) ?? "";

/** Which targets of the run come after the page, and to what was decided of them; '' where none is known to. */
export function waitersText({ state }: RunModel, page: Page, { words }: Look): string {
  if (state === null || !isOfPhase(page)) return "";
  const keys = new Set(page.targets.map(({ key }) => key));
  const waiters = state.targets.filter(
    (target) => !keys.has(target.key) && target.status === "going" && comesLater(state, target, page.phase),
  );
  const [first] = waiters;
  if (first === undefined) return "";
  const isSame = waiters.every((target) => decisionOf(target) === decisionOf(first));
  const choice = isSame && decisionOf(first) !== "" ? `: ${clean(decisionOf(first))}` : "";
  return waiters.length === 1
    ? `${clean(first.label)} comes after this${choice}`
    : `${waiters.length} ${words.targets} come after this${choice}`;
}
