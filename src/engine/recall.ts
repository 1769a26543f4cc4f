/**
 * A stored run driven once more by today's engine and a runbook of today, with its own journal as the world. There are no
 * ports here: what the world and the person said is taken from the recorded events, and everything that the engine works
 * out itself (the next command, expansions, pages, the end) is worked out anew and compared.
 */
import { canonical, type Json } from "../ports/json.ts";
import type { PhaseSpec, Runbook } from "../phases/spec.ts";
import { apply } from "./apply.ts";
import { exitOf, isOpen } from "./end.ts";
import { isFromOutside } from "./event-table.ts";
import type { EventOf, EventType, RunEvent } from "./events.ts";
import { expansion } from "./expand.ts";
import { lanesOf, ready } from "./schedule.ts";
import { targetsOf, type Command } from "./command.ts";
import { startDocument } from "./document.ts";
import { findSlot, type RunState, type Slot, type TargetState } from "./state.ts";
import { EXPANSION } from "./undecided.ts";

/** Where the course of today leaves the recorded one. */
export interface Departure {
  readonly seq: number;
  readonly says: string;
}

export interface Recalled {
  /** The events that today's engine comes to as well, the runbook in the first being today's. */
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  readonly departure: Departure | null;
}

const ATTEMPT: readonly EventType[] = [
  "step.undo-prepared",
  "step.accepted",
  "step.outcome",
  "step.reconciled",
  "step.verified",
  "step.marked",
];
const APPROVAL: readonly EventType[] = ["approval.requested", "approval.given", "approval.rejected"];
const DECISION: readonly EventType[] = ["decision.requested", "decision.made"];

/** The events that a command can come to. */
const YIELDS: Readonly<Record<Command["do"], readonly EventType[]>> = {
  start: APPROVAL,
  approve: APPROVAL,
  "approve-rest": APPROVAL,
  canary: DECISION,
  expand: ["phase.expanded"],
  preview: ["step.previewed", "step.marked"],
  read: ["step.read", "step.marked"],
  wait: ["step.read", "step.marked"],
  gate: [...DECISION, "step.marked"],
  execute: ["step.intent", "step.marked"],
  manual: [...DECISION, "step.verified", "step.marked"],
  settle: ATTEMPT,
  verify: ATTEMPT,
  watch: ["rung.entered", "rung.observed", "rung.ended"],
  climb: DECISION,
  rescue: DECISION,
  failure: [...DECISION, "step.marked", "step.verified"],
  "end-phase": ["phase.ended"],
  criterion: ["criterion.observed"],
  collect: ["evidence.collected"],
  halt: [],
  pause: [],
  close: ["run.closed"],
};

const isSame = (a: unknown, b: unknown): boolean => canonical((a ?? null) as Json) === canonical((b ?? null) as Json);

function slotOf(state: RunState, event: RunEvent): Slot | undefined {
  const target = state.targets.find(({ key }) => key === event.target_key);
  return findSlot(target?.phases[event.phase_id ?? ""], event.step_id, event.item);
}

/** Whether an event belongs to a command: its type, its target, its phase and its step. */
function belongs(event: RunEvent, command: Command): boolean {
  if (!YIELDS[command.do].includes(event.type)) return false;
  const targets = targetsOf(command);
  if (event.target_key !== null && targets.length > 0 && !targets.includes(event.target_key)) return false;
  if ("phase" in command && event.phase_id !== command.phase.id) return false;
  if (event.type === "criterion.observed")
    return command.do === "criterion" && event.body.criterion === command.criterion;
  const refs = "ref" in command ? [command.ref] : "refs" in command ? command.refs : null;
  return refs === null || refs.some(({ phase, slot }) => phase.id === event.phase_id && slot.step === event.step_id);
}

/** What will be done now, as a sentence. */
function commandText(command: Command): string {
  const ref = "ref" in command ? command.ref : "refs" in command ? command.refs[0] : undefined;
  if (ref !== undefined) return `${command.do} ${ref.phase.id}/${ref.slot.step} of ${ref.target.label}`;
  return "phase" in command ? `${command.do} ${command.phase.id}` : command.do;
}

/** The probes and the step that an event answers, as a runbook has them. */
function questionOf(runbook: Runbook, event: RunEvent): unknown {
  const phase = runbook.phases.find(({ id }) => id === event.phase_id);
  const probes = (names: readonly (string | undefined)[]): unknown =>
    names.map((name) => runbook.probes[name ?? ""] ?? null);
  if (event.type === "criterion.observed") {
    const { criterion } = event.body;
    return probes([runbook.success.find(({ id }) => id === criterion)?.probe]);
  }
  if (event.type.startsWith("rung."))
    return [phase?.rung ?? null, probes([phase?.rung?.done_when, phase?.rung?.fails_when])];
  if (event.type === "phase.expanded")
    return [phase?.needs ?? null, probes((phase?.needs ?? []).map(({ probe }) => probe))];
  if (event.type.startsWith("decision.")) return choicesOf(phase, event);
  const step = phase?.steps.find(({ id }) => id === event.step_id);
  return step?.does === "change" ? [step, probes([step.already, step.require, step.verify])] : step;
}

function choicesOf(phase: PhaseSpec | undefined, { step_id }: RunEvent): unknown {
  const step = phase?.steps.find(({ id }) => id === step_id);
  return step?.does === "gate" ? step.choices : [phase?.rescue?.choices ?? null, phase?.rung?.climb.choices ?? null];
}

type CommandOf<Do extends Command["do"]> = Extract<Command, { do: Do }>;

/** How the steps of a phase would be others today, or null. One that could not be worked out then is not compared. */
function otherSteps(state: RunState, { body }: EventOf<"phase.expanded">, command: CommandOf<"expand">): string | null {
  if (body.steps.some(({ step }) => step === EXPANSION)) return null;
  const { id } = command.phase;
  const today = expansion(state, command.target, command.phase);
  if (!today.ok) return `phase ${id} cannot be worked out today: ${today.error}`;
  const { skipped: reason, steps } = today.value;
  if (!isSame(reason, body.skipped))
    return `phase ${id} was ${body.skipped ?? "entered"}; today it is ${reason ?? "entered"}`;
  const difference = body.steps.find((step, index) => !isSame(step, steps[index]));
  if (difference !== undefined) return `step ${difference.step} of phase ${id} would be another one today`;
  return body.steps.length === steps.length ? null : `phase ${id} has more steps today`;
}

/** The pages of version 0.1 were made of other parts: theirs is not to be had today. */
const otherPage = (state: RunState, { body }: EventOf<"approval.requested">): string | null =>
  body.document === undefined || startDocument(state, body.approval).digest === body.page_digest
    ? null
    : "the first page is another one today";

function otherEnd(state: RunState, { body }: EventOf<"run.closed">): string | null {
  const exit = exitOf(state);
  if (exit === body.exit) return null;
  return `it would ${exit === null ? "not end" : `end with exit ${exit}`}, not ${body.exit}`;
}

/** Compares what the engine works out itself; null when it is what was recorded. */
function workedOut(state: RunState, event: RunEvent, command: Command): string | null {
  if (event.type === "phase.expanded" && command.do === "expand") return otherSteps(state, event, command);
  if (event.type === "approval.requested" && command.do === "start") return otherPage(state, event);
  if (event.type === "phase.ended" && command.do === "end-phase")
    return command.result === event.body.result ? null : `the phase would end as ${command.result}`;
  return event.type === "run.closed" ? otherEnd(state, event) : null;
}

/** What today's engine would do now, beside what is under way in a batch. */
function commandsOf(state: RunState): readonly Command[] {
  const isBusy = ({ phases }: TargetState): boolean => Object.values(phases).some(({ slots }) => slots.some(isOpen));
  const busy = lanesOf(state) === 1 ? [] : state.targets.filter(isBusy);
  return ready(state, new Set(busy.map(({ key }) => key)), new Set());
}

/** What comes of an act of the outside, or of an undo later on, and is no command's: there is nothing to compare it with. */
const isNoCommands = (event: RunEvent): boolean =>
  isFromOutside(event.type) || (event.type === "step.marked" && event.body.mark.startsWith("undone"));

/** Whether an event goes on with an attempt that is under way. */
function isOfAttempt(state: RunState, event: RunEvent): boolean {
  const slot = slotOf(state, event);
  return slot !== undefined && isOpen(slot) && ATTEMPT.includes(event.type);
}

/** Why today's course leaves the recorded one at this event, or null. */
function departs(state: RunState, event: RunEvent, runbook: Runbook): string | null {
  if (isNoCommands(event)) return null;
  const commands = isOfAttempt(state, event) ? null : commandsOf(state);
  const command = commands?.find((candidate) => belongs(event, candidate));
  if (commands !== null && command === undefined) {
    const subject = event.step_id === null ? "" : ` of ${event.step_id}`;
    return `recorded is ${event.type}${subject}; today's engine would ${commands.map(commandText).join(", ") || "wait"}`;
  }
  if (!isSame(questionOf(state.runbook, event), questionOf(runbook, event)))
    return `the journal has no answer: ${event.step_id ?? event.phase_id ?? "a criterion"} asks something else today`;
  return command === undefined ? null : workedOut(state, event, command);
}

/** Drives a recorded run with the runbook of today, as far as the journal answers. Pure. */
export function recall(events: readonly RunEvent[], runbook: Runbook): Recalled {
  const [first, ...rest] = events;
  if (first?.type !== "run.created") throw new Error("a run begins with run.created");
  const begun: RunEvent = { ...first, body: { ...first.body, runbook } };
  let state = apply(null, begun);
  const prefix: RunEvent[] = [begun];
  for (const event of rest) {
    const says = departs(state, event, first.body.runbook);
    if (says !== null) return { events: prefix, state, departure: { seq: event.seq, says } };
    state = apply(state, event);
    prefix.push(event);
  }
  return { events: prefix, state, departure: null };
}
