/** Claims of a receipt with their evidence taken away: a claim that stands without an event did not rest on it. */
import type { RunEvent } from "../../src/engine/events.ts";
import { receiptFrom, type Receipt } from "../../src/engine/receipt.ts";

interface Named {
  /** What the claim is about, whatever it says of it. */
  readonly about: string;
  readonly says: string;
  readonly evidence: readonly string[];
}

/** Every claim of a receipt, by what it is about. */
export function claimsOf(receipt: Receipt): Named[] {
  const { targets, effect, effects, approvals, decisions, settled } = receipt;
  const ends = targets.map(({ key, end }) => ({
    about: `end of ${key}`,
    says: `${end.kind}: ${end.message}`,
    evidence: end.evidence,
  }));
  const criteria = targets.flatMap(({ key, criteria: own }) =>
    own.map(({ criterion, kind, message, evidence }) => ({
      about: `${criterion} of ${key}`,
      says: `${kind}: ${message}`,
      evidence,
    })),
  );
  const lines = effects.map(({ what, verb, count, undoable, reason, evidence }) => ({
    about: `effect ${what} ${verb} ${undoable} ${reason}`,
    says: String(count),
    evidence,
  }));
  const others = [
    ...approvals.map(({ approval, evidence, ...more }) => ({
      about: `approval ${approval}`,
      says: JSON.stringify(more),
      evidence: [evidence],
    })),
    ...decisions.map(({ gate, target, evidence, ...more }) => ({
      about: `decision ${gate} of ${target}`,
      says: JSON.stringify(more),
      evidence: [evidence],
    })),
    ...settled.map(({ step, item, target, at, evidence, ...more }) => ({
      about: `doubt ${step} ${item} of ${target} at ${at}`,
      says: JSON.stringify(more),
      evidence: [evidence],
    })),
  ];
  return [
    ...ends,
    ...criteria,
    { about: "effects", says: `${effect.kind}: ${effect.message}`, evidence: effect.evidence },
    ...lines,
    ...others,
  ];
}

/** What is left of a claim without one of its events: what it says then, or null where nothing is said any more. */
function without(events: readonly RunEvent[], id: string, about: string): string | null {
  const left = events.filter(({ event_id }) => event_id !== id);
  try {
    return claimsOf(receiptFrom(left)).find((claim) => claim.about === about)?.says ?? null;
  } catch {
    return null; // without it these are no events of a run
  }
}

/** Claims that say the same without an event that they cite, as sentences. */
export function uncited(events: readonly RunEvent[]): string[] {
  return claimsOf(receiptFrom(events)).flatMap(({ about, says, evidence }) =>
    evidence.flatMap((id) => {
      if (without(events, id, about) !== says) return [];
      const event = events.find(({ event_id }) => event_id === id);
      return [
        `${about} (${says}) stands without ${event?.type ?? id} of ${event?.step_id ?? event?.target_key ?? "the run"}`,
      ];
    }),
  );
}
