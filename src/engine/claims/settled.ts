/** What is claimed of a change that was in doubt, once somebody looked or said. */
import type { RunEvent } from "../events.ts";
import { findSlot, type RunState } from "../state.ts";
import type { Claim } from "./claim.ts";

export type SettlingEvent = Extract<RunEvent, { type: "step.reconciled" | "operator.resolved" }>;
export type SettledKind = "applied" | "not-applied" | "unknown";

/** Kind and sentence; what was found stands first, since titles are long and lines short. */
function answerOf(event: SettlingEvent, subject: string): readonly [SettledKind, string] {
  if (event.type === "operator.resolved") {
    const { as, note } = event.body;
    return [as, `${event.actor.login} says that it was ${as === "applied" ? "done" : "not done"}: ${subject}: ${note}`];
  }
  const { outcome } = event.body;
  if (outcome.kind === "applied") return ["applied", `a look shows that it was done: ${subject}`];
  if (outcome.kind === "unknown")
    return ["unknown", `a look cannot tell what became of ${subject}: ${outcome.message}`];
  return ["not-applied", `a look shows that it was not done: ${subject} (${outcome.why}): ${outcome.message}`];
}

/** What became of a change that was in doubt, in one sentence; `state` is the run after the event. */
export function settledClaim(state: RunState, event: SettlingEvent): Claim<SettledKind> {
  const target = state.targets.find(({ key }) => key === event.target_key);
  const slot = findSlot(target?.phases[event.phase_id ?? ""], event.step_id, event.item);
  const [kind, message] = answerOf(event, `"${slot?.title ?? event.step_id ?? ""}" of ${target?.label ?? "?"}`);
  return {
    kind,
    message,
    basis: event.type === "operator.resolved" ? "statement" : "observation",
    evidence: [event.event_id],
    at: event.wall_time,
  };
}
