/**
 * The recorded exchanges of the original service's cleanup, played against the endpoint through the documented proxy
 * rule. Every difference is in the table; one that disappears fails as well as a new one.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { clearFaults, fault } from "../../src/lab/index.ts";
import { scenarios, type Exchange } from "../lab/recorded.ts";
import { omaSetups, recorderBare, shortName } from "../lab/setups.ts";
import { anEndpoint, ask, type Endpoint, type Got } from "../support/endpoint.ts";
import { anIncident, type Incident } from "../support/incident.ts";
import { oldAddress, type Proxy } from "../support/old-address.ts";

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

/** By scenario, a line for each call. What each means to a caller stands in docs/endpoint.md. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  // An unknown VM.
  "oma-02": ["500 -> 404, text -> json", "500 -> 404, text -> json"],
  // No volumes: there is nothing to put back, so "completed" would say what was never seen.
  "oma-03": ["200 -> 500"],
  // Open jobs whose engine may still be alive.
  "oma-04": ["200 -> 500"],
  "oma-05": [""],
  // No cut at 15 seconds.
  "oma-06": ["no answer -> 200"],
  "oma-07": ["no answer -> 200", ""],
  "oma-08": [""],
  // The sources disagree: a person decides.
  "oma-09": ["500 -> 409, text -> json"],
  // The snapshot is gone from CloudStack already.
  "oma-11": ["500 -> 200, text -> json"],
  "oma-12": ["text -> json"],
  "oma-13": ["text -> json", ""],
  // Two calls at once: one run.
  "oma-14": ["500 -> 409, text -> json", ""],
};

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

test("a caller of the original service sees what was recorded, but for the differences that are meant", async () => {
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
    const proxy = await oldAddress(endpoint.url);
    try {
      found[name] = await play(endpoint, proxy, name);
    } finally {
      await proxy.close();
      await endpoint.stop();
    }
  }
  expect(found).toEqual(DIFFERENCES);
}, 120_000);
