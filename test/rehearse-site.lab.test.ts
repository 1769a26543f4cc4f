/** Rehearsals on a lab that is given the state of a site; here another lab plays the real one. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudstackState, dumpDatabase } from "../src/packs/appliance/lab/index.ts";
import { effects, keyOf } from "./support/effects.ts";
import { anIncident, type Incident, type Said } from "./support/incident.ts";
import { MYSQL, needs } from "./support/needs.ts";

let real: Incident;
beforeAll(async () => {
  real = await anIncident({ scale: 20 });
});
afterAll(() => real.down());

const state = (...parts: string[]): string => join(real.root, "state", "handrail", ...parts);

/** Every file of every journal. */
const journals = (): string[] =>
  existsSync(state("journals"))
    ? readdirSync(state("journals"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

/** The lab as a site of the configuration: nothing in it says that it is one. */
function configured(): string {
  const { mysql, volume_daemon, cloudstack, oma_api } = real.lab.site;
  const file = join(real.root, "config.yaml");
  const password = join(real.root, "password");
  writeFileSync(password, mysql.password, { mode: 0o600 });
  const appliance = { mysql: { ...mysql, password: { file: password } }, volume_daemon, cloudstack, oma_api };
  writeFileSync(file, JSON.stringify({ sites: { appliance } }), { mode: 0o600 });
  return file;
}

/** Rehearses on a world, and proves that nothing of it was touched. */
async function rehearse(
  world: string,
  vm: string,
  values: object = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Said & { readonly lab: string }> {
  await real.world(world);
  const was = [await dumpDatabase(real.lab), cloudstackState(real.lab)];
  const said = await real.cli("rehearse", [real.runbook], { vm: [await keyOf(real.lab, vm)], ...values }, env);
  expect([await dumpDatabase(real.lab), cloudstackState(real.lab)]).toEqual(was);
  expect(await effects(real.lab)).toEqual([]);
  expect(journals().filter((file) => /lab-incident|appliance/u.test(file))).toEqual([]);
  expect(readdirSync(state("labs"))).toEqual(["incident"]);
  const [, lab = ""] = /HANDRAIL_LAB=(rehearsal-\w+) handrail report/u.exec(said.out) ?? [];
  return { ...said, lab };
}

it("carries the whole runbook out beside the real site, approves by itself, and says so in a journal of its own", async () => {
  const values = { lab: false, config: configured() };
  const said = await rehearse("mixed-volumes", "web-frontend-02", values, { HANDRAIL_LAB: undefined });
  expect([said.exit, said.err]).toEqual([0, ""]);
  expect(said.out).toMatch(/^REHEARSAL of appliance as it was at .*: \d+ rows, \d+ VMs, \d+ volumes, 3 snapshots$/mu);
  expect(said.out).toMatch(/lab's database is (MariaDB|MySQL) [\d.]+; that of appliance is \1 [\d.]+$/mu);
  expect(said.out).toContain("processes are not copied");
  expect(said.out).toContain("approved  without being asked, only rehearsed, by the rehearsal");
  expect(said.out).toMatch(/web-frontend-02.*recovered/u);
  expect(said.out).not.toContain("take it up again");
  const report = await real.cli("report", [said.run], {}, { HANDRAIL_LAB: said.lab });
  expect([report.exit, report.out]).toEqual([0, expect.stringContaining("rehearsal")]);
  const stored = journals()
    .map((file) => readFileSync(file, "latin1"))
    .join("");
  expect(stored.length).toBeGreaterThan(10_000);
  for (const secret of [real.lab.config.apiKey, real.lab.config.secretKey, real.lab.config.omaPassword])
    expect(stored).not.toContain(secret);
});

it("shows what a fault would come to", async () => {
  const fault = ["cloudstack-fail-job command=revertSnapshot code=431 text=no-space-left"];
  const said = await rehearse("stuck-virtio", "pgtest1", { fault });
  expect(said.exit).toBe(1);
  expect(said.out).toContain("REHEARSAL: with the fault cloudstack-fail-job");
  expect(said.out).toContain("no-space-left");
  expect(said.out).toMatch(/REHEARSAL ended with exit 1; nothing of lab-incident was changed/u);
});

it("decides nothing that a person would have to decide, and says which words decide it beforehand", async () => {
  const open = await rehearse("failed-vm-creation:half-made", "pgtest1");
  expect([open.exit, open.out]).toEqual([5, expect.stringContaining("--decide destination=")]);
  const said = await rehearse("failed-vm-creation:half-made", "pgtest1", { decide: ["destination=destroy"] });
  expect([said.exit, said.err]).toEqual([0, ""]);
});

it("refuses a fault that there is none of before it reads anything", async () => {
  const said = await real.cli("rehearse", [real.runbook], { vm: ["pgtest2"], fault: ["cloud-burst"] });
  expect([said.exit, said.err]).toEqual([64, expect.stringContaining("no fault named cloud-burst")]);
});

describe("a site on MySQL", await needs(MYSQL), () => {
  let other: Incident;
  beforeAll(async () => {
    other = await anIncident({ scale: 20, server: "mysql" });
    await other.world("stuck-virtio");
  });
  afterAll(() => other.down());

  it("is rehearsed on a lab that runs on MySQL", async () => {
    const was = [await dumpDatabase(other.lab), cloudstackState(other.lab)];
    const said = await other.cli("rehearse", [other.runbook], { vm: [await keyOf(other.lab, "pgtest2")] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    expect(said.out).toMatch(/lab's database is MySQL [\d.]+; that of lab-incident is MySQL [\d.]+$/mu);
    expect([await dumpDatabase(other.lab), cloudstackState(other.lab)]).toEqual(was);
  });

  it("is left alone where no MySQL is to be had, and a sentence says so", async () => {
    const bare = { PATH: "/nowhere", XDG_CACHE_HOME: join(other.root, "no-cache") };
    const said = await other.cli("rehearse", [other.runbook], { vm: [await keyOf(other.lab, "pgtest2")] }, bare);
    expect([said.exit, said.out]).toEqual([69, ""]);
    expect(said.err).toMatch(
      /lab-incident runs on MySQL [\d.]+, and a rehearsal of it needs a server of that kind\. Nothing was rehearsed\. The lab needs a MySQL server/u,
    );
    expect(said.err).toContain("there is no apt-get on the PATH");
    expect(readdirSync(join(other.root, "state", "handrail", "labs"))).toEqual(["incident"]);
  });
});
