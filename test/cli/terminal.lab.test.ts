/**
 * Launcher and program watch each other, and neither opens a screen where there is none. HANDRAIL_TREE names another
 * build. No verdict rests on how fast it was: each waits for what has to come.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nowhereIn } from "../support/nowhere.ts";
import { descendant, hasEnded, openPty, parentOf, type Pty } from "../support/pty.ts";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../.."));
const state = mkdtempSync(join(tmpdir(), "handrail-terminal-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_CONFIG: `${state}/config.yaml` };
for (const name of ["HANDRAIL_LAB", "HANDRAIL_SITE", "HANDRAIL_NODE"]) delete env[name];
const handrail = join(tree, "bin/handrail");
/** Whatever has to come has come long before. */
const WAIT_MS = 60_000;
let terminal: Pty | null = null;

beforeAll(() => {
  nowhereIn(state);
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
  for (const name of ["before", "now"]) rmSync(join(state, name), { force: true });
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

function shell(...args: readonly string[]): Pty {
  terminal = openPty(args[0] ?? "", args.slice(1), { env: { ...env, PS1: "shell> " }, cwd: tree, columns: 200 });
  return terminal;
}

describe("where the whole screen cannot be drawn", () => {
  test.each([
    ["TERM is dumb", "TERM=dumb", "", "TERM is dumb"],
    ["TERM is not set", "env -u TERM", "", "TERM is not set"],
    ["TERM is empty", "TERM=", "", "TERM is not set"],
    ["the input is a pipe", "true |", "", "no terminal"],
    ["the output is a pipe", "", "2>&1 | cat", "no terminal"],
  ])("%s: it says so, with the command that works there", async (_what, before, after, why) => {
    const line = `${before} ${handrail} --site nowhere ${after}`;
    const t = shell("/bin/bash", "-c", `set -o pipefail; ${line}; echo "EXIT $?"`);
    await t.waitFor(/EXIT \d+|VMs|cannot be read/u, WAIT_MS);
    expect(t.text()).toContain(why);
    expect(t.text()).toContain("Nothing was opened");
    expect(t.text()).toContain("EXIT 64");
    expect(t.written()).not.toContain("\u001b[?1049h");
    expect(t.text()).toMatch(/^ {2}\S*handrail --screen-reader --site nowhere$/mu);
  });

  test.each(["env -u TERM", "TERM=dumb", "TERM=unknown"])("under %s a run is told in lines", async (before) => {
    const run = `${handrail} run failed-execution-cleanup --vm pgtest1 --site nowhere`;
    const t = shell("/bin/sh", "-c", `${before} ${run}; echo "EXIT $?"`);
    await t.waitFor(/EXIT \d+|Preparing/u, WAIT_MS);
    expect(t.modes().alternate).toBe(false);
    await t.waitFor(/EXIT \d+/u, WAIT_MS);
    expect(t.text()).toContain("EXIT 69");
    expect(t.written()).not.toContain("\u001b");
  });

  test("the command that it names gives the board as lines", async () => {
    const t = shell(
      "/bin/bash",
      "-c",
      `${handrail} --screen-reader --site nowhere </dev/null | cat; echo "EXIT \${PIPESTATUS[0]}"`,
    );
    await t.waitFor(/EXIT \d+/u, WAIT_MS);
    expect(t.text()).toContain("cannot be read");
    expect(t.text()).toContain("EXIT 69");
    expect(t.written()).not.toContain("\u001b[");
  });
});

/** What sets a colour or its like, or takes all of them back. */
const COLOUR = new RegExp(String.raw`\u001b\[[0-9;]*m`, "gu");

/** Goes on, and writes down how the terminal is by then. */
const LOOK = `while :; do stty -g > ${state}/next; mv ${state}/next ${state}/now; sleep 0.02; done`;
const LINE = `stty -g > ${state}/before; ${handrail} --site nowhere; echo "EXIT $?"; ${LOOK}`;

const read = (name: string): string => (existsSync(join(state, name)) ? readFileSync(join(state, name), "utf8") : "");

/** Both processes of the screen, once it is drawn. */
async function drawn(t: Pty): Promise<{ launcher: number; program: number }> {
  await t.waitFor(/Asking the appliance|cannot be read/u, WAIT_MS);
  expect(t.modes().alternate).toBe(true);
  const program = descendant(t.pid, "handrail.mjs") ?? 0;
  return { program, launcher: parentOf(program) };
}

/** The main screen, with its cursor, in no colour. A shell that edits its line turns bracketed paste on for itself. */
async function expectWhole(t: Pty): Promise<void> {
  await expect
    .poll(() => t.modes(), { timeout: WAIT_MS })
    .toEqual({ alternate: false, hidden: false, wheel: false, paste: expect.any(Boolean) as boolean });
  const colours = t.written().match(COLOUR) ?? [];
  expect(colours.at(-1)).toMatch(/0?m$/u);
}

test.each([
  ["CI=1", true],
  ["NO_COLOR=1", false],
  ["FORCE_COLOR=0", false],
  ["NO_COLOR=1 FORCE_COLOR=1", false],
])("%s: the screen has colours, %s", async (setting, has) => {
  const t = shell("/bin/sh", "-c", `env -u CI -u FORCE_COLOR ${setting} ${handrail} --site nowhere; echo "EXIT $?"`);
  await drawn(t);
  await t.press("q");
  await t.waitFor("EXIT 0", WAIT_MS);
  const colours = (t.written().match(COLOUR) ?? []).filter((code) => !/\[0?m$/u.test(code));
  expect(colours.length > 0).toBe(has);
});

describe.each(["launcher", "program"] as const)("kill -9 of the %s", (which) => {
  test("leaves the terminal as it was, and no process", async () => {
    const t = shell("/bin/sh", "-c", LINE);
    const pids = await drawn(t);
    process.kill(pids[which], "SIGKILL");
    await expectWhole(t);
    expect(t.modes().paste).toBe(false);
    await t.waitFor(/was ended by/u, WAIT_MS);
    await expect.poll(() => read("now"), { timeout: WAIT_MS }).toBe(read("before"));
    await expect.poll(() => hasEnded(pids.launcher) && hasEnded(pids.program), { timeout: WAIT_MS }).toBe(true);
  });

  test.each(["/bin/bash --norc --noprofile -i", "/bin/sh -i"])("gives %s its line back", async (words) => {
    const t = shell(...words.split(" "));
    await t.waitFor("shell>", WAIT_MS);
    await t.press(`stty -g > ${state}/before; ${handrail} --site nowhere`, "enter");
    const pids = await drawn(t);
    process.kill(pids[which], "SIGKILL");
    await expect.poll(() => hasEnded(pids.launcher) && hasEnded(pids.program), { timeout: WAIT_MS }).toBe(true);
    await expectWhole(t);
    await t.press("echo it is a'l'ive", "enter");
    await t.waitFor("it is alive", WAIT_MS);
    await t.press(`stty -g > ${state}/now`, "enter");
    await expect.poll(() => read("now"), { timeout: WAIT_MS }).toBe(read("before"));
  });
});

test("a program that was started without its launcher draws no screen", async () => {
  const node = join(tree, "node_modules/node/bin/node");
  const t = shell("/bin/sh", "-c", `${node} ${tree}/dist/handrail.mjs --site nowhere; echo "EXIT $?"`);
  await t.waitFor(/EXIT \d+|VMs|cannot be read/u, WAIT_MS);
  expect(t.text()).toContain("bin/handrail");
  expect(t.text()).toContain("EXIT 64");
  expect(t.written()).not.toContain("\u001b[?1049h");
});
