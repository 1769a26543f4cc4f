/** A load balancer moved by hand: what a person says is believed where a proof shows it, and stays a word where none does. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";
import { carryOutAs } from "../support/own-person.ts";
import { openPty, type Pty } from "../support/pty.ts";
import { HANDRAIL } from "../support/program.ts";
import { BALANCER } from "./worlds.ts";

const FILE = join(import.meta.dirname, "balancer.yaml");
const INPUT = ["ticket=INC-4711", "node=n2"];
const MOVE = "move-balancer";
const TELL = "tell-the-carrier";

let database: OwnDatabase;
let site: OwnSite;
let terminal: Pty | null = null;

const pools = async (): Promise<unknown> =>
  (await database.server.root.query("SELECT name, active, ticket FROM shop.pools ORDER BY name DESC"))[0];
/** What a person does in the balancer's own console. */
const turn = (node: string): Promise<unknown> =>
  database.server.root.query(`UPDATE shop.pools SET active = '${node}' WHERE name = 'web'`);
const types = (run: string, ...wanted: readonly string[]): string[] =>
  site.events(run).flatMap(({ type, step_id }) => (wanted.includes(type) ? [`${type} ${step_id ?? ""}`.trim()] : []));
const marks = (run: string): string[] =>
  site
    .events(run)
    .flatMap((event) =>
      event.type === "step.marked" ? [`${event.step_id ?? ""} ${event.body.mark}: ${event.body.says}`] : [],
    );

beforeAll(async () => {
  database = await ownDatabase(BALANCER.tables);
});
afterAll(() => database.stop());
beforeEach(async () => {
  site = ownSite({ db: { mysql: database.mysql } }, FILE);
  await database.server.root.query(`USE shop; ${BALANCER.rows}`);
  return () => {
    terminal?.kill();
    terminal = null;
    site.remove();
  };
});

describe("what a run is told", () => {
  it("is missing without a person: it says each option, and nothing was begun", async () => {
    const said = await site.cli("plan", [MOVE], { vm: ["web"] });
    expect(said.exit).toBe(5);
    expect(said.err).toContain("--input ticket=VALUE: The ticket of this incident, a text that matches INC-[0-9]+");
    expect(said.err).toContain("--input node=VALUE: The node that takes over");
    expect(said.err).not.toContain("drain_s");
    expect(said.err).toContain("Nothing was executed");
  });

  it.each([
    ["tiket=INC-1", 64, "there is no input tiket", 'did you mean "ticket"?'],
    ["ticket=4711", 64, "a text that matches INC-[0-9]+ is wanted", ""],
    ["node=n1", 64, "one of n2, n3 is wanted", ""],
    ["drain_s=0", 64, "a whole number from 1 to 600 is wanted", ""],
    ["ticket", 64, "say NAME=VALUE", ""],
    ["ticket=INC-4711", 64, "ticket is given twice", ""],
  ])("%s is refused", async (input, exit, message, hint) => {
    const other = input === "ticket=4711" ? "node=n2" : "ticket=INC-4711";
    const said = await site.cli("plan", [MOVE], { vm: ["web"], input: [other, input] });
    expect([said.exit, said.out]).toEqual([exit, ""]);
    expect(said.err).toContain(message);
    expect(said.err).toContain(hint);
  });

  it("is on the page, in the receipt and in the report, and the digest of the page has it", async () => {
    const digests: string[] = [];
    for (const ticket of ["INC-1", "INC-2"]) {
      const { run } = await carryOutAs(site, MOVE, { vm: ["web"], input: [`ticket=${ticket}`, "node=n2"] }, {});
      const page = site.events(run).find((event) => event.type === "approval.requested");
      expect(page?.body).toMatchObject({
        document: {
          inputs: [
            ["drain_s", "30", "default"],
            ["node", "n2", "option"],
            ["ticket", ticket, "option"],
          ],
        },
      });
      digests.push(page?.body.page_digest ?? "");
      const report = await site.cli("report", [run], { file: undefined });
      expect(report.out).toContain("## Inputs");
      expect(report.out).toMatch(new RegExp(`ticket = ${ticket}, given by \\S+ at [0-9:]+Z`, "u"));
      expect(report.out).toContain("30, by default of the runbook");
      const receipt = JSON.parse((await site.cli("report", [run], { json: true, file: undefined })).out) as {
        inputs: readonly { name: string; by: string }[];
      };
      expect(receipt.inputs.map(({ name, by }) => [name, by !== ""])).toEqual([
        ["drain_s", false],
        ["node", true],
        ["ticket", true],
      ]);
    }
    expect(digests[0]).not.toBe(digests[1]);
  });

  it("is bound in a grant", async () => {
    const grant = await site.grant(MOVE, { vm: ["web"], input: INPUT });
    const other = await site.cli("run", [MOVE], { vm: ["web"], grant, input: ["ticket=INC-4712", "node=n2"] });
    expect(other.exit).toBe(5);
    expect(other.err).toContain("the grant is for the input ticket = INC-4711, and this run was told INC-4712");
    expect(await pools()).toMatchObject([{ ticket: "" }, { ticket: "" }]);
  });

  it("is a value, whatever it says", async () => {
    const said = await site.cli("plan", [MOVE], { vm: ["web"], input: ["ticket=INC-1' OR '1'='1", "node=n2"] });
    expect(said.exit).toBe(64);
    expect(await pools()).toMatchObject([{ ticket: "" }, { ticket: "" }]);
  });
});

describe("by grant alone", () => {
  it("nobody does it: the run pauses with what is to be done, and goes on once it can be seen", async () => {
    const ran = await site.run(MOVE, { vm: ["web"], input: INPUT });
    expect(ran.exit).toBe(5);
    expect(await pools()).toMatchObject([{ active: "n1", ticket: "INC-4711" }, { ticket: "" }]);
    const paused = site.events(ran.run).at(-1)?.body as { says: string };
    expect(paused.says).toContain("1. Open the console of the balancer and choose the pool web.");
    expect(paused.says).toContain("2. Set the drain time to 30 seconds, and make n2 the active node.");
    expect(paused.says).toContain("take the run up again: it goes on once that is seen");
    expect(types(ran.run, "step.intent")).toEqual(["step.intent write-ticket"]);
    await turn("n2");
    const resumed = await site.resume(MOVE, { vm: ["web"], input: INPUT });
    expect([resumed.exit, resumed.err]).toEqual([0, ""]);
    expect(marks(ran.run).at(-1)).toContain("turn already: The balancer of web points to n2");
    expect(types(ran.run, "step.intent")).toEqual(["step.intent write-ticket"]);
  });

  it("a plan says what would be done", async () => {
    const said = await site.cli("plan", [MOVE], { vm: ["web"], input: INPUT });
    expect(said.exit).toBe(5);
    expect(said.out).toContain("You do this, outside of Handrail:");
    expect(said.out).toContain("make n2 the active node");
    expect(await pools()).toMatchObject([{ ticket: "" }, { ticket: "" }]);
  });
});

describe("by a person", () => {
  it("is done and seen", async () => {
    const { exit, run, pages, receipt } = await carryOutAs(
      site,
      MOVE,
      { vm: ["web"], input: INPUT },
      { turn: () => turn("n2").then(() => "done") },
    );
    expect(exit).toBe(0);
    expect(pages.join("\n")).toContain("3. Wait until it says");
    expect(pages.join("\n")).toContain("it counts once this is seen: The balancer of web points to n2");
    expect(types(run, "step.verified", "decision.made").at(-1)).toBe("step.verified turn");
    expect(receipt).toContain("1 change made and seen, 1 change done by hand and seen");
    const undone = await site.cli("undo", [run], { file: undefined });
    expect(undone.out + undone.err).toContain("Write INC-4711 beside web");
  });

  it("is seen while the question stands, without an answer", async () => {
    const { exit, run } = await carryOutAs(
      site,
      MOVE,
      { vm: ["web"], input: INPUT },
      {
        turn: (withdrawn) =>
          turn("n2").then(() => new Promise((resolve) => withdrawn.addEventListener("abort", () => resolve(null)))),
      },
    );
    expect(exit).toBe(0);
    expect(types(run, "decision.made")).toEqual([]);
    expect(types(run, "step.verified")).toContain("step.verified turn");
  });

  it("is not believed where the proof does not show it", async () => {
    const { exit, run, asked } = await carryOutAs(site, MOVE, { vm: ["web"], input: INPUT }, { turn: () => "done" });
    expect(exit).toBe(1);
    expect(marks(run).at(-1)).toMatch(
      /^turn failed: .* said that it is done, and it is not to be seen: the balancer of web does not point to n2/u,
    );
    expect(asked.at(-1)).toMatchObject({ asks: "failure" });
    expect(await pools()).toMatchObject([{ active: "n1" }, {}]);
  });

  it("is not done, or nobody can tell", async () => {
    const not = await carryOutAs(site, MOVE, { vm: ["web"], input: INPUT }, { turn: () => "not-done" });
    expect(not.exit).toBe(1);
    expect(marks(not.run).at(-1)).toMatch(
      /^turn failed: .* said that it was not done; looked: the balancer of web does not point to n2$/u,
    );
    const doubt = await carryOutAs(site, MOVE, { vm: ["mail"], input: INPUT }, { turn: () => "cannot-tell" });
    expect(doubt.exit).toBe(3);
    expect(marks(doubt.run).at(-1)).toMatch(
      /^turn in-doubt: .* cannot tell whether it was done; looked: the balancer of mail/u,
    );
    const again = await carryOutAs(site, MOVE, { vm: ["mail"], input: INPUT }, { turn: () => "done" });
    expect(again.exit).toBe(3);
    expect(again.notices.join("\n")).toContain("IN DOUBT");
  });

  it("without a proof is said by somebody and seen by nobody, for ever", async () => {
    const { exit, run, receipt } = await carryOutAs(site, TELL, { vm: ["web"] }, { call: () => "done" });
    expect(exit).toBe(0);
    expect(marks(run)).toEqual([
      expect.stringMatching(/^call by-hand: said by \S+ \(uid \d+\) on \S+, seen by nobody$/u),
    ]);
    expect(receipt).toContain("1 change done by hand, on somebody's word");
    expect(receipt).toMatch(
      /Open +web: done by hand, on somebody's word: Call the carrier about web: said by .*, seen by nobody/u,
    );
    const report = await site.cli("report", [run], { file: undefined });
    expect(report.out).toMatch(/\*\*by hand\*\* Call the carrier about web: said by .*, seen by nobody \\\[" said/u);
    const replay = await site.cli("replay", [run], { file: undefined, plain: true });
    expect(replay.out).toMatch(/by hand +Call the carrier about web: said by .*, seen by nobody/u);
    expect(replay.out + report.out).not.toMatch(/ok +Call the carrier/u);
  });
});

/** Handrail on a terminal of its own, as this site has it. */
function handrail(...args: readonly string[]): Pty {
  const env = { ...process.env, ...site.env };
  terminal = openPty(HANDRAIL, args, { env, cwd: site.root, columns: 120, rows: 40 });
  return terminal;
}

const shows = (t: Pty, text: string | RegExp): boolean =>
  typeof text === "string" ? t.text().includes(text) : text.test(t.text());

/** Presses keys until something shows: a key that comes before a question listens does not count. */
async function pressUntil(t: Pty, keys: readonly string[], goal: string | RegExp): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await t.press(...keys);
    const shown = await t.waitFor(goal, 3_000).then(
      () => true,
      () => shows(t, goal),
    );
    if (shown) return;
  }
  throw new Error(`never shown: ${String(goal)}\n${t.text()}`);
}

describe("on a terminal", () => {
  it("a run that is killed while it asks, asks again, and sends nothing twice", async () => {
    const t = handrail("run", MOVE, "--vm", "web", "--plain", "--file", FILE, "--input", "node=n2");
    await t.waitFor("=== Input needed: ticket ===");
    expect(t.text()).toContain("It stands beside the pool");
    await pressUntil(
      t,
      [...Array.from("4711"), "enter"],
      /NOT TAKEN: \d+: a text that matches INC-\[0-9\]\+ is wanted/u,
    );
    await pressUntil(t, [...Array.from("INC-4711"), "enter"], /This page begins the run[\s\S]*Press a to approve/u);
    await pressUntil(t, ["a"], /Write the ticket beside the pool ===[\s\S]*Press a to approve/u);
    await pressUntil(t, ["a"], /Turn the balancer ===[\s\S]*Press a to approve/u);
    await pressUntil(t, ["a"], "Press 1 to 3");
    t.kill();
    await t.ended;
    const { out } = await site.cli("journal", ["list"], { file: undefined });
    const run = /\d{8}-\d{4}-\w{4}/u.exec(out)?.[0] ?? "";
    expect(types(run, "decision.requested", "decision.made")).toEqual(["decision.requested turn"]);
    const again = handrail("resume", run, "--plain");
    await again.waitFor(/Turn the balancer ===[\s\S]*Press a to approve/u);
    await pressUntil(again, ["a"], "Press 1 to 3");
    await turn("n2");
    await again.waitFor(/run \S+ is closed, exit 0/u);
    expect(await again.ended).toBe(0);
    expect(types(run, "step.intent")).toEqual(["step.intent write-ticket"]);
    expect(types(run, "decision.requested", "decision.made")).toEqual([
      "decision.requested turn",
      "decision.requested turn",
    ]);
    expect(await pools()).toMatchObject([{ active: "n2", ticket: "INC-4711" }, { ticket: "" }]);
  });

  it("the console asks for the inputs, and for what was done", async () => {
    const t = handrail("run", MOVE, "--vm", "web", "--file", FILE);
    await t.waitFor("INPUT: ticket");
    await t.press(...Array.from("INC-4711"), "enter");
    await t.waitFor("INPUT: node");
    expect(t.text()).toMatch(/^ {2}n3$/mu);
    await t.press(...Array.from("n1"), "enter");
    await t.waitFor("NOT TAKEN: n1: one of n2, n3 is wanted");
    await t.press(...Array.from("n2"), "enter");
    await t.waitFor("APPROVAL to begin");
    expect(t.text()).toContain("Input ticket = INC-4711");
    expect(t.text()).toContain("Input drain_s = 30 (by default)");
    await pressUntil(t, ["a"], "APPROVAL: Write the ticket");
    await pressUntil(t, ["a"], "APPROVAL: Turn the balancer");
    await pressUntil(t, ["a"], "YOU DO THIS: web");
    expect(t.text()).toContain("2. Set the drain time to 30 seconds, and make n2 the active node.");
    await turn("n2");
    await t.waitFor("recovered");
    expect(t.text()).toContain("done by hand and seen");
  });

  it("the console says of what nobody sees that somebody said it", async () => {
    const t = handrail("run", TELL, "--vm", "web", "--file", FILE);
    await t.waitFor("APPROVAL to begin");
    await pressUntil(t, ["a"], "APPROVAL: Tell the carrier");
    await pressUntil(t, ["a"], "YOU DO THIS: web");
    expect(t.text()).toContain("1. Call the carrier and name the pool web.");
    expect(t.text()).toContain("it will stand as said by you, seen by nobody");
    await pressUntil(t, ["1"], /done by hand, on somebody's word/u);
    expect(t.text()).not.toMatch(/✓ +Call the carrier/u);
  });
});
