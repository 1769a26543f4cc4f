/** The runs of a journal on one line each, from their first and last event: no run is read whole for that. */
import { hostname } from "node:os";
import { bootId } from "../connections/clock.ts";
import { asRunEvent, type RunEvent } from "../engine/events.ts";
import type { RunLine } from "../engine/journal-port.ts";
import { fold } from "../engine/record.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunSummary } from "../ui/sources.ts";

const ENDS: Readonly<Record<number, string>> = {
  0: "done",
  1: "failed",
  3: "in doubt",
  4: "stopped or refused",
  69: "no answer",
};

/** Whether the process that wrote an event still runs: on this host, since this boot. */
function isAlive({ actor, boot_id }: RunEvent): boolean {
  if (actor.host !== hostname() || boot_id !== bootId() || actor.pid === process.pid) return false;
  try {
    process.kill(actor.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function standing(journal: Journal, line: RunLine, last: RunEvent): Pick<RunSummary, "outcome" | "status" | "doubt"> {
  if (last.type === "run.closed") {
    const outcome = ENDS[last.body.exit] ?? `exit ${last.body.exit}`;
    return { outcome, status: "closed", doubt: last.body.exit === 3 };
  }
  if (last.type === "run.paused")
    return { outcome: `paused: ${last.body.reason}`, status: "paused", doubt: last.body.reason === "in doubt" };
  if (isAlive(last)) return { outcome: "going on", status: "driven", doubt: false };
  // Nobody said why it ended: whether a change is open is only in the whole of it.
  const state = fold(journal.events(line.run_id));
  const open = new Set(["intended", "waiting", "in doubt", "applied"]);
  const doubt =
    state?.targets.some((target) =>
      Object.values(target.phases).some((phase) => phase.slots.some(({ status }) => open.has(status))),
    ) ?? false;
  return { outcome: doubt ? "left in the middle, in doubt" : "left in the middle", status: "left", doubt };
}

/** The newest event of whoever drove the run: a note says nothing of how it stands, and anybody may write one. */
function newest(journal: Journal, line: RunLine): RunEvent | undefined {
  const [last] = journal.page(line.last_seq - 1, 1).map(asRunEvent);
  if (last?.type !== "operator.note") return last;
  return journal
    .events(line.run_id)
    .map(asRunEvent)
    .findLast(({ type }) => type !== "operator.note");
}

function summary(journal: Journal, line: RunLine): RunSummary | null {
  const [first] = journal.page(line.first_seq - 1, 1).map(asRunEvent);
  const last = newest(journal, line);
  if (first?.type !== "run.created" || last === undefined) return null;
  const stands = standing(journal, line, last);
  return {
    run_id: line.run_id,
    created: line.created,
    runbook: first.body.runbook.id,
    title: first.body.runbook.title,
    operator: first.actor.login,
    driver: `${last.actor.login} (pid ${last.actor.pid})`,
    targets: first.body.targets.map(({ key, label }) => ({ key, label })),
    ...stands,
    ...(stands.status === "driven" ? { at: placeOf(journal, line, first.body.runbook.phases) } : {}),
  };
}

/** So many of the newest events are looked through for the phase that a run is in. */
const LATELY = 50;

/** The phase of the newest event that belongs to one. */
function placeOf(journal: Journal, line: RunLine, phases: readonly PhaseSpec[]): string {
  const lately = journal.page(Math.max(line.first_seq, line.last_seq - LATELY) - 1, LATELY + 1);
  const newest = lately.findLast(({ run_id, phase_id }) => run_id === line.run_id && phase_id !== null);
  const at = phases.findIndex(({ id }) => id === newest?.phase_id);
  const phase = phases[at];
  return phase === undefined ? "" : `phase ${at + 1} of ${phases.length}, ${phase.title}`;
}

/** Remembers what it made of a run until something is appended to it. */
export function runSummaries(): (journal: Journal, limit: number) => RunSummary[] {
  const known = new Map<string, { readonly last: number; readonly made: RunSummary | null }>();
  return (journal, limit) =>
    journal.runs(limit).flatMap((line) => {
      const found = known.get(line.run_id);
      const settled = found?.last === line.last_seq && found.made?.status !== "driven";
      const made = settled ? found.made : summary(journal, line);
      known.set(line.run_id, { last: line.last_seq, made });
      return made === null ? [] : [made];
    });
}
