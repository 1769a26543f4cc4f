/** Where a run is, what it waits for, what comes next, what was decided and how the world stands: in sentences. */
import type { Command, Ref } from "../../engine/command.ts";
import { ready } from "../../engine/schedule.ts";
import { isPlanned, isUnderWay, REST, START, type RunState, type Slot, type TargetState } from "../../engine/state.ts";
import type { PauseReason } from "../../engine/bodies.ts";
import { counterpartOf } from "../../engine/slot-text.ts";
import { brokenIn } from "../../engine/holds.ts";
import { effectClaim } from "../../engine/claims/effect.ts";
import { endClaim } from "../../engine/claims/end.ts";
import { mayCome } from "../../engine/prospect.ts";
import { limitMs, usageOf, type Usage } from "../../engine/limits.ts";
import { clean, timeOf } from "../../engine/words.ts";
import type { PhaseSpec } from "../../phases/spec.ts";
import { duration } from "../layout.ts";
import type { TextSpan, Tone } from "../line.ts";
import { isOver, type RunModel } from "../model.ts";
import type { SiteWords } from "../words.ts";
import { wordText } from "../../engine/wire-words.ts";

export interface SlotPlace {
  readonly target: TargetState;
  readonly phase: PhaseSpec;
  readonly slot: Slot;
}

function* places(state: RunState): Generator<SlotPlace> {
  for (const phase of state.runbook.phases)
    for (const target of state.targets)
      for (const slot of target.phases[phase.id]?.slots ?? []) yield { target, phase, slot };
}

/** The step that is under way, if there is one; of several the first. */
export function underWay(state: RunState): SlotPlace | null {
  for (const place of places(state)) if (isUnderWay(place.slot)) return place;
  return null;
}

/** The phase that the run is in. */
export function phaseNow(run: RunModel): string | null {
  const { state, question } = run;
  if (state === null) return null;
  if (question?.kind === "page" && question.page.phase !== START) return question.page.phase;
  const going = underWay(state);
  if (going !== null) return going.phase.id;
  const undone = [...places(state)].find(({ slot }) => slot.mark === "lapsed");
  if (undone !== undefined) return undone.phase.id;
  const [command] = ready(state, NOBODY, NOBODY);
  if (command !== undefined && "ref" in command) return command.ref.phase.id;
  if (command !== undefined && "phase" in command) return command.phase.id;
  const phases = state.runbook.phases.filter(({ id }) =>
    state.targets.some((target) => target.phases[id] !== undefined),
  );
  return phases.at(-1)?.id ?? state.runbook.phases[0]?.id ?? null;
}

const of = (state: RunState, target: TargetState): string =>
  state.targets.length > 1 ? ` (${clean(target.label)})` : "";

function attemptNow(state: RunState, { target, slot }: SlotPlace, nowMs: number): TextSpan {
  const title = `${clean(slot.title)}${of(state, target)}`;
  if (slot.settle !== null) return { text: `finding out what became of it: ${title}`, tone: "unknown" };
  if (slot.status === "applied") return { text: `looking whether it can be seen: ${title}`, tone: "running" };
  const counterpart = counterpartOf(state.runbook, slot.step);
  if (slot.status === "intended") return { text: `asking ${counterpart} to do it: ${title}`, tone: "running" };
  const endMs = limitMs(state, slot.at, slot.attempt?.limit ?? 0);
  const usage = usageOf(slot.at, endMs, nowMs);
  return { text: `waiting for ${counterpart}, ${limitText(endMs, usage)}: ${title}`, tone: USAGE_TONES[usage] };
}

const USAGE_TONES: Readonly<Record<Usage, Tone>> = { within: "running", "little-left": "waiting", up: "waiting" };

/** Until when it may last, as a clock time: it stands still, so that nothing is drawn only because time passes. */
function limitText(endMs: number, usage: Usage): string {
  const time = timeOf(new Date(endMs).toISOString());
  if (usage === "up") return `its time was up at ${time}`;
  return usage === "within" ? `until ${time} at most` : `LITTLE TIME LEFT, until ${time}`;
}

/** A rung is watched: until when, and what was seen last. */
function rungNow(state: RunState, phase: PhaseSpec, nowMs: number, words: SiteWords): TextSpan {
  const rungs = state.targets.flatMap((target) => {
    const rung = target.phases[phase.id]?.rung ?? null;
    return rung === null || rung.result !== null ? [] : [{ target, rung }];
  });
  const [first] = rungs;
  if (first === undefined) return { text: `beginning to watch: ${clean(phase.title)}`, tone: "running" };
  const { entered_wall: begin, box } = first.rung;
  const endMs = limitMs(state, begin, box);
  const usage = usageOf(begin, endMs, nowMs);
  const text = first.rung.says === "" ? clean(phase.title) : clean(first.rung.says);
  const subject = rungs.length > 1 ? ` (${rungs.length} ${words.targets})` : of(state, first.target);
  return { text: `watching, ${limitText(endMs, usage)}${subject}: ${text}`, tone: USAGE_TONES[usage] };
}

const PAUSED_TONES: Partial<Record<PauseReason, Tone>> = { "in-doubt": "unknown", "hold-broken": "danger" };

const NOBODY: ReadonlySet<string> = new Set();

/** Why nothing goes on; null where something does. */
function restSaid(state: RunState, question: RunModel["question"]): TextSpan | null {
  const { closed: end, paused: pause } = state;
  if (end !== null) return { text: `the run is closed, exit ${end.exit}`, tone: end.exit === 0 ? "ok" : "refused" };
  if (pause !== null)
    return {
      text: `paused, ${wordText(pause.reason)}: ${clean(pause.says)}`,
      tone: PAUSED_TONES[pause.reason] ?? "waiting",
    };
  if (question === null) return null;
  const answer = question.kind === "page" ? "approval" : "decision";
  return { text: `waiting for your ${answer}`, tone: "waiting" };
}

/** What is under way, and how many steps at once. */
function goingSaid(state: RunState, going: SlotPlace, nowMs: number): TextSpan {
  const sentence = attemptNow(state, going, nowMs);
  const count = [...places(state)].filter(({ slot }) => isUnderWay(slot)).length;
  const [broken] = brokenIn(going.target);
  if (broken !== undefined)
    return {
      text: `NO LONGER SO, nothing is begun after this step: ${clean(broken)}; ${sentence.text}`,
      tone: "danger",
    };
  return count > 1 ? { ...sentence, text: `${count} steps at once; ${sentence.text}` } : sentence;
}

type Saying<D extends Command["do"]> = (command: Extract<Command, { readonly do: D }>, state: RunState) => TextSpan;

const stepOf = (state: RunState, { slot, target }: Ref): string => `${clean(slot.title)}${of(state, target)}`;

/** What the run is about to do, where it is more than going on. */
const SAYINGS: { readonly [D in Command["do"]]?: Saying<D> } = {
  read: ({ ref }, state) => ({ text: `looking: ${stepOf(state, ref)}`, tone: "running" }),
  // It is of all who wait, and said once.
  wait: ({ refs }) => ({ text: `waiting: ${clean(refs[0]?.slot.title ?? "")}`, tone: "running" }),
  preview: ({ ref }, state) => ({ text: `finding out what it would hit: ${stepOf(state, ref)}`, tone: "running" }),
  expand: ({ phase, target }, state) => ({
    text: `working out the steps of "${clean(phase.title)}"${of(state, target)}`,
    tone: "running",
  }),
  execute: ({ ref }, state) => ({ text: `about to: ${stepOf(state, ref)}`, tone: "running" }),
  settle: ({ ref }, state) => ({ text: `finding out what became of: ${stepOf(state, ref)}`, tone: "unknown" }),
  criterion: ({ criterion, target }, state) => ({
    text: `looking whether it worked: ${criterion}${of(state, target)}`,
    tone: "running",
  }),
  climb: ({ phase }) => ({
    text: `the rung "${clean(phase.title)}" did not work; asking which way to go`,
    tone: "waiting",
  }),
  failure: ({ refs }) =>
    refs[0]?.slot.status === "in-doubt"
      ? { text: "no look can tell what became of a change; asking who knows", tone: "unknown" }
      : { text: "a step failed; asking what becomes of it", tone: "danger" },
  collect: () => ({ text: "collecting evidence for the report", tone: "running" }),
  start: () => ({ text: "ready to begin", tone: "waiting" }),
};

function sayingOf<D extends Command["do"]>(
  command: Extract<Command, { readonly do: D }>,
  verb: D,
  state: RunState,
): TextSpan {
  return SAYINGS[verb]?.(command, state) ?? { text: "going on", tone: "running" };
}

/** What happens now. */
export function nowSaid(run: RunModel, timeMs: number, words: SiteWords): TextSpan {
  const { state, question } = run;
  if (state === null) return { text: run.title, tone: "running" };
  // In a replay it is as late as at the event that is looked at.
  const nowMs = run.how === "replay" ? Date.parse(state.last_at) : timeMs;
  const rest = restSaid(state, question);
  if (rest !== null) return rest;
  const going = underWay(state);
  if (going !== null) return goingSaid(state, going, nowMs);
  const [command] = ready(state, NOBODY, NOBODY);
  if (command?.do === "watch") return rungNow(state, command.phase, nowMs, words);
  return command === undefined ? { text: "going on", tone: "running" } : sayingOf(command, command.do, state);
}

/** Whether one page for all that is left was approved: nothing more is asked then. */
const isAllApproved = ({ approvals }: RunState): boolean =>
  Object.values(approvals).some(({ id, status }) => id.startsWith(REST) && status === "given");

/** What comes after it. */
export function nextSaid(state: RunState, phase: string | null): string {
  if (state.closed !== null) return "nothing: the run is over";
  if (state.paused !== null) return "nothing, until somebody takes it up again";
  const { phases } = state.runbook;
  const index = phases.findIndex(({ id }) => id === phase);
  const rest = state.targets.reduce(
    (sum, target) => sum + (target.phases[phase ?? ""]?.slots.filter(isPlanned).length ?? 0),
    0,
  );
  const lead = rest === 0 ? "" : `${rest} more here, then `;
  if (rest === 0 && phases[index]?.rung !== undefined)
    return "on, as soon as it reacts; when its time is up, your decision which way to go";
  const next = phases.slice(index + 1).find((spec) => mayCome(state, spec));
  if (next === undefined) return `${lead}looking whether all ${state.runbook.success.length} success criteria hold`;
  const asks = next.steps.some(({ does }) => does === "change") && !isAllApproved(state) ? "asks first: " : "";
  return `${lead}${asks}${clean(next.title)}`;
}

/** An approval by the phase it was for; pages of single targets name them behind an `@`. */
function approvedName(id: string): string {
  if (id.startsWith(START)) return "start";
  if (id.startsWith(REST)) return "all the rest";
  return id.split(/[#@]/u)[0] ?? id;
}

/** For whom something was decided: nothing where it is all of them, names where they are few. */
const targetsText = (state: RunState, targets: readonly TargetState[], words: SiteWords): string =>
  targets.length === state.targets.length
    ? ""
    : targets.length > 2
      ? ` (${targets.length} ${words.targets})`
      : ` (${targets.map(({ label }) => clean(label)).join(", ")})`;

/** What was decided so far. */
export function decidedSaid(state: RunState, words: SiteWords): string {
  // What was given before a resume is void for what comes, but it was given.
  const approvals = Object.values(state.approvals).filter(
    ({ id, status, used: isUsed, given_mono }) =>
      status === "given" || isUsed || (id.startsWith(START) && given_mono > 0),
  );
  const choices = new Map<string, TargetState[]>();
  for (const target of state.targets)
    for (const [gate, choice] of Object.entries(target.decisions))
      choices.set(`${gate}=${clean(choice)}`, [...(choices.get(`${gate}=${clean(choice)}`) ?? []), target]);
  const parts = [
    ...(approvals.length === 0
      ? []
      : [`approved ${[...new Set(approvals.map(({ id }) => approvedName(id)))].join(", ")}`]),
    ...[...choices].map(([choice, targets]) => `${choice}${targetsText(state, targets, words)}`),
  ];
  return parts.length === 0 ? "nothing yet" : parts.join("; ");
}

/** What the journal has of the run's own changes. It is bookkeeping: nobody looked at the world for it. */
export function recordSaid(state: RunState): TextSpan {
  const claim = effectClaim(state);
  const { closed: end } = state;
  const tone = claim.kind === "in-doubt" ? "waiting" : "plain";
  if (end === null) return { text: clean(claim.message), tone };
  const ends = state.targets.map((target) => ({ label: target.label, claim: endClaim(state, target) }));
  const [first] = ends;
  const isSame = first !== undefined && ends.every((target) => target.claim.message === first.claim.message);
  const endText = isSame
    ? clean(first.claim.message)
    : ends.map((target) => `${clean(target.label)} ${wordText(target.claim.kind)}`).join(", ");
  const well = ends.every((target) => target.claim.kind === "recovered");
  return { text: `${endText}; ${clean(claim.message)}`, tone: end.exit !== 0 ? "danger" : well ? "ok" : "unknown" };
}

/** Since when a run that goes on does so, and how long one took that does not: a clock time stands still, as a count would not. */
export function runTime(run: RunModel): string {
  const [first] = run.history.events;
  if (first === undefined) return "";
  const last = run.history.events[run.cursor - 1];
  const isGoing = run.how !== "replay" && !isOver(run);
  // The day is in the name of the run, and seconds would only take room from its title.
  if (isGoing || last === undefined) return `since ${first.wall_time.slice(11, 16)}Z`;
  return duration((Date.parse(last.wall_time) - Date.parse(first.wall_time)) / 1000);
}
