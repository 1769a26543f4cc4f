/**
 * The recorded exchanges of the original service's cleanup, played against the endpoint through the documented proxy
 * rule. Every difference is in the table; one that disappears fails as well as a new one.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clearFaults, fault } from "../../src/packs/appliance/lab/index.ts";
import { scenarios, type Exchange } from "../packs/appliance/lab/recorded.ts";
import { omaSetups, recorderBare, shortName } from "../packs/appliance/lab/setups.ts";
import { anEndpoint, ask, type Endpoint, type Got } from "../support/endpoint.ts";
import { anIncident, nameOnlyOnce, type Incident } from "../support/incident.ts";
import { NGINX, needs } from "../support/needs.ts";
import { CURLS, oldAddress, type Proxy } from "../support/old-address.ts";

const nginx = await needs(NGINX);
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

/** How an answer differs from the recorded one, in one line; "" when a caller cannot tell them apart. */
function difference(exchange: Exchange, got: Got): string {
  const was = exchange.transport_error === undefined ? String(exchange.status) : "no answer";
  const kind = "response_text" in exchange ? "text" : "json";
  const differs: string[] = [];
  if (was !== String(got.status)) differs.push(`${was} -> ${got.status}`);
  if (was !== "no answer" && kind === "text") differs.push("text -> json");
  const fields = Object.keys(got.json).sort().join(" ");
  if (kind === "json" && was === "200" && got.status === 200) {
    const recorded = Object.keys(exchange.response_json as object)
      .sort()
      .join(" ");
    if (fields !== recorded) differs.push(`${recorded} -> ${fields}`);
  }
  return differs.join(", ");
}

interface Difference {
  /** A line for each call; "" where a caller cannot tell the answers apart. */
  readonly calls: readonly string[];
  /** The row of docs/endpoint.md that says what it means to a caller. */
  readonly row?: string;
}

const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "oma-02": { calls: ["500 -> 404, text -> json", "500 -> 404, text -> json"], row: "an unknown VM" },
  // There is nothing to put back, so "completed" would say what was never seen.
  "oma-03": { calls: ["200 -> 500"], row: "a VM without volumes" },
  "oma-04": { calls: ["200 -> 500"], row: "an open job whose engine may still be alive" },
  "oma-05": { calls: [""] },
  "oma-06": { calls: ["no answer -> 200"], row: "longer than 15 s" },
  "oma-07": { calls: ["no answer -> 200", ""], row: "the caller hangs up" },
  "oma-08": { calls: [""] },
  "oma-09": { calls: ["500 -> 409, text -> json"], row: "database, daemon and CloudStack disagree" },
  "oma-11": { calls: ["500 -> 409, text -> json"], row: "a snapshot that is gone from CloudStack" },
  "oma-12": { calls: ["text -> json"], row: "a failure" },
  "oma-13": { calls: ["text -> json", ""], row: "a failure" },
  "oma-14": { calls: ["500 -> 409, text -> json", ""], row: "two calls for one VM" },
};

test("every difference is one that the docs name", () => {
  const page = readFileSync(new URL("../../docs/endpoint.md", import.meta.url), "utf8");
  const differing = Object.entries(DIFFERENCES).filter(([, { calls }]) => calls.some((call) => call !== ""));
  const named = differing.filter(([, { row }]) => row !== undefined && page.includes(`\n| ${row} | `));
  expect(named.map(([name]) => name)).toEqual(differing.map(([name]) => name));
});

async function play(endpoint: Endpoint, proxy: Proxy, name: string): Promise<string[]> {
  const scenario = scenarios("oma").find((each) => shortName(each) === name);
  if (scenario === undefined) throw new Error(`no scenario ${name} was recorded`);
  const send = ({ request: { method, path, body_text: body } }: Exchange): Promise<Got> =>
    ask(proxy.url, path, { method, token: null, ...(body === undefined ? {} : { body }) });
  const exchanges = scenario.exchanges.filter(({ request }) => request.path.endsWith("/cleanup-failed"));
  if (name === "oma-14") {
    const got = await Promise.all(exchanges.map(send));
    const sorted = got.sort((a, b) => b.status - a.status);
    return exchanges.map((exchange, at) => difference(exchange, sorted[at] as Got));
  }
  const lines: string[] = [];
  for (const [at, exchange] of exchanges.entries()) {
    if (name === "oma-13" && at === 1) await clearFaults(incident.lab, "cloudstack-fail-job");
    const got = await send(exchange);
    lines.push(difference(exchange, got));
  }
  return lines;
}

test(
  "a caller of the original service sees what was recorded, but for the differences that are meant",
  nginx,
  async () => {
    const found: Record<string, string[]> = {};
    const names = scenarios("oma")
      .map(shortName)
      .filter((name) => /cleanup-failed/u.test(scenarios("oma").find((s) => shortName(s) === name)?.scenario ?? ""));
    for (const name of names) {
      await incident.world("bare");
      await recorderBare(incident.lab);
      await fault(incident.lab, "cloudstack-job-time", { seconds: 0 });
      await omaSetups[name]?.(incident.lab);
      const endpoint = await anEndpoint(incident, { granted: 100 });
      const proxy = await oldAddress(endpoint.url, incident.lab.site.oma_api.url);
      try {
        found[name] = await play(endpoint, proxy, name);
      } finally {
        await proxy.close();
        await endpoint.stop();
      }
    }
    expect(found).toEqual(
      Object.fromEntries(Object.entries(DIFFERENCES).map(([name, { calls }]) => [name, [...calls]])),
    );
  },
);

test("the document's own curl lines work as they are, through nginx with the documented rule", nginx, async () => {
  await incident.world("stuck-virtio");
  await nameOnlyOnce(incident.lab);
  const endpoint = await anEndpoint(incident, { granted: 100 });
  const proxy = await oldAddress(endpoint.url, incident.lab.site.oma_api.url);
  const send = (path: string, method = "POST"): Promise<Got> => ask(proxy.url, path, { method, token: null });
  try {
    const paths = CURLS.map((line) => /localhost:8082([^"\s]*)/u.exec(line)?.[1] ?? "");
    expect(paths).toEqual([
      "/api/v1/failover/pgtest1/cleanup-failed",
      "/api/v1/failover/PhilB%20Test%20machine/cleanup-failed",
    ]);
    for (const [path, name] of [
      [paths[0] ?? "", "pgtest1"],
      [paths[1] ?? "", "PhilB Test machine"],
    ] as const) {
      const got = await send(path);
      expect(got.json).toEqual({
        success: true,
        message: `Failed execution cleanup completed for ${name}`,
        vm_name: name,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)$/u),
      });
      expect(got.status).toBe(200);
    }
    // Everything else is the appliance's API still.
    const elsewhere = await send("/api/v1/vm-contexts", "GET");
    expect([elsewhere.status, elsewhere.text]).toEqual([200, expect.stringContaining("pgtest1")]);
    // What is no name never gets to the old service, which would try: a clear error, and no run.
    const found: Record<string, number> = {};
    for (const name of ["a%2Fb", "a%07b", "..", "%2e%2e", "x".repeat(300), "a%ffb"]) {
      const got = await send(`/api/v1/failover/${name}/cleanup-failed`);
      found[name.slice(0, 7)] = got.status;
    }
    expect(found).toEqual({ "a%2Fb": 400, "a%07b": 400, "..": 404, "%2e%2e": 404, xxxxxxx: 400, "a%ffb": 400 });
    expect(((await ask(endpoint.url, "/api/v1/runs")).json["runs"] as unknown[]).length).toBe(2);
  } finally {
    await proxy.close();
    await endpoint.stop();
  }
});
