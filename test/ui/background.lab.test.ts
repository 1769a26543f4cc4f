/** The question for a terminal's background, on a real terminal: who is asked, when, and that no answer is a key. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { downLab, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { labScale } from "../support/pace.ts";
import { TREE } from "../support/program.ts";
import { openPty, type Pty } from "../support/pty.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-background-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "background", FORCE_COLOR: "1" };
const QUESTION = "\u001b]11;?\u0007";
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "background", scale: labScale(20), env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

async function board(command: string): Promise<Pty> {
  const t = openPty("/bin/sh", ["-c", command], { env: { ...env, TMUX: "" }, cwd: TREE });
  terminal = t;
  await t.waitFor("VMs need you");
  return t;
}

test("the terminal is asked once the first frame stands, and no piece of its answer is a key", async () => {
  const t = await board("bin/handrail --lab");
  expect(t.written().split(QUESTION)).toHaveLength(2);
  expect(t.written().indexOf(QUESTION)).toBeGreaterThan(t.written().indexOf("HANDRAIL"));
  const frame = t.text();
  // In pieces, as over a slow line, and long after it was asked.
  await t.press("\u001b]11;rgb:ff", "ff/ffff/", "ffff\u0007", "\u001b]", "11;rgb:0000/0000/0000\u001b", "\\");
  await t.press("j");
  await t.waitFor("The journal is empty");
  await t.press("escape");
  await t.waitFor("VMs need you");
  await expect.poll(() => t.text()).toBe(frame);
});

test.each([
  ["linux", ""],
  ["screen-256color", ""],
  ["vt220", ""],
])("TERM=%s is not asked", async (name) => {
  const t = await board(`TERM=${name} bin/handrail --lab`);
  await t.press("j");
  await t.waitFor("The journal is empty");
  expect(t.written()).not.toContain("]11;?");
});

test("tmux is asked, which answers for its own terminal", async () => {
  const t = await board("TERM=screen-256color TMUX=/tmp/none,1,0 bin/handrail --lab");
  await expect.poll(() => t.written()).toContain(QUESTION);
});

test.each([
  ["dark", ";36mHANDRAIL"],
  ["light", ";34mHANDRAIL"],
])("--theme %s asks nobody and has its own accent", async (theme, colour) => {
  const t = await board(`bin/handrail --lab --theme ${theme}`);
  expect(t.written()).toContain(colour);
  expect(t.written()).not.toContain("]11;?");
});

test("another name is no theme", async () => {
  const t = openPty("/bin/sh", ["-c", "bin/handrail --lab --theme pink; echo EXIT $?"], { env, cwd: TREE });
  terminal = t;
  await t.waitFor("--theme is dark, light, auto, not pink");
  await t.waitFor("EXIT 64");
  expect(t.written()).not.toContain("\u001b[?1049h");
});
