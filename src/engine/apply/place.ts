/** Where in the state an event belongs: its target, its phase, its step. */
import type { RunEvent } from "../events.ts";
import { findSlot, type PhaseState, type RunState, type Slot, type TargetState, type TargetStatus } from "../state.ts";

/** What an event makes of its target's status; the event is what that status rests on. */
export function standing(target: TargetState, event: RunEvent, status: TargetStatus, reason: string): TargetState {
  return { ...target, status, reason, event: event.event_id };
}

export function onTarget(state: RunState, key: string | null, change: (target: TargetState) => TargetState): RunState {
  return { ...state, targets: state.targets.map((target) => (target.key === key ? change(target) : target)) };
}

export function onPhase(state: RunState, event: RunEvent, change: (phase: PhaseState) => PhaseState): RunState {
  return onTarget(state, event.target_key, (target) => {
    const phase = target.phases[event.phase_id ?? ""];
    if (phase === undefined) throw new Error(`event ${event.seq} (${event.type}) is of a phase that was not entered`);
    return { ...target, phases: { ...target.phases, [event.phase_id ?? ""]: change(phase) } };
  });
}

export function onSlot(state: RunState, event: RunEvent, change: (slot: Slot) => Slot): RunState {
  return onPhase(state, event, (phase) => {
    const current = findSlot(phase, event.step_id, event.item);
    if (current === undefined) throw new Error(`event ${event.seq} (${event.type}) is of a step that was not planned`);
    const { event_id, wall_time: time } = event;
    const next = { ...change(current), event: event_id, at: time };
    return { ...phase, slots: phase.slots.map((slot) => (slot === current ? next : slot)) };
  });
}
