/** Whatever ends the built console, the terminal is as it was before: caught by itself, or put right by its launcher. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { isAlive } from "../support/alive.ts";
import { TREE } from "../support/program.ts";
import { nowhereIn } from "../support/nowhere.ts";
import { descendant, openPty, type Pty } from "../support/pty.ts";

const root = new URL("../..", import.meta.url).pathname;
const state = mkdtempSync(join(tmpdir(), "handrail-exit-"));
const node = join(state, "node");
let terminal: Pty | null = null;

beforeAll(() => {
  const real = join(root, "node_modules/node/bin/node");
  const preload = join(root, "test/support/faults.mjs");
  writeFileSync(node, `#!/bin/sh\nexec "${real}" --max-old-space-size=120 --import "${preload}" "$@"\n`);
  chmodSync(node, 0o755);
  nowhereIn(state);
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

async function opened(fault: string): Promise<{ t: Pty; pid: number }> {
  const env = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_NODE: node, HANDRAIL_TEST_FAULT: fault };
  const line = `stty -g > ${state}/before; bin/handrail --config ${state}/config.yaml; code=$?; stty -g > ${state}/after; echo "EXIT $code"`;
  const t = openPty("/bin/sh", ["-c", line], { env, cwd: TREE });
  terminal = t;
  await t.waitFor("cannot be read");
  expect(t.modes().alternate).toBe(true);
  return { t, pid: descendant(t.pid, "handrail.mjs") ?? 0 };
}

function expectRestored(t: Pty): void {
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(readFileSync(join(state, "after"), "utf8")).toBe(readFileSync(join(state, "before"), "utf8"));
}

test.each([
  ["a throw in a handler of keys", "handler"],
  ["a throw in a timer", "async"],
  ["a promise that nobody caught", "rejection"],
  ["a throw while drawing", "render"],
])("%s ends with 70 and one message, in a terminal as it was", async (_what, fault) => {
  const { t, pid } = await opened(fault);
  process.kill(pid, "SIGUSR2");
  // nothing says when the signal has been taken: keys are pressed until one of them meets what it did
  const pressed = async (): Promise<string> => {
    await t.press("?");
    return t.text();
  };
  await expect.poll(pressed, { interval: 200 }).toContain("EXIT 70");
  expect(t.text()).toContain("this is a bug in Handrail: made by a test");
  expect(t.text()).not.toContain("    at ");
  expectRestored(t);
});

test.each([
  ["abort", "abort", 134],
  ["running out of memory", "memory", 134],
  ["kill -9", "", 137],
])("after %s the launcher puts the terminal back", async (_what, fault, exit) => {
  const { t, pid } = await opened(fault);
  process.kill(pid, fault === "" ? "SIGKILL" : "SIGUSR2");
  await expect.poll(() => isAlive(pid)).toBe(false);
  await expect.poll(() => t.modes().alternate).toBe(false);
  await t.waitFor(`EXIT ${exit}`);
  expectRestored(t);
  // A terminal breaks the line where it is full.
  expect(t.text().replaceAll("\n", "")).toContain(`where it stands with: bin/handrail --config ${state}/config.yaml`);
});
