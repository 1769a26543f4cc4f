/** A connector restarted over HTTP with its asynchronous job: a service of nobody's product, and no database at all. */
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../src/engine/exit.ts";
import type { Outcome } from "../../src/ports/outcome.ts";
import { connectorService, type ConnectorService, type Manner } from "../support/connector-service.ts";
import type { Said } from "../support/incident.ts";
import { killed } from "../support/kill.ts";
import { ownSite, type OwnSite } from "../support/own-site.ts";
import { HANDRAIL } from "../support/program.ts";
import { openPty } from "../support/pty.ts";
import { randomOf } from "../support/random.ts";
import { approve } from "../support/walk.ts";

const FILE = join(import.meta.dirname, "connector.yaml");
const RUNBOOK = "failed-connector";
const CANARY = "c4n4ry-t0ken-of-connect";
const WISH = { vm: ["orders/sink"] };

let service: ConnectorService;
let site: OwnSite;

beforeEach(async () => {
  service = await connectorService(`Bearer ${CANARY}`);
  site = ownSite({}, FILE);
  const header = join(site.root, "authorization");
  writeFileSync(header, `Bearer ${CANARY}\n`, { mode: 0o600 });
  connectWith({ timeout_s: 60 });
});
/** The site's only connection. */
function connectWith(more: object): void {
  const headers = { authorization: { file: join(site.root, "authorization") } };
  site.connect({ connect: { http: { url: service.url, headers, ...more } } });
}

afterEach(async () => {
  site.remove();
  await service.stop();
});

/** Everything that was written below a folder, as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith("/authorization"))
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

async function expectNoCanary(...said: readonly Said[]): Promise<void> {
  const pages = [await site.cli("report", ["last"]), await site.cli("replay", ["last"], { plain: true })];
  for (const { out, err } of [...said, ...pages]) expect(`${out}${err}`).not.toContain(CANARY);
  expect(everything(site.root)).not.toContain(CANARY);
}

describe("a connector that failed", () => {
  it("is restarted by grant, once, and its job is waited for", async () => {
    service.polls = 3;
    const ran = await site.run(RUNBOOK, WISH);
    expect([ran.exit, ran.err]).toEqual([0, ""]);
    expect(service.restarts).toEqual(["orders/sink"]);
    expect(service.bodies).toEqual([{ reason: `handrail ${ran.run}`, tasks: ["0"], plan: { only: { failed: true } } }]);
    const sent = service.asked.indexOf("POST /connectors/orders%2Fsink/restart?includeTasks=true");
    // What makes a lost answer known again: that it did not run was seen right before.
    expect(service.asked[sent - 1]).toBe("GET /connectors/orders%2Fsink/status");
    expect(service.asked.slice(sent + 1, sent + 5)).toEqual(Array(4).fill("GET /jobs/1"));
    expect(ran.out).toContain("POST /connectors/orders%2Fsink/restart?includeTasks=true");
    expect(ran.out).not.toMatch(/JobLog|\bVMs?\b|appliance|volume/u);
    await expectNoCanary(ran);
  });

  it("is what --all-stuck means, and one that runs needs nothing", async () => {
    expect((await site.run(RUNBOOK, { "all-stuck": true })).exit).toBe(0);
    const again = await site.run(RUNBOOK, WISH);
    expect(again.exit).toBe(0);
    expect(service.restarts).toEqual(["orders/sink"]);
  });

  it("is planned without anything being sent", async () => {
    const planned = await site.cli("plan", [RUNBOOK], WISH);
    expect([planned.exit, planned.err]).toEqual([EXIT.needed, ""]);
    expect(planned.out).toContain("POST /connectors/orders%2Fsink/restart?includeTasks=true");
    expect(service.restarts).toEqual([]);
  });

  it("is replayed, reported and rehearsed from the journal, and explained in a grant", async () => {
    const ran = await site.run(RUNBOOK, WISH);
    const report = await site.cli("report", [ran.run]);
    const replay = await site.cli("replay", [ran.run], { plain: true });
    for (const { out } of [report, replay]) expect(out).toContain("POST /connectors/orders%2Fsink/restart");
    expect(report.out).toContain("the connector works again from its last offset");
    const rehearsed = await site.cli("rehearse", [], { journal: ran.run, file: undefined });
    expect([rehearsed.exit, rehearsed.err]).toEqual([0, ""]);
    expect(service.restarts).toHaveLength(1);
  });

  it("is looked at by doctor, with a sentence for a service that is not there", async () => {
    const said = await site.cli("doctor", []);
    expect(said.out).toContain("connect answers (GET / with 404)");
    await service.stop();
    const gone = await site.cli("doctor", []);
    expect(gone.exit).toBe(EXIT.unreachable);
    expect(gone.out).toMatch(/connect at http:\S+ does not answer GET\s+\/: connect ECONNREFUSED/u);
    service = await connectorService("");
  });

  it("is refused where the site has no such service, with the place", async () => {
    site.connect({ conect: { http: { url: service.url } } });
    const said = await site.cli("plan", [RUNBOOK], WISH);
    expect(said.exit).toBe(65);
    expect(said.err).toContain('the site has no http connection connect (it has: conect); did you mean "conect"?');
    expect(service.asked).toEqual([]);
  });
});

/** What is right for each way in which a request can end: exit code, what was known at first and then, and how it is said. */
const ENDS: readonly (readonly [Manner, number, string, RegExp])[] = [
  ["well", 0, "applied", /accepted as 1/u],
  ["job-fails", EXIT.doubt, "unknown unknown", /its job 1 failed: the worker is gone/u],
  ["hollow", EXIT.doubt, "applied", /reported done, but not to be seen: connector orders\/sink does not run/u],
  ["lost", 0, "unknown applied", /does not answer POST/u],
  ["409-after", 0, "unknown applied", /answers POST \S+ with 409/u],
  ["500-after", 0, "unknown applied", /answers POST \S+ with 500/u],
  ["garbage", 0, "unknown applied", /Parse Error/u],
  ["no-job", 0, "unknown applied", /its answer names no job/u],
  ["huge", 0, "unknown applied", /larger than 4194304 bytes/u],
  ["endless", 0, "unknown applied", /no complete answer after 5000 ms/u],
  ["redirect", 0, "unknown applied", /with 307, a redirect, and none is followed/u],
  ["409-before", EXIT.doubt, "unknown unknown", /answers POST \S+ with 409/u],
  ["lost-before", EXIT.doubt, "unknown unknown", /does not answer POST/u],
];

/** What was known of changes, one after the other. */
const outcomesOf = (run: string): string =>
  site
    .events(run)
    .flatMap(({ type, body }) => (/^step\.(?:outcome|reconciled)$/u.test(type) ? [body as { outcome: Outcome }] : []))
    .map(({ outcome }) => outcome.kind)
    .join(" ");

describe("an answer that says nothing certain", () => {
  it.each(ENDS)("%s: sent once, and known only by what was seen", async (manner, exit, outcomes, word) => {
    service.manner = manner;
    if (manner === "endless") connectWith({ timeout_s: 5 });
    const ran = await site.run(RUNBOOK, WISH);
    expect([manner, ran.exit, ran.err, outcomesOf(ran.run)]).toEqual([manner, exit, "", outcomes]);
    expect(service.restarts).toEqual(["orders/sink"]);
    expect(service.asked).not.toContain("GET /elsewhere");
    expect(ran.out).toMatch(word);
    await expectNoCanary(ran);
  });

  it("is not sent where nobody listens, and can be taken up again", async () => {
    service.states["orders/sink"] = "FAILED";
    const grant = await site.grant(RUNBOOK, WISH);
    await service.stop();
    const ran = await site.cli("run", [RUNBOOK], { ...WISH, grant });
    expect(ran.exit).toBe(EXIT.unreachable);
    service = await connectorService("");
  });
});

/** The runbook with something of it written otherwise. */
function fileWith(...changes: readonly (readonly [string, string])[]): string {
  const file = join(site.root, "other.yaml");
  let text = readFileSync(FILE, "utf8");
  for (const [before, after] of changes) {
    expect(text).toContain(before);
    text = text.replace(before, after);
  }
  writeFileSync(file, text);
  return file;
}

async function runOf(file: string): Promise<Said> {
  const o = join(site.root, "other-grant.json");
  expect((await site.cli("grant", [RUNBOOK], { ...WISH, o, file })).err).toBe("");
  return site.cli("run", [RUNBOOK], { ...WISH, grant: o, file });
}

describe("the runbook's own word", () => {
  it("makes a code a refusal", async () => {
    service.manner = "409-before";
    const ran = await runOf(fileWith(["ensure: runs", 'ensure: runs\n            errors: { "409": fail }']));
    expect([ran.exit, service.restarts.length]).toEqual([EXIT.failed, 1]);
    expect(ran.out).toMatch(/answers POST \S+ with 409/u);
  });

  it("makes a code the question whether it is so already", async () => {
    service.manner = "409-after";
    const ran = await runOf(fileWith(["ensure: runs", 'ensure: runs\n            errors: { "409": already }']));
    expect([ran.exit, service.restarts.length]).toEqual([0, 1]);
  });

  it("is missing where nobody looked before: what is to be seen then proves nothing", async () => {
    service.manner = "lost";
    const ran = await runOf(fileWith(["ensure: runs", "verify: runs"]));
    expect([ran.exit, service.restarts.length]).toEqual([EXIT.doubt, 1]);
  });

  it("cannot be to send to a place that it forbids", async () => {
    const file = fileWith([
      "http.post: /connectors/${target.name}/restart",
      "http.put: /connectors/${target.name}/config",
    ]);
    const said = await site.cli("plan", [RUNBOOK], { ...WISH, file });
    expect([said.exit, service.restarts.length]).toEqual([EXIT.badFile, 0]);
    expect(said.err).toContain("a configuration is not changed in an incident");
  });
});

describe("a list that cannot be trusted", () => {
  it.each([
    ["has nobody's connector", { "": "FAILED" }, "has one whose name is empty"],
    ["is of another shape", { a: undefined as unknown as string }, "its state is missing"],
  ])("%s: nothing is begun", async (_what, states, message) => {
    service.states = states;
    const said = await site.cli("plan", [RUNBOOK], WISH);
    expect(said.exit).not.toBe(0);
    expect(said.err).toContain(message);
    expect(service.restarts).toEqual([]);
  });
});

it("is recovered from the board, by a person", async () => {
  const screen = openPty(HANDRAIL, ["--file", FILE], { env: { ...process.env, ...site.env }, cwd: site.root });
  try {
    await screen.waitFor("orders/sink");
    expect(screen.text()).toContain("FAILED");
    await screen.press("r");
    await approve(screen, "APPROVAL to begin");
    await approve(screen, "APPROVAL: Restart it");
    await screen.waitFor("the run is closed, exit 0");
    expect(service.restarts).toEqual(["orders/sink"]);
    expect(screen.text()).not.toMatch(/\bVMs?\b|JobLog|appliance/u);
  } finally {
    screen.kill();
    await screen.ended;
  }
});

const NOT_BEGUN = "the journal has no run";

/** Takes the run up until nothing is in doubt; what never left only a person can know, and says so. */
async function taken(): Promise<Said> {
  for (let resumes = 0; resumes < 6; resumes += 1) {
    const last = await site.resume(RUNBOOK, WISH);
    if (last.err.includes(NOT_BEGUN)) return site.run(RUNBOOK, WISH);
    if (last.exit !== EXIT.doubt) return last;
    if (service.restarts.length > 0) continue;
    const note = "the service has no such request in its log";
    expect((await site.cli("resolve", ["last", "restart-connector"], { as: "not-applied", note })).err).toBe("");
  }
  throw new Error("it stays in doubt");
}

/** What is left of a run that was killed, and taken up until it came to its end. */
async function killedAt(moment: Parameters<typeof killed>[2]): Promise<object> {
  service.polls = 4;
  const grant = await site.grant(RUNBOOK, WISH);
  const args = ["run", RUNBOOK, "--file", FILE, "--vm", "orders/sink", "--grant", grant];
  await killed({ env: site.env }, args, moment);
  const { exit } = await taken();
  // A run that was through before it was killed is closed, and cannot be taken up.
  return {
    isThrough: [0, EXIT.usage].includes(exit),
    restarts: service.restarts,
    state: service.states["orders/sink"],
  };
}

const ONCE = { isThrough: true, restarts: ["orders/sink"], state: "RUNNING" };

describe("the program, killed with -9", () => {
  const random = randomOf(20);
  const moments = Array.from({ length: 20 }, () => ({ line: random(20), after: random(60) }));

  it.each(moments)("after line $line and $after ms: no restart twice, none lost", async (moment) => {
    expect(await killedAt(moment)).toEqual(ONCE);
  });

  it.each([20, 200, 400])("%i ms after the intent, while the answer is on its way", async (after) => {
    service.delayMs = 600;
    expect(await killedAt({ says: /doing {5}Restart orders/u, after })).toEqual(ONCE);
  });

  it.each([0, 60])("%i ms after the job was taken", async (after) => {
    expect(await killedAt({ says: /accepted as 1/u, after })).toEqual(ONCE);
  });
});
