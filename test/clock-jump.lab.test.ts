/** The wall clock is set, or the machine sleeps, in the middle of a run: the built program, its Date moved by a signal. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { downLab, fault, loadWorld, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { HANDRAIL, TREE } from "./support/program.ts";
import { descendant, openPty, type Pty } from "./support/pty.ts";

const root = new URL("..", import.meta.url).pathname;
const state = mkdtempSync(join(tmpdir(), "handrail-clock-"));
const node = join(state, "node");
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "clock" };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  const preload = join(root, "test/support/faults.mjs");
  writeFileSync(node, `#!/bin/sh\nexec "${join(root, "node_modules/node/bin/node")}" --import "${preload}" "$@"\n`);
  chmodSync(node, 0o755);
  lab = await upLab({ name: "clock", scale: 20, env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

/** A run of the cleanup for a VM, in which SIGUSR2 moves the wall clock by so many seconds. */
function cleanup(vm: string, seconds: number): { readonly t: Pty; readonly jump: () => void } {
  const line = `bin/handrail run failed-execution-cleanup --vm ${vm} --lab --plain; echo "EXIT $?"`;
  const more = { HANDRAIL_NODE: node, HANDRAIL_TEST_FAULT: "clock", HANDRAIL_TEST_CLOCK_S: String(seconds) };
  const t = openPty("/bin/sh", ["-c", line], { env: { ...env, ...more }, cwd: TREE, rows: 70 });
  terminal = t;
  const jump = (): void => {
    const pid = descendant(t.pid, "handrail.mjs");
    if (pid === null) throw new Error("it does not run");
    process.kill(pid, "SIGUSR2");
  };
  return { t, jump };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Says yes to the n-th page, once it listens. */
async function approve(t: Pty, nth: number): Promise<void> {
  while (t.written().split("Press a to approve").length <= nth) await pause(20);
  await pause(600);
  await t.press("a");
}

const said = async (...args: readonly string[]): Promise<string> =>
  (await execa(HANDRAIL, [...args, "--lab"], { env, cwd: TREE })).stdout;

test("a jump back is written down, and is in the plain text, the replay and the report", async () => {
  await loadWorld(lab, "stuck-virtio");
  const { t, jump } = cleanup("pgtest2", -3600);
  await t.waitFor("Press a to approve");
  jump();
  await approve(t, 1);
  await t.waitFor("the wall clock jumped 3600 s back");
  for (const args of [
    ["replay", "last", "--plain"],
    ["report", "last"],
  ])
    expect(await said(...args)).toMatch(/CLOCK +the wall clock jumped 3600 s back: from \S+Z to \S+Z/u);
  const events = (await said("replay", "last", "--json"))
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.filter(({ type }) => type === "clock.jumped")).toMatchObject([{ body: { seconds: -3600 } }]);
  expect((await said("journal", "verify")).length).toBeGreaterThan(0);
});

test("a jump ahead of an hour, in the middle of a step, voids what was approved before it", async () => {
  await loadWorld(lab, "stuck-virtio");
  await fault(lab, "cloudstack-job-time", { seconds: 40 });
  const { t, jump } = cleanup("web-frontend-02", 3600);
  await approve(t, 1);
  await approve(t, 2);
  await t.waitFor("accepted as");
  jump();
  await t.waitFor("the approval is void: the clock jumped 3600 s ahead");
  while (t.written().split("Press a to approve").length <= 3) await pause(20);
  // The step that was under way had been carried to its end; what is left is asked for again.
  const [, asked = ""] = t.written().split("the approval is void");
  expect(asked).toContain("Approval needed");
});
