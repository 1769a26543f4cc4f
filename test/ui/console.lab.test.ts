/** The built console in a real terminal, against a real lab. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { downLab, dumpDatabase, loadWorld, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { labScale } from "../support/pace.ts";
import { TREE } from "../support/program.ts";
import { descendant, openPty, type Pty } from "../support/pty.ts";
import { approve } from "../support/walk.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-console-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "console" };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "console", scale: labScale(20), env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

function shell(command: string): Pty {
  terminal = openPty("/bin/sh", ["-c", command], { env, cwd: TREE });
  return terminal;
}

/** The screen in a shell that says how the terminal was before and after. */
const console = (args = "--lab"): Pty =>
  shell(`stty -g > ${state}/before; bin/handrail ${args}; code=$?; stty -g > ${state}/after; echo "EXIT $code"`);

const sameTerminal = (): boolean =>
  readFileSync(join(state, "before"), "utf8") === readFileSync(join(state, "after"), "utf8");

test("recovers pgtest1 from the board with the screen alone", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = console();
  await t.waitFor("5 of 10 VMs need you");
  await t.press("c");
  await approve(t, "APPROVAL to begin");
  await approve(t, "APPROVAL: 2 Detach");
  await approve(t, "APPROVAL: 3 Revert");
  await approve(t, "APPROVAL: 4 Put");
  await approve(t, "APPROVAL: 5 Close");
  await t.waitFor("the run is closed, exit 0");
  await t.press("q");
  await t.waitFor("4 of 10 VMs need you");
  await t.press("q");
  await t.waitFor("EXIT 0");
  expect(t.text()).toContain("pgtest1: recovered");
  expect(t.presses()).toBeLessThanOrEqual(60);
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(sameTerminal()).toBe(true);
});

test("tries what the person's own documents print, and leaves nothing of it behind", async () => {
  await loadWorld(lab, "stuck-virtio");
  const before = await dumpDatabase(lab);
  const t = console();
  await t.waitFor("5 of 10 VMs need you");
  await t.press("*", "p");
  await t.waitFor("your own SQL");
  await t.press("p");
  await t.waitFor("it was tried and rolled back");
  await t.waitFor(/Hits \d+ rows? of ossea_volumes; 8 belong to the selected VMs/u);
  await t.press("pagedown");
  await t.waitFor(/Hits \d+ rows? of failover_jobs; 5 belong to the selected VMs/u);
  await t.press("pagedown");
  await t.waitFor("It fails: ");
  await t.press("q");
  await t.waitFor("5 of 10 VMs need you");
  await t.press("q");
  await t.waitFor("EXIT 0");
  expect(await dumpDatabase(lab)).toEqual(before);
});

test("shows a recorded run where there is no lab, to the doubt in its middle and its end", async () => {
  const t = console("demo --recorded");
  await t.waitFor("REPLAY: nothing is executed");
  await t.waitFor("LAB recorded run");
  for (let jump = 0; jump < 20 && !t.text().includes("finding out what became of it"); jump += 1) {
    const [at = ""] = /event \d+ of/u.exec(t.text()) ?? [];
    await t.press("n");
    await t.waitFor(new RegExp(`event (?!${at.slice(6)})\\d+ of`, "u"));
  }
  expect(t.text()).toContain("finding out what became of it: Delete snapshot");
  await t.press("G");
  await t.waitFor("the run is closed, exit 0");
  await t.press("q");
  await t.waitFor("EXIT 0");
  expect(sameTerminal()).toBe(true);
});

describe("the terminal is as it was after", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
    ["SIGKILL", 137],
    ["SIGABRT", 134],
    ["SIGSEGV", 139],
    ["SIGALRM", 142],
    ["SIGUSR2", 140],
  ] as const)("%s", async (signal, code) => {
    const t = console();
    await t.waitFor("VMs need you");
    const pid = descendant(t.pid, "handrail.mjs");
    expect(t.modes().alternate).toBe(true);
    process.kill(pid ?? 0, signal);
    await t.waitFor(`EXIT ${code}`);
    expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
    expect(sameTerminal()).toBe(true);
  });

  test("Ctrl-\\, at once, while Ctrl-D, SIGPIPE and SIGUSR1 end nothing and open no debugger", async () => {
    const t = console();
    await t.waitFor("VMs need you");
    const pid = descendant(t.pid, "handrail.mjs") ?? 0;
    process.kill(pid, "SIGPIPE");
    process.kill(pid, "SIGUSR1");
    await t.press("ctrl-d", "?");
    await t.waitFor("one line up");
    expect(t.written()).not.toContain("Debugger");
    await t.press("ctrl-\\");
    await t.waitFor("EXIT 130");
    expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
    expect(sameTerminal()).toBe(true);
  });

  test("Ctrl-C on the board", async () => {
    const t = console();
    await t.waitFor("VMs need you");
    await t.press("ctrl-c");
    await t.waitFor("EXIT 0");
    expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  });
});

test("recovers all five with one decision a page, in at most seven", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = console();
  await t.waitFor("5 of 10 VMs need you");
  await t.press("*", "c");
  let decisions = 0;
  for (const page of ["APPROVAL to begin", "APPROVAL: 2 Detach"]) {
    await approve(t, page);
    decisions += 1;
  }
  await t.waitFor("Type recover 5 to approve");
  await approve(t, "APPROVAL: 3 Revert");
  await approve(t, "APPROVAL: 4 Put");
  await approve(t, "APPROVAL: 5 Close");
  decisions += 3;
  await t.waitFor("the run is closed, exit 0");
  expect(decisions).toBeLessThanOrEqual(7);
  await t.press("q");
  await t.waitFor("no VM of 10 is stuck");
});

test("a second operator is refused by name, and watches", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = shell("bin/handrail run failed-execution-cleanup --vm pgtest2 --lab");
  await t.waitFor("APPROVAL to begin");
  const second = openPty("/bin/sh", ["-c", "bin/handrail --lab"], { env, cwd: TREE });
  try {
    await second.waitFor("being recovered");
    await second.press("/", "p", "g", "t", "e", "s", "t", "2", "enter", "c");
    await second.waitFor("is being recovered by");
    await second.press("q", "F");
    await second.waitFor("WATCHING");
    await approve(t, "APPROVAL to begin");
    await second.waitFor("approved start");
  } finally {
    second.kill();
  }
  expect(t.text()).not.toContain("WATCHING");
});

test("after kill -9 in the middle of a change the next console begins with that question", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = shell("bin/handrail run failed-execution-cleanup --vm pgtest2 --lab; echo EXIT $?");
  await approve(t, "APPROVAL to begin");
  await t.waitFor("APPROVAL: 2 Detach");
  process.kill(descendant(t.pid, "handrail.mjs") ?? 0, "SIGKILL");
  await t.waitFor("EXIT 137");
  t.kill();
  const again = console();
  await again.waitFor("for pgtest2 was left in the middle");
  await again.press("l");
  await again.waitFor("APPROVAL: 2 Detach");
  await again.press("escape");
  await again.waitFor("refused; nothing was sent for it");
  expect(again.text()).not.toContain("recovered");
});

test("Ctrl-Z gives the shell back and fg draws the screen again", async () => {
  terminal = openPty("/bin/bash", ["--norc", "--noprofile", "-i"], { env: { ...env, PS1: "shell> " }, cwd: TREE });
  const t = terminal;
  await t.waitFor("shell>");
  await t.press("bin/handrail --lab", "enter");
  await t.waitFor("VMs need you");
  await t.press("ctrl-z");
  await t.waitFor("Stopped");
  expect(t.modes().alternate).toBe(false);
  await t.press("fg", "enter");
  await t.waitFor("VMs need you");
  await t.press("q");
  await t.waitFor("shell>");
});

test("without a terminal nothing is opened", async () => {
  const t = shell("bin/handrail --lab </dev/null; echo EXIT $?");
  await t.waitFor("EXIT 64");
  expect(t.written()).not.toContain("\u001b[?1049h");
});
