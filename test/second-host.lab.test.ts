/** Two hosts, one database server: who is refused learns by whom. A host is a state directory and a connection of its own. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { portsOf } from "../src/packs/appliance/connections/connect.ts";
import { parseSite } from "../src/packs/appliance/site-schema.ts";
import { downLab, sqlQuietly, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { HANDRAIL, TREE } from "./support/program.ts";
import { openPty, type Pty } from "./support/pty.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-hosts-"));
const other = mkdtempSync(join(tmpdir(), "handrail-hosts-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "hosts" };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "hosts", scale: 20, env });
  const there = join(other, "handrail", "labs", "hosts");
  mkdirSync(there, { recursive: true, mode: 0o700 });
  cpSync(lab.siteFile, join(there, "site.json"));
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  for (const folder of [state, other]) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

const secondHost = (vm: string) =>
  execa(HANDRAIL, ["run", "failed-execution-cleanup", "--vm", vm, "--lab", "--plain"], {
    env: { ...env, XDG_STATE_HOME: other },
    cwd: TREE,
    reject: false,
    stdin: "ignore",
  });

test("the second host is told who recovers the VM, on which host, in which run and since when", async () => {
  const line = "bin/handrail run failed-execution-cleanup --vm pgtest2 --lab --plain";
  const t = (terminal = openPty("/bin/sh", ["-c", line], { env, cwd: TREE, rows: 60 }));
  await t.waitFor("Press a to approve");
  const [, run = "?"] = /run (\d{8}-\d{4}-\w+):/u.exec(t.written()) ?? [];
  const refused = await secondHost("pgtest2");
  expect(refused.exitCode).toBe(75);
  expect(refused.stderr).toContain(`is being recovered by ${userInfo().username} on ${hostname()} (pid `);
  expect(refused.stderr).toMatch(new RegExp(`run ${run}, since 2\\d{3}-\\d\\d-\\d\\dT[\\d:.]+Z\\)`, "u"));
});

test("a host of another name is named, and one that says nothing is said to be not known", async () => {
  const site = parseSite({ ...lab.site, name: "lab-hosts" });
  if (!site.ok) throw new Error(site.error.join("\n"));
  const found = await sqlQuietly(
    lab,
    "select context_id k from vm_replication_contexts where vm_name = 'web-frontend-02'",
  );
  const targets = (found as { k: string }[]).map(({ k }) => ({ key: k, label: "web-frontend-02" }));
  for (const [named, said] of [
    [true, "kim on appliance-b (pid 7, run r-9, since 2026-11-26T03:12:00.000Z)"],
    [false, "of the database server (from 127.0.0.1); who, on which run and since when is not known"],
  ] as const) {
    const holder = (run_id: string) => ({
      login: "kim",
      host: "appliance-b",
      pid: 7,
      run_id,
      since: "2026-11-26T03:12:00.000Z",
    });
    const first = portsOf(site.value, { redact: (text) => text, ...(named ? { holder } : {}) });
    const held = await first.locks.acquire(targets, "r-9");
    expect(held.ok).toBe(true);
    const refused = await secondHost("web-frontend-02");
    expect([refused.exitCode, refused.stderr]).toEqual([75, expect.stringContaining(said)]);
    await first.close();
  }
});
