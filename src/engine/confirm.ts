/** What an outcome that nobody reported for certain is believed to be: by what the effect shows, and by the runbook's own word. */
import { traceOf, type ChangeKind } from "../phases/change-kind.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { probe } from "../phases/read.ts";
import type { ChangeSpec } from "../phases/spec.ts";
import type { Outcome } from "../ports/outcome.ts";
import { changeSpec } from "./change-spec.ts";
import type { Ref } from "./command.ts";
import type { Driver } from "./driver.ts";
import { scopeOf } from "./state.ts";

const kindOf = (ref: Ref): ChangeKind<ChangeSpec> => changeKind(changeSpec(ref).change.kind);

/** A word of the other side that the runbook says to be a clear no, for kinds that leave this to the runbook. */
export function byErrors(ref: Ref, outcome: Outcome): Outcome {
  const code = outcome.kind === "unknown" ? (outcome.word?.code ?? null) : null;
  if (code === null || kindOf(ref).refusesByErrors !== true) return outcome;
  if (changeSpec(ref).errors[code] === undefined || outcome.kind !== "unknown") return outcome;
  const { message, evidence } = outcome;
  return { kind: "not-applied", why: "refused", code, message, evidence };
}

/**
 * Whether `verify` shows the effect itself. A state that may have been there before does so only where the same probe is
 * `already`, which was asked right before the intent and did not hold.
 */
function isShown(ref: Ref): boolean {
  const trace = traceOf(kindOf(ref), ref.slot.request ?? {});
  const { already: probeId, verify: proof } = changeSpec(ref);
  return trace === "effect" || (trace === "state" && probeId === proof);
}

/** Somebody has to look: nothing that was seen tells what became of it. */
const doubtOf = ({ message, evidence }: Outcome & { message: string }): Outcome => ({
  kind: "unknown",
  message,
  evidence,
});

type NotApplied = Extract<Outcome, { kind: "not-applied" }>;

/** Where it was concluded from what is missing, a look decides: where the effect is not there, it was not sent. */
function afterLook(presumption: NotApplied, look: Look, isOwn: boolean): Outcome {
  const { kind, why, code, message, evidence } = presumption;
  if (look === null) return doubtOf(presumption);
  if (!look.holds) return { kind, why, code, message: `${message}; looked: ${look.says}`, evidence };
  return isOwn ? { kind: "applied", evidence: { ...evidence, seen: look.says } } : doubtOf(presumption);
}

/** What the step's own probe shows now; null where it does not answer. */
type Look = { readonly holds: boolean; readonly says: string } | null;

async function lookAt(driver: Driver, ref: Ref): Promise<Look> {
  const spec = driver.state.runbook.probes[changeSpec(ref).verify];
  if (spec === undefined) return null;
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  return observation.ok ? observation.value : null;
}

/**
 * For changes whose effect proves itself: an end that nobody reported but everybody can see is known, and nothing was lost
 * on its way whose effect is there. One that the other side says will not come, and that cannot be seen, is a refusal.
 */
export async function confirm(driver: Driver, ref: Ref, outcome: Outcome): Promise<Outcome> {
  if (outcome.kind === "not-applied" && outcome.isPresumed === true)
    return afterLook(outcome, await lookAt(driver, ref), isShown(ref));
  const open = outcome.kind === "unknown" || (outcome.kind === "not-applied" && outcome.why === "not-sent");
  if (!open || !isShown(ref)) return outcome;
  const look = await lookAt(driver, ref);
  if (look === null) return outcome;
  const { holds, says } = look;
  if (holds) return { kind: "applied", evidence: { ...outcome.evidence, seen: says } };
  if (outcome.kind !== "unknown" || outcome.word === undefined) return outcome;
  // What is not to be seen yet may come: a word that the runbook does not call a no proves nothing together with that.
  if (kindOf(ref).refusesByErrors === true) return outcome;
  const { message, evidence, word } = outcome;
  return {
    kind: "not-applied",
    why: "refused",
    code: word.code,
    message: `${message.replace(/[.\s]+$/u, "")}; looked: ${says}`,
    evidence: { ...evidence, seen: says },
  };
}
