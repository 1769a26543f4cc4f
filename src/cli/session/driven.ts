/** Whether somebody drives a run now, as its last event says. */
import { hostname } from "node:os";
import { bootId } from "../../connections/clock.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import type { Journal } from "../../journal/journal.ts";

/** Whether the process that wrote an event still runs: on this host, since this boot. */
export function isAlive({ actor, boot_id }: RunEvent): boolean {
  if (actor.host !== hostname() || boot_id !== bootId() || actor.pid === process.pid) return false;
  try {
    process.kill(actor.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether somebody's Handrail drives a run now, as far as this host can tell. */
export function isDriven(journal: Pick<Journal, "standing">, runId: string): boolean {
  const last = journal.standing(runId);
  if (last === null) return false;
  const event = asRunEvent(last);
  return event.type !== "run.closed" && event.type !== "run.paused" && isAlive(event);
}
