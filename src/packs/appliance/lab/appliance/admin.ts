import type { Fault, Faults } from "./faults.ts";
import { isDown, json, serve, type Call, type Handler, type Listener, type Service } from "./http.ts";

let busy = 0;

/** Counts work that goes on after its answer: a process with such work is replaced when another world is loaded. */
export function countWork<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  return work.finally(() => {
    busy -= 1;
  });
}

/** Serves a process of the lab: `handler` on its public port, and on its admin port `own` beside the routes that all have. */
export async function serveWithAdmin(service: Service, handler: Handler, own: Handler): Promise<void> {
  const admin = adminHandler(service, () => listener, own);
  const listener = await serve(service, handler, admin);
}

/** The admin routes every process has: `/lab/faults` to read, set and clear faults; the rest is the process's own. */
function adminHandler(service: Service, listener: () => Listener, own: Handler): Handler {
  const { lab, role, faults } = service;
  return async (call) => {
    if (call.path === "/lab/alive")
      return json(200, { role, pid: process.pid, open: listener().isOpen(), lab: lab.name, busy });
    if (call.path !== "/lab/faults") return own(call);
    changeFaults(faults, call);
    await (isDown(service) ? listener().shut() : listener().open());
    return json(200, faults.list());
  };
}

function changeFaults(faults: Faults, { method, body, query }: Call): void {
  if (method === "POST") faults.set(JSON.parse(body) as Fault);
  if (method === "DELETE") faults.clear(query.get("name") ?? undefined);
}
