/** What is claimed of a run's own effects: how many there were, and that there were none. */
import { isOpen, slotsOf } from "../end.ts";
import type { Mark } from "../bodies.ts";
import { isFlawed, isHandmade, isMade, type RunState, type Slot } from "../state.ts";
import { countText } from "../words.ts";
import { evidenceOf, type Claim } from "./claim.ts";

/** `none`: nothing was sent. `made`: all that was sent is known to have ended. `in-doubt`: something is not, or not yet seen. */
export type EffectClaimKind = "none" | "made" | "in-doubt";

const changesOf = (state: RunState): readonly Slot[] =>
  state.targets.flatMap((target) => slotsOf(target).filter(({ does }) => does === "change"));

const hasMark =
  (...marks: readonly Mark[]) =>
  ({ mark }: Slot): boolean =>
    mark !== null && marks.includes(mark);

interface Sort {
  readonly fits: (slot: Slot) => boolean;
  readonly text: (count: number) => string;
  /** The event that it rests on: the one that ended it, or the intent that began it. */
  readonly rests: "end" | "intent";
}

const sort = (fits: Sort["fits"], text: Sort["text"], rests: Sort["rests"] = "end"): Sort => ({ fits, text, rests });
const changes = (count: number): string => countText(count, "change");

/** What became of changes, the first row that fits; one that was never sent and has none of these marks is not counted. */
const SORTS: readonly Sort[] = [
  sort(isMade, (count) => `${changes(count)} made and seen`),
  sort(isHandmade, (count) => `${changes(count)} done by hand and seen`),
  sort(hasMark("undone"), (count) => `${changes(count)} made and taken back`),
  sort(hasMark("undone-in-part"), (count) => `${changes(count)} made and taken back in part`),
  sort(hasMark("by-hand"), (count) => `${changes(count)} done by hand, on somebody's word`),
  sort(
    ({ status }) => status === "applied",
    (count) => `${changes(count)} made, not yet seen to have worked`,
  ),
  sort(isOpen, (count) => `${count} under way or in doubt`, "intent"),
  sort(
    ({ lapses }) => lapses > 0,
    (count) => `${changes(count)} made and come undone since`,
  ),
  sort(isFlawed, (count) => `${changes(count)} made, against which a record speaks`),
  sort(
    ({ mark, outcome }) => mark === "failed" && outcome?.kind === "unknown",
    (count) => `${count} not done, on somebody's word`,
  ),
  sort(hasMark("failed"), (count) => `${count} known not done`),
  sort(
    ({ attempts, mark, outcome }) => attempts > 0 && mark === "already" && outcome?.kind !== "not-applied",
    (count) => `${count} sent, and found done when it was looked at`,
  ),
  // Its end was never seen: somebody said that it did not happen.
  sort(
    ({ attempts, mark, outcome }) => attempts > 0 && mark === null && outcome?.kind !== "not-applied",
    (count) => `${count} sent and not applied, on somebody's word`,
  ),
  sort(
    ({ attempts }) => attempts > 0,
    (count) => `${count} sent and not applied`,
    "intent",
  ),
];

/** Each sort with the changes that are of it. */
function bySort(changes: readonly Slot[]): readonly { readonly sort: Sort; readonly slots: readonly Slot[] }[] {
  const firsts = changes.map((slot) => ({ slot, sort: SORTS.find(({ fits }) => fits(slot)) }));
  return SORTS.flatMap((sort) => {
    const slots = firsts.flatMap((first) => (first.sort === sort ? [first.slot] : []));
    return slots.length === 0 ? [] : [{ sort, slots }];
  });
}

/** The run's own changes, counted: from the journal, nobody looked for it. */
export function effectClaim(state: RunState): Claim<EffectClaimKind> {
  const changes = changesOf(state);
  const parts = bySort(changes);
  const begun = changes.some((slot) => slot.attempts > 0 || isHandmade(slot) || hasMark("by-hand")(slot));
  const evidence = parts.flatMap(({ sort: { rests }, slots }) =>
    slots.map((slot) => (rests === "intent" ? slot.sent : slot.event)),
  );
  const nothing = state.closed === null ? "nothing was sent yet" : "nothing was sent";
  return {
    kind: changes.some(isOpen) ? "in-doubt" : begun ? "made" : "none",
    message: parts.length === 0 ? nothing : parts.map(({ sort: { text }, slots }) => text(slots.length)).join(", "),
    basis: "inference",
    evidence: evidenceOf(state.events.created, ...evidence),
    at: state.last_at,
  };
}
