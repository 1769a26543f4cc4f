/** What is claimed of the end of a target and of a run. Before an end is reached there is no sentence about it. */
import { countText } from "../words.ts";
import { isNothing } from "../../phases/saw.ts";
import { criteriaOf, isProven } from "../criteria.ts";
import { doubtReason, doubtsOf } from "../doubt.ts";
import { conflictsOf, endOf, slotsOf, whyNotRecovered } from "../end.ts";
import type { End } from "../bodies.ts";
import { isFlawed, type RunState, type TargetState } from "../state.ts";
import { evidenceOf, type Basis, type Claim, type EndClaimKind } from "./claim.ts";
import { wordText } from "../wire-words.ts";

export type EndClaim = Claim<EndClaimKind>;

function inference(state: RunState, kind: EndClaimKind, message: string, ...evidence: (string | null)[]): EndClaim {
  return {
    kind,
    message,
    basis: "inference",
    evidence: evidenceOf(state.events.created, ...evidence),
    at: state.last_at,
  };
}

function doubtClaim(state: RunState, target: TargetState, driven: boolean): EndClaim | null {
  const doubts = doubtsOf(state, target.key).filter(({ status }) => status === "in-doubt" || !driven);
  const [first] = doubts;
  if (first === undefined) return null;
  const rest = doubts.length === 1 ? "" : `, and ${doubts.length - 1} more`;
  return {
    kind: "in-doubt",
    message: `IN DOUBT: "${first.title}"${rest}. ${doubtReason(first)}`,
    basis: "inference",
    evidence: evidenceOf(first.event, ...doubts.map(({ event }) => event)),
    at: first.at,
  };
}

/** Not closed: where it stands, never how it ends. */
function openClaim(state: RunState, target: TargetState): EndClaim {
  const { paused: pause, events } = state;
  const standing =
    target.status === "going" || target.reason === "" ? "" : `; ${wordText(target.status)}: ${target.reason}`;
  if (pause !== null) {
    const says = pause.says.includes(target.reason) && target.reason !== "" ? "" : standing;
    return inference(
      state,
      "open",
      `not ended: paused, ${wordText(pause.reason)}: ${pause.says}${says}`,
      events.paused,
    );
  }
  const place = state.started ? "it is under way, or was left in the middle" : "nothing was approved yet";
  return inference(state, "open", `not ended: ${place}${standing}`, standing === "" ? null : target.event);
}

function undoneClaim(state: RunState, target: TargetState): EndClaim | null {
  const undone = slotsOf(target).filter(({ mark }) => mark === "undone" || mark === "undone-in-part");
  const [first] = undone;
  if (first === undefined) return null;
  const earlier =
    endOf(state, target) === "recovered" ? "its success criteria were seen before that" : "it was closed before";
  const part = undone.some(({ mark }) => mark === "undone-in-part") ? ", not all of them whole" : "";
  return {
    kind: "undone",
    message: `${countText(undone.length, "change")} of it ${undone.length === 1 ? "was" : "were"} taken back since${part}: ${first.reason}; ${earlier}`,
    basis: "inference",
    evidence: evidenceOf(first.event, ...undone.map(({ event }) => event)),
    at: first.at,
  };
}

function recoveredClaim(state: RunState, target: TargetState, closeEvent: string): EndClaim {
  const standings = criteriaOf(state, target).filter(({ omission }) => omission === null);
  const observations = standings.flatMap((standing) => standing.sight ?? []);
  const [newest = { at: state.last_at }] = observations.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const evidence = evidenceOf(closeEvent, ...observations.map(({ event }) => event));
  const base = { basis: "observation", evidence, at: newest.at } as const;
  const empty = observations.filter(({ saw }) => isNothing(saw)).length;
  if (!standings.every(isProven)) {
    const message = `closed as recovered by the rules of its time: ${empty} of ${observations.length} success criteria held of an empty answer, which proves nothing`;
    return { ...base, kind: "recovered-unproven", message };
  }
  const criteria =
    observations.length === 1 ? "the one success criterion" : `all ${observations.length} success criteria`;
  const partly = state.created.phases !== undefined;
  const message = partly
    ? `the chosen phases are done, and ${criteria} that they can bring about ${observations.length === 1 ? "was" : "were"} seen to hold`
    : `recovered: ${criteria} ${observations.length === 1 ? "was" : "were"} seen to hold`;
  return { ...base, kind: "recovered", message };
}

/**
 * How an end that is no recovery is known: a person said so, we saw it, or it follows. A refusal is the runbook's where a
 * step of it saw something, else somebody's at a page. Criteria of which none was asked were not seen not to hold.
 */
function basisOfEnd(end: End, target: TargetState, witnesses: number): Basis {
  if (end === "stopped") return "statement";
  if (end === "refused") return slotsOf(target).some(({ mark }) => mark === "refused") ? "observation" : "statement";
  return end === "changes-pending" || witnesses === 0 ? "inference" : "observation";
}

/** A statement or an undo: what its own changes did, as the server confirmed it. */
function directClaim(state: RunState, target: TargetState, end: End, closeEvent: string): EndClaim {
  const slots = slotsOf(target);
  const successes = slots.filter(({ mark }) => mark === "succeeded");
  const evidence = evidenceOf(closeEvent, ...slots.map(({ event }) => event));
  const base = { evidence, at: state.last_at, basis: "observation" } as const;
  if (end === "nothing-changed") {
    const wasSent = slots.some(({ attempts }) => attempts > 0);
    const reason = wasSent ? "no row matches any more; what was approved was not done" : "no row matches";
    return { ...base, kind: end, message: `nothing was changed: ${reason}` };
  }
  const conflicts = successes.flatMap((slot) => conflictsOf(slot));
  if (end === "undone-in-part") {
    const message = `undone in part: ${countText(conflicts.length, "row")} ${conflicts.length === 1 ? "was" : "were"} changed since and ${conflicts.length === 1 ? "stays" : "stay"} as ${conflicts.length === 1 ? "it is" : "they are"}`;
    return { ...base, kind: end, message };
  }
  return { ...base, kind: "recovered", message: `done: ${countText(successes.length, "statement")} committed` };
}

const NOT_RECOVERED: Readonly<
  Record<Exclude<End, "recovered" | "nothing-changed" | "undone-in-part" | "in-doubt">, string>
> = {
  "changes-pending": "a dry run: nothing was changed; the changes marked `not run: dry` are pending",
  "criteria-not-met": "NOT recovered: the steps were carried out, but not every success criterion was seen to hold",
  failed: "FAILED: a step is known not to have been applied, and nothing after it was done",
  refused: "refused",
  stopped: "stopped by decision",
  unreachable: "stopped: something did not answer; what was done before stands",
};

/** Failed, though the change was done: nobody may take it for not applied. */
const FLAWED = "FAILED: a step was done, but a record says otherwise, and nothing after it was done";

/** What an end rests on that is no recovery: what stopped a target, or what failed and was not met on its way through. */
function stopsOf(state: RunState, target: TargetState): readonly string[] {
  if (target.status !== "going") return [target.event];
  const unmet = criteriaOf(state, target).flatMap(({ sight: observation }) =>
    observation?.holds === false ? [observation.event] : [],
  );
  const failures = slotsOf(target).flatMap(({ mark, event }) => (mark === "failed" ? [event] : []));
  return [...failures, ...unmet];
}

/** The sentence of an end that is no recovery, with its reason. */
function notRecovered(target: TargetState, end: keyof typeof NOT_RECOVERED): string {
  const slots = slotsOf(target);
  const words = end === "failed" && slots.some(isFlawed) ? FLAWED : NOT_RECOVERED[end];
  const isUntouched = (end === "refused" || end === "stopped") && !slots.some(({ attempts }) => attempts > 0);
  const reason = whyNotRecovered(target);
  return `${words}${isUntouched ? "; nothing was sent for it" : ""}${reason === "" ? "" : `. ${reason}`}`;
}

function closedClaim(state: RunState, target: TargetState, closeEvent: string): EndClaim {
  const end = endOf(state, target);
  if (end === null)
    return inference(state, "open", "closed, but not every success criterion that it asks was looked at", closeEvent);
  if (end === "recovered" && state.created.direct === undefined) return recoveredClaim(state, target, closeEvent);
  if (end === "recovered" || end === "nothing-changed" || end === "undone-in-part")
    return directClaim(state, target, end, closeEvent);
  if (end === "in-doubt")
    return doubtClaim(state, target, false) ?? inference(state, end, `IN DOUBT: ${target.reason}`, closeEvent);
  const stops = stopsOf(state, target);
  return {
    kind: end,
    message: notRecovered(target, end),
    basis: basisOfEnd(end, target, stops.length),
    evidence: evidenceOf(closeEvent, ...stops),
    at: state.last_at,
  };
}

/**
 * How it ended for a target, or how it stands while it has not ended. What is in doubt comes first, always. `driven`: a
 * process is at the run just now, so what was sent and has not answered is under way, not in doubt.
 */
export function endClaim(state: RunState, target: TargetState, driven = false): EndClaim {
  const doubt = doubtClaim(state, target, driven);
  if (doubt !== null) return doubt;
  const { closed: closeEvent } = state.events;
  if (closeEvent === null) return openClaim(state, target);
  return undoneClaim(state, target) ?? closedClaim(state, target, closeEvent);
}
