/** The runs of a journal on one line each, from their first and last event: no run is read whole for that. */
import { doubtsOf } from "../../engine/doubt.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import { EXIT } from "../../engine/exit.ts";
import type { RunLine } from "../../engine/journal-port.ts";
import { fold } from "../../engine/record.ts";
import type { PhaseSpec } from "../../phases/spec.ts";
import type { Journal } from "../../journal/journal.ts";
import { endOf, slotsOf, whyNotRecovered } from "../../engine/end.ts";
import { isSent, type RunState } from "../../engine/state.ts";
import type { Remnant, RunSummary } from "../../ui/sources.ts";
import { wordText } from "../../engine/wire-words.ts";
import { isAlive } from "../session/driven.ts";

const ENDS: Readonly<Record<number, string>> = {
  [EXIT.done]: "done",
  [EXIT.failed]: "failed",
  [EXIT.doubt]: "in doubt",
  [EXIT.stopped]: "stopped or refused",
  [EXIT.unreachable]: "no answer",
};

type Standing = Pick<RunSummary, "outcome" | "status" | "doubts" | "remnant">;

/** How a run stands that failed while nobody was there to decide what becomes of it. */
export const LEFT_AS_FAILED = "paused: failed";

function standing(journal: Journal, line: RunLine, last: RunEvent): Standing {
  if (last.type === "run.closed") {
    const outcome = ENDS[last.body.exit] ?? `exit ${last.body.exit}`;
    return { outcome, status: "closed", doubts: [], remnant: closedRemnant(journal, line, last) };
  }
  if (last.type !== "run.paused" && isAlive(last)) return { outcome: "going on", status: "driven", doubts: [] };
  return openStanding(journal, line, last);
}

/** A dry run has nothing that could be taken up, however it came to its end. */
function dryStanding(last: RunEvent): Standing {
  if (last.type === "run.closed") return dryEnd(ENDS[last.body.exit] ?? `exit ${last.body.exit}`);
  if (last.type === "run.paused") return dryEnd(wordText(last.body.reason));
  return isAlive(last) ? { outcome: "dry run, going on", status: "driven", doubts: [] } : dryEnd("broken off");
}

const dryEnd = (end: string): Standing => ({ outcome: `dry run: ${end}`, status: "closed", doubts: [] });

const reasonText = (outcome: string, reason: string): string => (reason === "" ? outcome : `${outcome}: ${reason}`);

/** What a closed run left: its last event has it, and only of one that did not recover all it is asked what it sent. */
function closedRemnant(journal: Journal, { run_id }: RunLine, last: RunEvent & { type: "run.closed" }): Remnant {
  const failures = last.body.ends.flatMap(({ key, end, says }) =>
    end === "recovered" ? [] : [[key, reasonText(wordText(end), says)] as const],
  );
  const isSent = failures.length === 0 || journal.hasSent(run_id);
  return { at: last.wall_time, sent: isSent, failures: Object.fromEntries(failures) };
}

/** What a paused run left so far. */
function pausedRemnant(state: RunState, last: RunEvent & { type: "run.paused" }): Remnant {
  const failures = state.targets.flatMap((target) => {
    if (endOf(state, target) === "recovered") return [];
    const reason = whyNotRecovered(target) || last.body.says;
    return [[target.key, reasonText(`paused, ${wordText(last.body.reason)}`, reason)] as const];
  });
  const isAnySent = state.targets.some((target) => slotsOf(target).some(isSent));
  return { at: last.wall_time, sent: isAnySent, failures: Object.fromEntries(failures) };
}

/** How a run stands that nobody drives: what it left in doubt, and what it sent, is only in the whole of it. */
function openStanding(journal: Journal, { run_id }: RunLine, last: RunEvent): Standing {
  const state = fold(journal.events(run_id));
  const doubts = state === null ? [] : doubtsOf(state);
  const [first] = doubts;
  const outcome = first === undefined ? null : `IN DOUBT: ${first.title}`;
  if (last.type !== "run.paused") return { outcome: outcome ?? "left in the middle", status: "left", doubts };
  const remnant = state === null ? {} : { remnant: pausedRemnant(state, last) };
  return { outcome: outcome ?? `paused: ${wordText(last.body.reason)}`, status: "paused", doubts, ...remnant };
}

function summary(journal: Journal, line: RunLine): RunSummary | null {
  const beginning = journal.beginning(line);
  const newest = journal.standing(line.run_id);
  const last = newest === null ? undefined : asRunEvent(newest);
  if (beginning === null || last === undefined) return null;
  const { runbook, title, by, targets, isDry } = beginning;
  const { remnant, ...stands } = isDry ? dryStanding(last) : standing(journal, line, last);
  return {
    run_id: line.run_id,
    created: line.created,
    runbook,
    title,
    operator: by,
    driver: `${last.actor.login} (pid ${last.actor.pid})`,
    targets,
    ...stands,
    ...(isDry ? { dry: true } : {}),
    ...(remnant === undefined ? {} : { remnant }),
    ...(stands.status === "driven" ? { at: placeOf(journal, line, phasesOf(journal, line)) } : {}),
  };
}

/** The phases of a run's own runbook, which its first event has. */
function phasesOf(journal: Journal, { first_seq: seq }: RunLine): readonly PhaseSpec[] {
  const [first] = journal.page(seq - 1, 1).map(asRunEvent);
  return first?.type === "run.created" ? first.body.runbook.phases : [];
}

/** So many of the newest events are looked through for the phase that a run is in. */
const LATELY = 50;

/** The phase of the newest event that belongs to one. */
function placeOf(journal: Journal, line: RunLine, phases: readonly PhaseSpec[]): string {
  const lately = journal.page(Math.max(line.first_seq, line.last_seq - LATELY) - 1, LATELY + 1);
  const newest = lately.findLast(({ run_id, phase_id }) => run_id === line.run_id && phase_id !== null);
  const index = phases.findIndex(({ id }) => id === newest?.phase_id);
  const phase = phases[index];
  return phase === undefined ? "" : `phase ${index + 1} of ${phases.length}, ${phase.title}`;
}

/** The newest runs, and every older one that is not closed. */
function listRuns(journal: Journal, limit: number): RunLine[] {
  const newest = journal.runs(limit);
  const ids = new Set(newest.map(({ run_id }) => run_id));
  const open = newest.length < limit ? [] : journal.openRuns().filter(({ run_id }) => !ids.has(run_id));
  return [...newest, ...open];
}

/** Remembers what it made of a run until something is appended to it. */
export function runSummaries(): (journal: Journal, limit: number) => RunSummary[] {
  const cache = new Map<string, { readonly last: number; readonly run: RunSummary | null }>();
  return (journal, limit) =>
    listRuns(journal, limit).flatMap((line) => {
      const entry = cache.get(line.run_id);
      const isCurrent = entry?.last === line.last_seq && entry.run?.status !== "driven";
      const run = isCurrent ? entry.run : summary(journal, line);
      cache.set(line.run_id, { last: line.last_seq, run });
      return run === null ? [] : [run];
    });
}
