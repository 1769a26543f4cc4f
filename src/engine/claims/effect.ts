/** What is claimed of a run's own effects: how many there were, and that there were none. */
import { slotsOf } from "../end.ts";
import type { RunState, Slot } from "../state.ts";
import { counted } from "../words.ts";
import { evidenceOf, type Claim } from "./claim.ts";

/** `none`: nothing was sent. `made`: all that was sent is known to have ended. `in-doubt`: something is not. */
export type EffectClaimKind = "none" | "made" | "in-doubt";

const changesOf = (state: RunState): readonly Slot[] =>
  state.targets.flatMap((target) => slotsOf(target).filter(({ does }) => does === "change"));

const isUnsettled = ({ status }: Slot): boolean => ["intended", "waiting", "in doubt"].includes(status);

/** Changes that this run carried out: sent, and seen to have worked. */
export const isMade = ({ does, mark, attempts }: Slot): boolean =>
  does === "change" && mark === "succeeded" && attempts > 0;

/** The run's own changes, counted: from the journal, nobody looked for it. */
export function effectClaim(state: RunState): Claim<EffectClaimKind> {
  const changes = changesOf(state);
  const made = changes.filter(isMade);
  const doubt = changes.filter(isUnsettled);
  const failed = changes.filter(({ mark }) => mark === "failed");
  const undone = changes.filter(({ mark }) => mark === "undone" || mark === "undone in part");
  const lapsed = changes.reduce((sum, { lapses }) => sum + lapses, 0);
  const said = changes.filter(({ mark }) => mark === "by hand");
  const parts = [
    ...(made.length > 0 ? [`${counted(made.length, "change")} made and seen`] : []),
    ...(lapsed > 0 ? [`${counted(lapsed, "change")} made and come undone since`] : []),
    ...(undone.length > 0 ? [`${counted(undone.length, "change")} made and taken back`] : []),
    ...(said.length > 0 ? [`${counted(said.length, "change")} done by hand, on somebody's word`] : []),
    ...(doubt.length > 0 ? [`${doubt.length} under way or in doubt`] : []),
    ...(failed.length > 0 ? [`${failed.length} known not done`] : []),
  ];
  const sent = changes.filter(({ attempts }) => attempts > 0);
  const nothing = state.closed === null ? "nothing was sent yet" : "nothing was sent";
  return {
    kind: doubt.length > 0 ? "in-doubt" : sent.length > 0 || said.length > 0 ? "made" : "none",
    message: parts.length === 0 ? nothing : parts.join(", "),
    basis: "inference",
    evidence: evidenceOf(state.events.created, ...sent.map(({ event }) => event)),
    at: state.last_at,
  };
}
