/** What is claimed of a run's own effects: how many there were, and that there were none. */
import { isOpen, slotsOf } from "../end.ts";
import type { Mark } from "../events.ts";
import type { RunState, Slot } from "../state.ts";
import { counted } from "../words.ts";
import { evidenceOf, type Claim } from "./claim.ts";

/** `none`: nothing was sent. `made`: all that was sent is known to have ended. `in-doubt`: something is not, or not yet seen. */
export type EffectClaimKind = "none" | "made" | "in-doubt";

const changesOf = (state: RunState): readonly Slot[] =>
  state.targets.flatMap((target) => slotsOf(target).filter(({ does }) => does === "change"));

const hasMark =
  (...marks: readonly Mark[]) =>
  ({ mark }: Slot): boolean =>
    mark !== null && marks.includes(mark);

/** Changes that this run carried out: sent, and seen to have worked. */
export const isMade = (slot: Slot): boolean =>
  slot.does === "change" && slot.attempts > 0 && hasMark("succeeded")(slot);

/** What became of changes, the first row that fits; one that was never sent and has none of these marks is not counted. */
const SORTS: readonly (readonly [fits: (slot: Slot) => boolean, text: (count: number) => string])[] = [
  [isMade, (count) => `${counted(count, "change")} made and seen`],
  [hasMark("undone"), (count) => `${counted(count, "change")} made and taken back`],
  [hasMark("undone in part"), (count) => `${counted(count, "change")} made and taken back in part`],
  [hasMark("by hand"), (count) => `${counted(count, "change")} done by hand, on somebody's word`],
  [({ status }) => status === "applied", (count) => `${counted(count, "change")} made, not yet seen to have worked`],
  [isOpen, (count) => `${count} under way or in doubt`],
  [hasMark("failed"), (count) => `${count} known not done`],
  [({ attempts }) => attempts > 0, (count) => `${count} sent and not applied`],
];

function partsOf(changes: readonly Slot[]): string[] {
  let rest = changes;
  return SORTS.flatMap(([fits, text]) => {
    const hits = rest.filter(fits);
    rest = rest.filter((slot) => !hits.includes(slot));
    return hits.length === 0 ? [] : [text(hits.length)];
  });
}

/** The run's own changes, counted: from the journal, nobody looked for it. */
export function effectClaim(state: RunState): Claim<EffectClaimKind> {
  const changes = changesOf(state);
  const begun = changes.filter((slot) => slot.attempts > 0 || hasMark("by hand")(slot));
  const parts = partsOf(changes);
  const nothing = state.closed === null ? "nothing was sent yet" : "nothing was sent";
  return {
    kind: changes.some(isOpen) ? "in-doubt" : begun.length > 0 ? "made" : "none",
    message: parts.length === 0 ? nothing : parts.join(", "),
    basis: "inference",
    evidence: evidenceOf(state.events.created, ...begun.map(({ event }) => event)),
    at: state.last_at,
  };
}
