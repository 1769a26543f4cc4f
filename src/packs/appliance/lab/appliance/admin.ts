import type { LabConfig, Role } from "./config.ts";
import type { Fault, Faults } from "./faults.ts";
import { json, type Handler, type Listener } from "./http.ts";

let busy = 0;

/** Counts work that goes on after its answer: a process with such work is replaced when another world is loaded. */
export function countWork<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  return work.finally(() => {
    busy -= 1;
  });
}

/** The admin routes every process has: `/lab/faults` to read, set and clear faults; the rest is the process's own. */
export function adminHandler(
  lab: LabConfig,
  role: Role,
  faults: Faults,
  listener: () => Listener,
  own: Handler,
): Handler {
  return async (call) => {
    if (call.path === "/lab/alive")
      return json(200, { role, pid: process.pid, open: listener().isOpen(), lab: lab.name, busy });
    if (call.path !== "/lab/faults") return own(call);
    if (call.method === "POST") faults.set(JSON.parse(call.body) as Fault);
    if (call.method === "DELETE") faults.clear(call.query.get("name") ?? undefined);
    const down = faults.list().some((fault) => fault.name === `${role}-down`);
    await (down ? listener().shut() : listener().open());
    return json(200, faults.list());
  };
}
