/** A job queue with poison rows in a database of nobody's product: no Volume Daemon, no CloudStack, no JobLog. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { QUEUE } from "./worlds.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "queue.yaml");
let database: OwnDatabase;
let site: OwnSite;

const rows = async (): Promise<unknown> =>
  (await database.server.root.query("SELECT queue, payload, attempts FROM shop.jobs ORDER BY id"))[0];

beforeAll(async () => {
  database = await ownDatabase(QUEUE.tables);
});
afterAll(() => database.stop());
beforeEach(async () => {
  site = ownSite({ db: { mysql: database.mysql } }, FILE);
  await database.server.root.query(`TRUNCATE shop.jobs; ${QUEUE.rows}`);
  return () => site.remove();
});

it("is recovered by grant, and taken back", async () => {
  const before = await rows();
  const ran = await site.run("poison-jobs", { vm: ["mail"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(await rows()).toHaveLength(2);
  expect(ran.out).not.toMatch(/JobLog|\bVMs?\b|appliance|volume/u);
  const undone = await site.cli("undo", [ran.run]);
  // Nobody is there to approve the undo: it shows the rows and stops.
  expect(undone.exit).toBe(5);
  // Which row of which table comes back stands before the statement that does it.
  expect(undone.out).toMatch(
    /insert 1 row of jobs, by id\s[\s\S]* payload +\{"a":1\}[\s\S]*INSERT INTO `shop`\.`jobs`/u,
  );
  expect(undone.out.match(/INSERT INTO/gu)).toHaveLength(1);
  expect(await rows()).not.toEqual(before);
});

it("refuses a runbook that needs a connection which the site does not have, with the place, before anything is asked", async () => {
  const said = await site.cli("plan", ["virtio-recovery"], { vm: ["mail"], file: undefined });
  expect(said.exit).toBe(65);
  expect(said.err).toContain("shop lacks what virtio-recovery needs; nothing was executed");
  expect(said.err).toMatch(
    /runbooks\.yaml:\d+:\d+: virtio-recovery, phase \S+, step \S+: the site has no volume_daemon connection/u,
  );
});

it("says the line of a connection that it lacks, also of a phase that another runbook uses", async () => {
  const path = join(site.root, "lacking.yaml");
  const text = readFileSync(site.file, "utf8").replace("touches: {", "connection: archive\n            touches: {");
  const user = `  - id: user
    title: Take them out as another does
    summary: It uses the phases of another runbook.
    severity: high
    select: { sql: SELECT queue FROM jobs, columns: { queue: text }, key: queue, label: queue, stuck: "true" }
    phases: [{ use: poison-jobs, when: "true" }]
    success: [{ id: gone, probe: poison-gone }]
`;
  writeFileSync(path, text + user);
  const line = text.split("\n").findIndex((each) => each.includes("connection: archive")) + 1;
  for (const id of ["poison-jobs", "user"]) {
    const said = await site.cli("plan", [id], { vm: ["mail"], file: path });
    expect(said.exit).toBe(65);
    expect(said.err).toContain(`${path}:${line}:13: ${id}, phase take-out, step delete-poison: `);
  }
});

it("says the line of a step at which a dry run failed", async () => {
  const path = join(site.root, "failing.yaml");
  const text = readFileSync(site.file, "utf8").replace("AS id FROM jobs", "AS id FROM jbs");
  writeFileSync(path, text);
  const line = text.split("\n").findIndex((each) => each.includes("- id: find")) + 1;
  const said = await site.cli("plan", ["poison-jobs"], { vm: ["mail"], file: path });
  expect(said.exit).toBe(1);
  expect(said.out).toContain(`what failed is written at:\n  ${path}:${line}:13: phase look, step find\n`);
});

it("says of a column that is not there behind another change that it is wrong, not that it comes later", async () => {
  const path = join(site.root, "later.yaml");
  const late = `          - id: mark
            title: Mark the rest of \${target.queue}
            sql.change: UPDATE jobs SET atempts = 0 WHERE queue = :{target.queue} AND id > 1
            touches: { table: jobs, rows: { at_most: "5" }, within: { column: queue, in: "[target.queue]" } }
            verify: poison-gone
    success:
`;
  writeFileSync(path, readFileSync(site.file, "utf8").replace("    success:\n", late));
  const said = await site.cli("plan", ["poison-jobs"], { vm: ["mail"], file: path });
  expect(said.exit).toBe(1);
  expect(said.out).toContain("Unknown column 'atempts'");
  expect(said.out).not.toContain("an earlier step has to happen first");
  // A dry run that failed waits for nobody, and says how it is made anew.
  const resumed = await site.cli("resume", ["last"], { file: undefined });
  expect(resumed.err).toMatch(/make it anew with: .* plan poison-jobs --file \S+later\.yaml .*--target mail/u);
  expect((await site.cli("doctor", [])).out).not.toContain("not closed");
});

it("looks at it with doctor, and says nothing of another product", async () => {
  const said = await site.cli("doctor", []);
  expect(said.out).toContain("all 1 that runbooks need are there");
  expect(said.out).not.toMatch(/JobLog|appliance|Volume Daemon|CloudStack/u);
});
