import { countWork, serveWithAdmin } from "../appliance/admin.ts";
import { goNow, goSecond, spentBy } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import { openDatabase } from "../appliance/database.ts";
import { openFaults } from "../appliance/faults.ts";
import { decodeGo } from "../appliance/gojson.ts";
import { json, text, type LabAnswer, type Call } from "../appliance/http.ts";
import { match, route, type Route } from "../appliance/route.ts";
import { adoptEngines, installScripts } from "../failover/blocked.ts";
import { adoptPolling } from "../failover/polling.ts";
import type { Loadable } from "../worlds/model.ts";
import { plainError, reply, timedError } from "./answers.ts";
import { cleanupFailed } from "./cleanup.ts";
import { contextRoutes } from "./contexts.ts";
import { keptSdk, messageOf, type Api } from "./context.ts";
import { preflightRoutes } from "./preflight.ts";
import { rollbackRoutes } from "./rollback.ts";
import { statusRoutes } from "./status.ts";

/** Seconds after which the server can no longer write its answer. */
const writeTimeout = 15;

/** Runs the lab's OMA API, with the failover engine inside, until the process ends. */
export async function runApi(lab: LabConfig): Promise<void> {
  const faults = openFaults(lab.dir, "api");
  const db = openDatabase(lab, "oma-api");
  const api: Api = { lab, faults, db, engines: new Map(), sdk: keptSdk(lab, db) };
  installScripts(lab);
  const open = [...openRoutes(api), ...preflightRoutes(), ...rollbackRoutes(api)];
  const guardedRoutes = [...statusRoutes(api), ...contextRoutes(api), cleanupRoute(api)].map((entry) =>
    guard(api, entry),
  );
  const routes = [...open, ...guardedRoutes];
  await serveWithAdmin(
    { lab, role: "api", faults },
    (call) => answer(routes, call),
    (call) => adminOf(api, call),
  );
}

async function answer(routes: Route[], call: Call): Promise<LabAnswer> {
  const clean = call.path.replaceAll(/\/{2,}/g, "/");
  if (clean !== call.path) return { status: 301, headers: { location: clean }, body: "" };
  const hit = match(routes, call);
  if (hit === null) return text(404, "404 page not found\n");
  if (hit === "path") return { status: 405, headers: {}, body: "" };
  return hit.route.handle(call, hit.params);
}

/** The route behind the check of a token, where a fault asks for one. */
function guard({ faults }: Api, { handle, ...place }: Route): Route {
  return {
    ...place,
    handle: (call, params) =>
      faults.take("api-auth") ? timedError(401, tokenRefusal(call.headers.authorization), "") : handle(call, params),
  };
}

/** There is no valid token in a lab: signing in always fails. */
function tokenRefusal(header: string | undefined): string {
  if (header === undefined) return "Missing authorization header";
  return header.startsWith("Bearer ") ? "Invalid or expired token" : "Invalid authorization format";
}

function openRoutes(api: Api): Route[] {
  return [
    route("GET /health", () => {
      const health = { database: "connected", service: "SHA API", status: "healthy", version: "1.0.0" };
      return reply(200, { ...health, timestamp: goSecond() });
    }),
    route("GET /api/v1/debug/health", async () => {
      const up = await api.db
        .row("select 1")
        .then(() => true)
        .catch(() => false);
      const database_status = up ? "connected" : "disconnected";
      return reply(200, { database_status, system_health: up ? "healthy" : "degraded", timestamp: goSecond() });
    }),
    route("POST /api/v1/auth/login", (call) => {
      try {
        decodeGo(call.body, "LoginRequest");
        return reply(401, { success: false, error_message: "Invalid credentials" });
      } catch (problem) {
        return timedError(400, "Invalid request payload", messageOf(problem));
      }
    }),
  ];
}

function cleanupRoute(api: Api): Route {
  return route("POST /api/v1/failover/:vm/cleanup-failed", async (call, { vm = "" }) => {
    const { value: result, ms } = await spentBy(() =>
      countWork(cleanupFailed(api, vm, call.signal)).then(
        () => null,
        (problem: unknown) => messageOf(problem),
      ),
    );
    // the work is done either way; past the write timeout there is no way to say so
    if (ms > writeTimeout * 1000) return null;
    if (result !== null) return plainError(500, `Failed to cleanup failed execution: ${result}`);
    const message = `Failed execution cleanup completed for ${vm}`;
    return reply(200, { message, success: true, timestamp: goNow(), vm_name: vm });
  });
}

function dropEngines({ engines }: Api): void {
  for (const engine of engines.values()) engine.stop();
  engines.clear();
}

async function startEngines(api: Api, { engines }: Pick<Loadable, "engines">): Promise<void> {
  await adoptEngines(
    api,
    engines.filter(({ kind }) => kind === "blocked").map(({ job }) => job),
  );
  for (const { job, kind } of engines) if (kind !== "blocked") await adoptPolling(api, job, kind);
}

/** The lab's own handle on the engines: start them for jobs that hang in VirtIO injection, or drop them all. */
async function adminOf(api: Api, call: Call): Promise<LabAnswer> {
  if (call.path !== "/lab/engines") return json(404, { error: "no such route" });
  if (call.method === "DELETE") dropEngines(api);
  if (call.method === "POST") await startEngines(api, JSON.parse(call.body) as Pick<Loadable, "engines">);
  return json(200, { jobs: [...api.engines.keys()] });
}
