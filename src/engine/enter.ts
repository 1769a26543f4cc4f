/** Entering a phase: what it needs is looked for, and what it will do is written down. */
import { EXIT } from "./exit.ts";
import { fill } from "../phases/expression.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import { unmet } from "./needs.ts";
import type { Driver, Drafts } from "./driver.ts";
import type { Mark, PlannedStep } from "./bodies.ts";
import { expansion } from "./expand.ts";
import { stillHolds } from "./hold-look.ts";
import { pendingIn, scopeOf, type TargetState } from "./state.ts";
import { EXPANSION } from "./undecided.ts";

/** Writes the expansion of a phase down. One that cannot be made fails the target before anything is done. */
export async function* expandPhase(driver: Driver, target: TargetState, phase: PhaseSpec): Drafts {
  const plan = expansion(driver.state, target, phase);
  const place = { target: target.key, phase: phase.id };
  const title = fill(phase.title, scopeOf(driver.state, target));
  if (!plan.ok) {
    const says = `the steps of this phase could not be worked out: ${plan.error}`;
    if (driver.state.created.dry === true && pendingIn(target))
      return yield* writeStandIn(driver, place, title, {
        mark: "not-run-dry",
        says: `${says}; it is shaped by what an earlier one finds`,
      });
    return yield* writeStandIn(driver, place, title, { mark: "failed", says });
  }
  const acts = plan.value.steps.some(({ does }) => does === "change");
  const missing = acts ? await unmet(driver, target, phase) : null;
  // Nothing is written down where nobody answered: a resume looks again.
  if (missing?.mark === "unreachable") return driver.pause("unreachable", EXIT.unreachable, missing.says);
  if (missing !== null && !(yield* stillHolds(driver, target.key))) return;
  if (missing !== null) return yield* writeStandIn(driver, place, title, missing);
  yield* driver.emit("phase.expanded", place, { title, ...plan.value });
}

/** A phase that was entered in name only: the one step that stands for it says why. */
async function* writeStandIn(
  driver: Driver,
  place: { readonly target: string; readonly phase: string },
  title: string,
  { mark, says }: { readonly mark: Mark; readonly says: string },
): Drafts {
  const slot: PlannedStep = {
    step: EXPANSION,
    does: "read",
    item_key: "",
    item: null,
    title: "Work out the steps of this phase",
    request: null,
    says: "",
    cannot_undo: null,
    risk: "read",
  };
  yield* driver.emit("phase.expanded", place, { title, skipped: null, steps: [slot] });
  yield* driver.emit("step.marked", { ...place, step: slot.step, item: "" }, { mark, says, evidence: null });
}
