/**
 * The same story wherever a person may sit: without colour, without more than ASCII, on the Linux console, inside tmux and
 * screen, read out by a screen reader.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { downLab, loadWorld, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { needs, packaged } from "../support/needs.ts";
import { labScale } from "../support/pace.ts";
import { packagedProgram } from "../support/packaged.ts";
import { TREE } from "../support/program.ts";
import { openPty, type Pty } from "../support/pty.ts";
import { approve, rest } from "../support/walk.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-terminals-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "terminals" };
const TMUX = { program: "usr/bin/tmux", groups: [["tmux"]] };
const SCREEN = { program: "usr/bin/screen", groups: [["screen"]] };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "terminals", scale: labScale(20), env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

function shell(line: string, more: NodeJS.ProcessEnv = {}): Pty {
  terminal = openPty("/bin/sh", ["-c", line], { env: { ...env, ...more }, cwd: TREE });
  return terminal;
}

const NAME = Array.from("pgtest2");
const PAGES = [" to begin", ": 2 Detach", ": 3 Revert", ": 4 Put", ": 5 Close"];

/** The story; gives the board at its end: pgtest2 is recovered from the board, with its receipt and what was changed. */
async function recover(t: Pty): Promise<string> {
  await t.waitFor("5 of 10 VMs need you");
  await t.press("/", ...NAME, "enter");
  await t.waitFor("filter: pgtest2");
  await t.press("c");
  for (const page of PAGES) await approve(t, `APPROVAL${page}`);
  await t.waitFor("the run is closed, exit 0");
  await t.press("d");
  await t.waitFor("What a run changed");
  await t.press("escape");
  await t.waitFor("receipt");
  await t.press("q");
  await t.waitFor("4 of 10 VMs need you");
  return t.text();
}

const RECOVERED = /well +pgtest2/u;

// oxlint-disable-next-line no-control-regex -- what is asked is which bytes were written
const COLOUR = /\u001b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[0-9;]+)(?:;[0-9;]*)?m/u;
// oxlint-disable-next-line no-control-regex -- as above
const BEYOND_ASCII = /[^\u0000-\u007e]/u;

test("without colour", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = shell("NO_COLOR=1 bin/handrail --lab");
  expect(await recover(t)).toMatch(RECOVERED);
  expect(t.written()).not.toMatch(COLOUR);
});

test("without more than ASCII", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = shell("LANG=C LC_ALL=C bin/handrail --lab");
  expect(await recover(t)).toMatch(RECOVERED);
  expect(t.written().match(BEYOND_ASCII)).toBeNull();
});

test("on the Linux console", async () => {
  await loadWorld(lab, "stuck-virtio");
  expect(await recover(shell("TERM=linux bin/handrail --lab"))).toMatch(RECOVERED);
});

test("inside tmux", await needs(packaged(TMUX)), async () => {
  await loadWorld(lab, "stuck-virtio");
  const { file, env: more } = await packagedProgram(TMUX);
  const settings = join(state, "tmux.conf");
  writeFileSync(settings, "set -g status off\nset -g escape-time 20\n");
  const t = shell(`exec ${file} -S ${join(state, "tmux")} -f ${settings} new 'bin/handrail --lab'`, more);
  expect(await recover(t)).toMatch(RECOVERED);
  await t.press("q");
  await t.ended;
});

test("inside screen", await needs(packaged(SCREEN)), async () => {
  await loadWorld(lab, "stuck-virtio");
  const { file, env: more } = await packagedProgram(SCREEN);
  const folder = join(state, "screen");
  mkdirSync(folder, { mode: 0o700 });
  const settings = join(state, "screenrc");
  writeFileSync(settings, "startup_message off\naltscreen on\nmaptimeout 20\n");
  const t = shell(`exec ${file} -U -c ${settings} bin/handrail --lab`, { ...more, SCREENDIR: folder });
  expect(await recover(t)).toMatch(RECOVERED);
  await t.press("q");
  await t.ended;
});

test("read out line by line", async () => {
  await loadWorld(lab, "stuck-virtio");
  const t = shell(
    "bin/handrail --screen-reader --lab; bin/handrail run failed-execution-cleanup --vm pgtest2 --screen-reader --lab",
  );
  const prompts = (): string[] => t.written().match(/(?:Press a|Type \S+ and Enter) to approve/gu) ?? [];
  for (let pages = 1; pages <= PAGES.length; pages += 1) {
    await expect.poll(() => prompts().length).toBe(pages);
    // What is typed in its first moment does not count.
    await rest();
    await t.press(...(prompts().at(-1)?.startsWith("Type") === true ? [...NAME, "enter"] : ["a"]));
  }
  // It scrolls by: what is told after it may have taken it off the screen.
  await expect.poll(() => t.written()).toContain("pgtest2: recovered");
  await t.ended;
  expect(t.written()).toContain("5 of 10 VMs need you");
  // Nothing moves the cursor: what was said stays said.
  // oxlint-disable-next-line no-control-regex -- as above
  expect(t.written()).not.toMatch(/\u001b\[(?:[0-9;]*[A-HJKf]|\?1049)/u);
});
