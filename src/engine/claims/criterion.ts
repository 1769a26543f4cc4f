/** What is claimed of the success criteria. */
import { findRead } from "../../phases/kinds/index.ts";
import { fill } from "../../phases/expression.ts";
import { isNothing, sawText } from "../../phases/saw.ts";
import { counts } from "../chosen.ts";
import { criteriaOf, type CriterionStanding } from "../criteria.ts";
import { scopeOf, type CriterionState, type RunState, type TargetState } from "../state.ts";
import { evidenceOf, type Claim } from "./claim.ts";

/**
 * `met`: looked at, it holds, and at least one thing was seen (or none was expected, and the runbook says why).
 * `met-of-nothing`: it held of an empty answer that nobody had called a good one (journals of version 0.1).
 * `not-met`: looked at, and it does not hold. `not-seen`: asked, and nobody looked yet. `not-asked`: this ending does not.
 */
export type CriterionClaimKind = "met" | "met-of-nothing" | "not-met" | "not-seen" | "not-asked";

export interface CriterionClaim extends Claim<CriterionClaimKind> {
  readonly criterion: string;
}

/** The words in front of a criterion. */
export const CRITERION_WORDS: Readonly<Record<CriterionClaimKind, string>> = {
  met: "met",
  "met-of-nothing": "met of nothing",
  "not-met": "NOT met",
  "not-seen": "not looked at",
  "not-asked": "not asked",
};

function titleOf(state: RunState, target: TargetState, probe: string): string {
  const title = state.runbook.probes[probe]?.title;
  return title === undefined ? probe : fill(title, scopeOf(state, target));
}

/** The decisions that a condition names, as far as they were made: what it was worked out from. */
const decisionsIn = ({ decided: eventIds, decisions }: TargetState, condition: string) =>
  Object.entries(eventIds).flatMap(([gate, event]) =>
    condition.includes(`'${gate}'`) ? [{ event, text: `${gate}: ${decisions[gate] ?? ""}` }] : [],
  );

/** A criterion that this ending does not ask, with the decisions that this rests on. */
function omissionClaim(
  state: RunState,
  target: TargetState,
  { criterion, omission }: CriterionStanding,
): Pick<CriterionClaim, "kind" | "message" | "evidence"> {
  const title = titleOf(state, target, criterion.probe);
  const { created: start } = state.events;
  const condition = criterion.when ?? "";
  const decisions = decisionsIn(target, condition);
  // While nobody has decided, and the run goes on, it may be asked yet.
  const waits = counts(state, criterion) && /\bdecisions\b/u.test(condition) && decisions.length === 0;
  if (waits && state.closed === null) return { kind: "not-seen", message: title, evidence: [start] };
  const as = decisions.length === 0 ? "" : ` (${decisions.map(({ text }) => text).join(", ")})`;
  const evidence = evidenceOf(start, ...decisions.map(({ event }) => event));
  return { kind: "not-asked", message: `${title}: ${omission ?? ""}${as}`, evidence };
}

/** What was seen of a criterion, and how much of it. */
function sightClaim(
  state: RunState,
  { criterion }: CriterionStanding,
  sight: CriterionState,
): Claim<CriterionClaimKind> {
  const saw = sawText(sight.saw);
  const message = saw === "" ? sight.says : `${sight.says}; ${saw}`;
  const kind = !sight.holds ? "not-met" : isNothing(sight.saw) ? "met-of-nothing" : "met";
  const read = state.runbook.probes[criterion.probe]?.read;
  // A question that this Handrail does not know is no proof that anybody was asked.
  const counterpart = read === undefined ? null : findRead(read)?.counterpart;
  const basis = typeof counterpart === "string" ? "observation" : "inference";
  return { kind, message, basis, evidence: [sight.event], at: sight.at };
}

function claimOf(state: RunState, target: TargetState, standing: CriterionStanding): CriterionClaim {
  const { criterion, omission, sight } = standing;
  const base = { criterion: criterion.id, basis: "inference", at: state.last_at } as const;
  if (omission !== null) return { ...base, ...omissionClaim(state, target, standing) };
  if (sight !== null) return { criterion: criterion.id, ...sightClaim(state, standing, sight) };
  const message = titleOf(state, target, criterion.probe);
  return { ...base, kind: "not-seen", message, evidence: [state.events.created] };
}

/** The claims about every criterion of the runbook for one target, in the runbook's order. */
export const criterionClaims = (state: RunState, target: TargetState): readonly CriterionClaim[] =>
  criteriaOf(state, target).map((standing) => claimOf(state, target, standing));
