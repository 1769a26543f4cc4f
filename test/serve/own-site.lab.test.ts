/** The endpoint over a site of nobody's product: any runbook that a standing grant names, and no other. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { stringify } from "yaml";
import { startServe } from "../../src/cli/commands/serve.ts";
import { endpoint as extension } from "../../src/packs/plain/endpoint.ts";
import { startHttp, type FakeServer } from "../support/http-server.ts";
import { ask as askAny, TOKEN, type Got, type Wish } from "../support/endpoint.ts";
import { quietIo } from "../support/incident.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";
import { QUEUE } from "../incidents/worlds.ts";

const QUEUES = join(import.meta.dirname, "../incidents/queue.yaml");
const PLAIN = "poison-jobs";
const TOLD = "poison-told";

/** The runbook of the incident, and the same once more with things that it has to be told. */
function books(): string {
  const text = readFileSync(QUEUES, "utf8");
  const inputs = `inputs:
      ticket: { title: The ticket, text: { pattern: "INC-[0-9]+" } }
      limit: { title: How many at most, int: { from: 1, to: 9 }, default: "5" }
      team: { title: Whose it is, choice_from: { sql.read: SELECT DISTINCT queue AS team FROM jobs, column: team } }
`;
  const [head = "", book = ""] = text.split("runbooks:\n");
  const told = book
    .replace(PLAIN, TOLD)
    .replace(/^ {4}action: .*\n/mu, "")
    .replace("    probes:\n", `    ${inputs}    probes:\n`)
    .replace(
      "jobs of ${target.queue}\n            when",
      "jobs of ${target.queue} for ${inputs.ticket}\n            when",
    );
  return `${head}runbooks:\n${book}${told}`;
}

let database: OwnDatabase;
let service: FakeServer;
let site: OwnSite;
let status = 404;

beforeAll(async () => {
  database = await ownDatabase(QUEUE.tables);
  service = await startHttp((_asked, response) => response.writeHead(status).end());
});
afterAll(async () => {
  await service.stop();
  await database.stop();
});
beforeEach(async () => {
  site = ownSite({}, join("nowhere"));
  writeFileSync(join(site.root, "books.yaml"), books());
  writeFileSync(join(site.root, "token"), TOKEN, { mode: 0o600 });
  configure([]);
  await database.server.root.query(`TRUNCATE shop.jobs; ${QUEUE.rows}`);
  status = 404;
});
afterEach(() => site.remove());

/** Writes the whole configuration, with these standing grants. */
function configure(grants: readonly string[]): void {
  const connections = { db: { mysql: database.mysql }, well: { http: { url: service.url } } };
  const serve = { port: 0, token: { file: join(site.root, "token") }, standing_grants: grants };
  const config = { sites: { shop: { connections } }, runbooks: ["books.yaml"], serve };
  writeFileSync(join(site.root, "config.yaml"), stringify(config), { mode: 0o600 });
}

/** Writes a standing grant, and the configuration that names it. */
async function granted(runbook: string, wish: object = {}): Promise<string> {
  const o = join(site.root, `${runbook}.standing`);
  const said = await site.cli("grant", [runbook], { standing: true, o, file: undefined, ...wish });
  expect(said).toMatchObject({ exit: 0, err: "" });
  configure([o]);
  return said.out;
}

async function serving(): Promise<string> {
  const { io } = quietIo(site.env);
  const served = await startServe({ values: {}, rest: [], io });
  onTestFinished(() => served.stop());
  return served.url;
}

const ask = (url: string, path: string, wish: Wish = {}): Promise<Got> => askAny(url, path, { extension, ...wish });
const order = (url: string, body: object | string | Buffer, headers: Record<string, string> = {}): Promise<Got> =>
  ask(url, "/api/v1/runs", {
    method: "POST",
    headers,
    body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
const runs = async (url: string): Promise<readonly unknown[]> =>
  (await ask(url, "/api/v1/runs")).json["runs"] as unknown[];
const poison = async (): Promise<unknown> => {
  const [rows] = await database.server.root.query("SELECT COUNT(*) AS n FROM shop.jobs WHERE attempts > 100");
  return (rows as { n: number }[])[0]?.n;
};

describe("a runbook that a standing grant names", () => {
  it("is carried out for a target by its name, and the grant says the runbook's own words", async () => {
    const out = await granted(PLAIN);
    expect(out).toContain("for EVERY queue that a caller of the endpoint names, at most 10 runs in 3600 seconds");
    expect(out).not.toMatch(/\bVMs?\b|test failover/u);
    const url = await serving();
    const got = await order(url, { runbook: PLAIN, target: "mail" });
    expect(got).toMatchObject({
      status: 200,
      json: { success: true, runbook: PLAIN, target: { key: "mail", label: "mail" } },
    });
    expect(await poison()).toBe(0);
    const run = await ask(url, `/api/v1/runs/${String(got.json["run_id"])}`);
    expect(run.json).toMatchObject({ status: "closed", exit: 0, runbook: PLAIN });
  });

  it("is begun and not waited for where the caller says so", async () => {
    await granted(PLAIN);
    const url = await serving();
    const got = await order(url, { runbook: PLAIN, target: "mail" }, { prefer: "respond-async" });
    expect([got.status, got.json["message"]]).toEqual([202, "poison-jobs was begun for mail"]);
    const at = String(got.headers["location"]);
    await expect.poll(async () => (await ask(url, at)).json["status"]).toBe("closed");
  });

  it("waits for a person once its rate is used up, and the answer says how to go on", async () => {
    await granted(PLAIN, { rate: "1/h" });
    const url = await serving();
    expect((await order(url, { runbook: PLAIN, target: "mail" })).status).toBe(200);
    await database.server.root.query("UPDATE shop.jobs SET attempts = 200 WHERE queue = 'invoices'");
    const late = await order(url, { runbook: PLAIN, target: "invoices" });
    expect([late.status, late.json["next"]]).toEqual([409, `handrail resume ${String(late.json["run_id"])}`]);
    expect(late.json["error"]).toContain("used up");
    const busy = await order(url, { runbook: PLAIN, target: "invoices" });
    expect([busy.status, busy.json["run_id"]]).toEqual([409, late.json["run_id"]]);
    expect(await poison()).toBe(1);
  });

  it("begins one run however many call for one target", async () => {
    await granted(PLAIN);
    const url = await serving();
    const got = await Promise.all(Array.from({ length: 10 }, () => order(url, { runbook: PLAIN, target: "mail" })));
    expect(got.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array(9).fill(409)]);
    expect(await runs(url)).toHaveLength(1);
  });
});

describe("nothing is begun", () => {
  it("of a runbook that no standing grant names, and the answer says what to write", async () => {
    await granted(PLAIN);
    const url = await serving();
    const got = await order(url, { runbook: TOLD, target: "mail" });
    expect(got).toMatchObject({ status: 403, json: { success: false, runbook: TOLD, target: "mail" } });
    expect(got.json["error"]).toContain(`handrail grant ${TOLD} --standing -o FILE`);
    expect(await runs(url)).toEqual([]);
  });

  it("once the grant's file is gone, or the runbook is another one", async () => {
    await granted(PLAIN);
    const url = await serving();
    writeFileSync(join(site.root, "books.yaml"), books().replaceAll("> 100", "> 1"));
    const changed = await order(url, { runbook: PLAIN, target: "mail" });
    expect([changed.status, changed.json["error"]]).toEqual([403, expect.stringContaining("another text")]);
    rmSync(join(site.root, `${PLAIN}.standing`));
    expect((await order(url, { runbook: PLAIN, target: "mail" })).status).toBe(403);
    expect(await poison()).toBe(1);
  });

  it.each([
    ["no JSON", "{", 400],
    ["nothing", "", 400],
    ["no UTF-8", Buffer.from(`{"runbook":"${PLAIN}","target":"mail\xff"}`, "latin1"), 400],
    ["a key too many", { runbook: PLAIN, target: "mail", more: 1 }, 400],
    ["no target", { runbook: PLAIN }, 400],
    ["a file in the place of an id", { runbook: "/etc/x.yaml#y", target: "mail" }, 400],
    ["an input that is no value", { runbook: PLAIN, target: "mail", inputs: { a: ["b"] } }, 400],
    ["a target that is not there", { runbook: PLAIN, target: "ghost" }, 404],
    ["an input that the grant leaves to nobody", { runbook: PLAIN, target: "mail", inputs: { a: "b" } }, 403],
  ])("where the body has %s", async (_what, body, status) => {
    await granted(PLAIN);
    const url = await serving();
    const got = await order(url, body);
    expect([got.status, got.json["error"]]).toEqual([status, expect.stringMatching(/nothing was begun$/u)]);
    expect(await runs(url)).toEqual([]);
  });

  it("by the route of another product", async () => {
    await granted(PLAIN);
    const url = await serving();
    const got = await askAny(url, "/api/v1/failover/mail/cleanup-failed", { method: "POST", extension });
    expect(got.status).toBe(404);
    expect(Object.keys((await ask(url, "/openapi.json")).json["paths"] as object)).not.toContain(
      "/api/v1/failover/{vm_name}/cleanup-failed",
    );
  });
});

describe("what a run is told", () => {
  const wish = { input: ["team=mail"], "caller-input": ["ticket", "limit"] };
  const told = (inputs: object) => ({ runbook: TOLD, target: "mail", inputs });

  it("is said by the caller as far as the grant leaves it, by the grant, and by default", async () => {
    expect(await granted(TOLD, wish)).toContain("A caller may say ticket, limit, within what the runbook takes.");
    const url = await serving();
    const got = await order(url, told({ ticket: "INC-7", limit: 3 }));
    expect(got).toMatchObject({ status: 200, json: { success: true } });
    const [created] = site.events(String(got.json["run_id"]));
    expect(created).toMatchObject({ body: { inputs: { ticket: "INC-7", limit: 3, team: "mail" }, mode: "grant" } });
    expect(await poison()).toBe(0);
  });

  it.each([
    ["does not fit", { ticket: "7" }, 422, "inputs.ticket = 7: a text that matches INC-[0-9]+"],
    ["is out of its range", { ticket: "INC-7", limit: 10 }, 422, "a whole number from 1 to 9"],
    ["is not said", {}, 422, "The ticket"],
    ["is the grant's alone", { ticket: "INC-7", team: "invoices" }, 403, "ticket, limit alone"],
  ])("and nothing is begun where it %s", async (_how, inputs, status, error) => {
    await granted(TOLD, wish);
    const url = await serving();
    const got = await order(url, told(inputs));
    expect([got.status, got.json["error"]]).toEqual([status, expect.stringContaining(error)]);
    expect(await runs(url)).toEqual([]);
  });

  it("is an input of the runbook, or no grant is written", async () => {
    const o = join(site.root, "wrong.standing");
    const said = await site.cli("grant", [TOLD], { standing: true, o, file: undefined, "caller-input": ["tiket"] });
    expect(said).toMatchObject({ exit: 64, err: expect.stringContaining("poison-told has ticket, limit, team") });
  });
});

it("health names the databases and services of the site, and a name is never taken for the verdict", async () => {
  const url = await serving();
  const good = { well: true, says: "it answers" };
  expect(await ask(url, "/healthz")).toMatchObject({
    status: 200,
    json: { well: true, connections: { db: good, well: good } },
  });
  status = 503;
  await expect.poll(async () => (await ask(url, "/healthz")).status).toBe(503);
  const { json } = await ask(url, "/healthz", { token: null });
  expect(json).toEqual({ well: false, connections: { db: { well: true, says: "" }, well: { well: false, says: "" } } });
});
