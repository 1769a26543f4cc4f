/** `e` opens a text in the person's own program, on a real terminal, and comes back whole. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { downLab, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { labScale } from "../support/pace.ts";
import { HANDRAIL, TREE } from "../support/program.ts";
import { openPty, type Pty } from "../support/pty.ts";
import { approve } from "../support/walk.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-reader-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "reader" };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "reader", scale: labScale(20), env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

/** A program that shows the file, says where it is, and goes on once a line was typed. */
function program(name: string, rest: string): string {
  const file = join(state, name);
  writeFileSync(file, `#!/bin/sh\necho "$@" > ${state}/told\n${rest}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** The plan on the screen of a console with this pager. */
async function plan(pager: string): Promise<Pty> {
  const command = `stty -g > ${state}/before; bin/handrail --lab; stty -g > ${state}/after; echo "EXIT"`;
  const t = openPty("/bin/sh", ["-c", command], { env: { ...env, PAGER: pager }, cwd: TREE });
  terminal = t;
  await t.waitFor("VMs need you");
  await t.press("p");
  await t.waitFor("Look before touching anything");
  return t;
}

const told = (): string => readFileSync(join(state, "told"), "utf8").trim();
const modes = { alternate: true, hidden: true, wheel: true, paste: true };

test("the page stands in the program, a copy that nobody else can read, and is gone afterwards", async () => {
  const t = await plan(program("pager", 'cat "$1"; stat -c "MODE %a" "$1"; echo HERE; read line; echo "LINE $line"'));
  await t.press("e");
  await t.waitFor("HERE");
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(t.text()).toContain("MODE 400");
  const file = told();
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  // The program has every key, and the console none.
  await t.press(...Array.from("qqquu"), "enter");
  await t.waitFor("Look before touching anything");
  await expect.poll(() => t.modes()).toEqual(modes);
  expect(existsSync(dirname(file))).toBe(false);
  // The keyboard is the console's again.
  await t.press("escape");
  await t.waitFor("VMs need you");
  await t.press("q");
  await t.waitFor("EXIT");
  expect(readFileSync(join(state, "before"), "utf8")).toBe(readFileSync(join(state, "after"), "utf8"));
});

test("a key that is pressed twice, or held, opens the report of a run once, and ends nothing", async () => {
  const pager = program("pager", 'echo "OPEN $$"; read line; echo "LINE $line"');
  // The report is written where the console was opened.
  const t = openPty("/bin/sh", ["-c", `"${HANDRAIL}" --lab; echo "EXIT $?"`], {
    env: { ...env, PAGER: pager },
    cwd: state,
  });
  terminal = t;
  await t.waitFor("VMs need you");
  await t.press("c");
  await approve(t, "APPROVAL to begin");
  await t.waitFor("APPROVAL: 2 Detach");
  await t.press("escape");
  await t.waitFor("the run is closed");
  for (const gapMs of [0, 2, 5, 10, 20]) {
    void t.press("e");
    await new Promise((resolve) => void setTimeout(resolve, gapMs));
    await t.press("e");
    await t.waitFor("OPEN");
    await t.press("enter");
    await t.waitFor("the run is closed");
    await expect.poll(() => t.modes()).toEqual(modes);
  }
  expect(t.written().match(/OPEN \d+/gu)).toHaveLength(5);
  await t.press("q", "q");
  await t.waitFor("EXIT");
});

test("keys that the program left unread are no keys of the console", async () => {
  const t = await plan(program("deaf", `echo HERE; while ! [ -e ${state}/go ]; do sleep 0.05; done`));
  await t.press("e");
  await t.waitFor("HERE");
  await t.press("q", "q", "enter", "u");
  writeFileSync(join(state, "go"), "");
  await t.waitFor("Look before touching anything");
  await expect.poll(() => t.modes()).toEqual(modes);
  await t.press("?");
  await t.waitFor("Plan");
  await t.press("escape");
  await t.waitFor("Look before touching anything");
});

test.each([
  ["is not there", "no-such-reader", "no-such-reader is not there; PAGER, VISUAL or EDITOR names another program"],
  ["is not there, with options", "no-such-reader -x", "no-such-reader is not there"],
  ["fails", "false", "false ended with exit code 1"],
])("a program that %s says so, and the page is as it was", async (_name, pager, says) => {
  const t = await plan(pager);
  await t.press("e");
  await t.waitFor(says);
  expect(t.text()).toContain("Look before touching anything");
  await expect.poll(() => t.modes()).toEqual(modes);
});

test("a program that was killed leaves neither its keyboard nor its screen behind", async () => {
  const t = await plan(program("killed", "stty raw -echo; printf '\\033[?1000h\\033[?1h'; echo HERE; kill -9 $$"));
  await t.press("e");
  await t.waitFor("killed was ended by SIGKILL");
  expect(t.written().lastIndexOf("\u001b[?1000l")).toBeGreaterThan(t.written().lastIndexOf("\u001b[?1000h"));
  await t.press("escape");
  await t.waitFor("VMs need you");
  await t.press("q");
  await t.waitFor("EXIT");
  expect(readFileSync(join(state, "before"), "utf8")).toBe(readFileSync(join(state, "after"), "utf8"));
});

test("Ctrl-C in the program is for the program alone", async () => {
  const t = await plan(
    program("interrupted", "trap 'echo CAUGHT; exit 0' INT; echo HERE; while :; do sleep 0.05; done"),
  );
  await t.press("e");
  await t.waitFor("HERE");
  await t.press("ctrl-c");
  await t.waitFor("Look before touching anything");
  await expect.poll(() => t.modes()).toEqual(modes);
});

test("words of a variable are taken apart as a shell does, and the file stays one word", async () => {
  const t = await plan(`${program("words", "echo HERE; read line")} -a 'b c'`);
  await t.press("e");
  await t.waitFor("HERE");
  expect(told()).toMatch(/^-a b c \/\S+\/plan\.txt$/u);
  await t.press("enter");
  await t.waitFor("Look before touching anything");
});
