/** What happened in a run from one event on, as far as somebody who was not there has to know. */
import type { Asks, Mark } from "../../engine/bodies.ts";
import type { EventOf, EventType, RunEvent } from "../../engine/events.ts";
import { findSlot, type RunState, type Slot } from "../../engine/state.ts";
import { clean } from "../../engine/words.ts";
import { wordText } from "../../engine/wire-words.ts";
import type { Happening } from "../absence.ts";
import { isOver, type RunModel } from "../model.ts";

interface Context {
  readonly state: RunState;
  readonly operator: string;
}

type Told = Omit<Happening, "at">;
type Saying<T extends EventType> = (event: EventOf<T>, context: Context) => Told | null;

const labelOf = (state: RunState, { target_key }: RunEvent): string =>
  clean(state.targets.find(({ key }) => key === target_key)?.label ?? "");

const slotOf = (state: RunState, event: RunEvent): Slot | undefined =>
  findSlot(
    state.targets.find(({ key }) => key === event.target_key)?.phases[event.phase_id ?? ""],
    event.step_id,
    event.item,
  );

/** A sentence about an event's step, with its target where there are several. */
function ofStep(state: RunState, event: RunEvent, says = ""): string {
  const title = clean(slotOf(state, event)?.title ?? event.step_id ?? "");
  const subject = state.targets.length > 1 ? `${labelOf(state, event)}: ` : "";
  return `${subject}${title}${says === "" ? "" : `: ${clean(says)}`}`;
}

const ofTarget = (state: RunState, event: RunEvent, says: string): string =>
  state.targets.length > 1 ? `${labelOf(state, event)}: ${clean(says)}` : clean(says);

const FAILURES: ReadonlySet<Mark> = new Set(["failed", "refused", "unreachable"]);

/** A step that failed, or whose end is not known still. */
function markSaid(event: EventOf<"step.marked">, { state }: Context): Told | null {
  const { mark, says } = event.body;
  if (FAILURES.has(mark)) return { kind: "failed", word: wordText(mark), text: ofStep(state, event, says) };
  return null;
}

function outcomeSaid(event: EventOf<"step.outcome" | "step.reconciled">, { state }: Context): Told | null {
  const { outcome } = event.body;
  // What was settled since is no doubt any more.
  if (outcome.kind !== "unknown" || slotOf(state, event)?.status !== "in-doubt") return null;
  return { kind: "doubt", word: "in doubt", text: ofStep(state, event, outcome.message) };
}

/** What somebody else did in the run. */
const byOthers =
  <T extends EventType>(word: string, says: (event: EventOf<T>) => string): Saying<T> =>
  (event, { operator }) => {
    const { login } = event.actor;
    return login === operator ? null : { kind: "rest", word, text: clean(`${login}: ${says(event)}`) };
  };

/** What is told of each event that is news; of the others nothing. */
const SAYINGS: { readonly [T in EventType]?: Saying<T> } = {
  "step.verified": (event, { state }) =>
    event.body.holds ? { kind: "done", word: "done", text: ofStep(state, event) } : null,
  "step.marked": markSaid,
  "step.outcome": outcomeSaid,
  "step.reconciled": outcomeSaid,
  "step.lapsed": (event, { state }) => ({
    kind: "broken",
    word: "came undone",
    text: ofStep(state, event, event.body.says),
  }),
  "hold.observed": (event, { state }) => {
    const { holds, says } = event.body;
    const text = ofTarget(state, event, says);
    return holds ? { kind: "rest", word: "so again", text } : { kind: "broken", word: "no longer so", text };
  },
  "criterion.observed": (event, { state }) => {
    const { holds, says } = event.body;
    return holds ? null : { kind: "failed", word: "not met", text: ofTarget(state, event, says) };
  },
  "rung.ended": (event, { state }) => {
    const { result, says } = event.body;
    return { kind: "rest", word: result === "done" ? "reacted" : "timed out", text: ofTarget(state, event, says) };
  },
  "run.paused": ({ body: { reason, says } }, { state }) =>
    state.paused === null ? null : { kind: "end", word: "paused", text: `${wordText(reason)}: ${clean(says)}` },
  "run.closed": ({ body: { exit } }) => ({ kind: "end", word: `closed, exit ${exit}`, text: "the run is over" }),
  "run.resumed": byOthers("taken up", () => "goes on with the run"),
  "operator.note": byOthers("note", ({ body }) => body.text),
  "operator.approved": byOthers("approved", () => "approved a page beforehand"),
  "decision.made": byOthers("decided", ({ body }) => `${body.gate}: ${body.choice}`),
};

/** The row of a type takes events of that type: the compiler cannot follow that through the table. */
const sayOf = (event: RunEvent, context: Context): Told | null =>
  (SAYINGS[event.type] as Saying<EventType> | undefined)?.(event, context) ?? null;

const ASKS: ReadonlySet<EventType> = new Set([
  "approval.requested",
  "approval.given",
  "approval.rejected",
  "approval.expired",
  "decision.requested",
  "decision.made",
]);

/** What a decision is about; of a gate its own question says it. */
const ASKED: Readonly<Record<Exclude<Asks, "gate">, string>> = {
  failure: "what becomes of a step that failed",
  doubt: "what became of a change in doubt",
  rescue: "how to go on after a phase that failed",
  climb: "which way to go on from a rung that did not work",
  canary: "whether the others are begun",
  manual: "how it went with what a person does outside",
};

/** What is asked, in a few words. */
function askTitle({ runbook }: RunState, event: RunEvent): string {
  if (event.type === "decision.requested") {
    const { asks, question } = event.body;
    return clean(asks === "gate" ? question : ASKED[asks]);
  }
  return clean(runbook.phases.find(({ id }) => id === event.phase_id)?.title ?? runbook.title);
}

/** What is asked now, and since which event; null where nothing is. */
function askSaid(run: RunModel, state: RunState): { readonly index: number; readonly happening: Happening } | null {
  const { question, how, history, cursor } = run;
  if (isOver(run)) return null;
  const index = history.events.slice(0, cursor).findLastIndex(({ type }) => ASKS.has(type));
  const event = history.events[index];
  const isOpen = how === "driving" ? question !== null : event?.type.endsWith(".requested") === true;
  if (event === undefined || !isOpen) return null;
  const word = how === "driving" ? "asks you" : "asks them";
  return { index, happening: { kind: "asks", at: event.wall_time, word, text: askTitle(state, event) } };
}

/** What happened from an event on, in its order, and last what is asked now; nothing where nothing of it is news. */
export function happeningsIn(run: RunModel, from: number, operator: string): readonly Happening[] {
  const { history, cursor, state } = run;
  if (state === null) return [];
  const happenings = history.events.slice(from, cursor).flatMap((event): Happening[] => {
    const told = sayOf(event, { state, operator });
    return told === null ? [] : [{ ...told, at: event.wall_time }];
  });
  const ask = askSaid(run, state);
  // A question that was there before is no news by itself.
  return ask === null || (happenings.length === 0 && ask.index < from) ? happenings : [...happenings, ask.happening];
}
