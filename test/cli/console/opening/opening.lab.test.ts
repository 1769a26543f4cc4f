/** What is painted before the program is loaded, in a real terminal: what is typed meanwhile, and each end in between. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fileName } from "../../../../src/cli/console/opening/key.ts";
import { downLab, loadWorld, upLab, type Lab } from "../../../../src/packs/appliance/lab/index.ts";
import { labScale } from "../../../support/pace.ts";
import { TREE } from "../../../support/program.ts";
import { descendant, openPty, type Pty } from "../../../support/pty.ts";

const root = mkdtempSync(join(tmpdir(), "handrail-opening-"));
/** The program again, so that it can be held up or broken between its way in and what is loaded behind it. */
const tree = join(root, "tree");
const gate = join(root, "gate");
const reached = join(root, "reached");
const env: NodeJS.ProcessEnv = {
  ...process.env,
  XDG_STATE_HOME: join(root, "state"),
  XDG_CACHE_HOME: join(root, "cache"),
  HANDRAIL_LAB: "opening",
  FORCE_COLOR: "1",
};
const ASKING = "Asking the appliance's database";
const kept = join(root, "cache/handrail/opening");
let lab: Lab;
let terminal: Pty | null = null;

/** What stands before the program: it waits for a file, or is broken. */
const HELD = `import { existsSync, writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(reached)}, ""); while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 20));`;
const BROKEN = 'throw new Error("broken on purpose");';

function stand(before: string): void {
  const file = join(tree, "dist/program.mjs");
  writeFileSync(file, `${before}\nexport * from "./whole-program.mjs";\n`);
}

beforeAll(async () => {
  for (const name of ["bin", "dist"]) cpSync(join(TREE, name), join(tree, name), { recursive: true });
  for (const name of readdirSync(TREE).filter((each) => !existsSync(join(tree, each))))
    symlinkSync(join(TREE, name), join(tree, name));
  cpSync(join(tree, "dist/program.mjs"), join(tree, "dist/whole-program.mjs"));
  stand("");
  mkdirSync(join(root, "state"));
  lab = await upLab({ name: "opening", scale: labScale(20), env });
  await loadWorld(lab, "stuck-virtio");
  // The first one of all keeps its frame.
  const t = opened();
  await t.waitFor("5 of 10 VMs need you");
  await until(() => existsSync(kept) && readdirSync(kept).length === 1);
  await t.press("q");
  await t.waitFor("EXIT 0");
});
afterAll(async () => {
  terminal?.kill();
  await downLab(lab, { keep: false });
  rmSync(root, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
  stand("");
  for (const file of [gate, reached]) rmSync(file, { force: true });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => void setTimeout(resolve, 20));
}

/** A console in a shell that says how the terminal was before and after. */
function opened(words = "--lab", also: NodeJS.ProcessEnv = {}): Pty {
  const command = `stty -g > ${root}/before; bin/handrail ${words}; code=$?; stty -g > ${root}/after; echo "EXIT $code"`;
  terminal = openPty("/bin/sh", ["-c", command], { env: { ...env, ...also }, cwd: tree });
  return terminal;
}

const sameTerminal = (): boolean =>
  readFileSync(join(root, "before"), "utf8") === readFileSync(join(root, "after"), "utf8");

const times = (text: string, part: string): number => text.split(part).length - 1;

test("stands before the program is loaded, hears no key, loses none, and is taken over without a byte", async () => {
  stand(HELD);
  const t = opened();
  await t.waitFor(ASKING);
  expect(t.modes()).toMatchObject({ alternate: true, hidden: true, wheel: true });
  const [frame, before] = [t.text(), t.written()];
  await t.press("?", "x", "j", "ctrl-c");
  await t.press("escape");
  expect([t.text(), t.written()]).toEqual([frame, before]);
  terminal?.kill();

  const again = opened();
  await again.waitFor(ASKING);
  await again.press("?");
  writeFileSync(gate, "");
  // It was typed before anybody read it.
  await again.waitFor(/Help/u);
  await again.press("escape");
  await again.waitFor("5 of 10 VMs need you");
  expect(times(again.written(), "\u001b[?1049h")).toBe(1);
  expect(times(again.written(), ASKING)).toBe(1);
  expect(times(again.written(), "\u001b[?1007s")).toBe(1);
  await again.press("q");
  await again.waitFor("EXIT 0");
  expect(again.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(sameTerminal()).toBe(true);
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGQUIT", 131],
  ["SIGKILL", 137],
] as const)("%s in between leaves the terminal as it was", async (signal, exit) => {
  stand(HELD);
  const t = opened();
  await t.waitFor(ASKING);
  process.kill(descendant(t.pid, "handrail.mjs") ?? 0, signal);
  await t.waitFor(`EXIT ${exit}`);
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(sameTerminal()).toBe(true);
});

test("a program that cannot be loaded leaves the terminal as it was, and says why", async () => {
  stand(BROKEN);
  const t = opened();
  await t.waitFor("EXIT 1");
  expect(times(t.written(), ASKING)).toBe(1);
  expect(t.text()).toContain("broken on purpose");
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(sameTerminal()).toBe(true);
});

test("what is said instead of a console stands on the normal screen", async () => {
  const [file = ""] = readdirSync(kept).map((name) => join(kept, name));
  // As where the same words opened a console before: an option was taken away since.
  const [key = "", ...frame] = readFileSync(file, "utf8")
    .replace('["--lab"]', '["--lab","--theme","pink"]')
    .split("\n");
  const other = join(kept, fileName(key));
  writeFileSync(other, [key, ...frame].join("\n"), { mode: 0o600 });
  const t = opened("--lab --theme pink");
  await t.waitFor("EXIT 64");
  rmSync(other);
  expect(times(t.written(), ASKING)).toBe(1);
  expect(t.text()).toContain("--theme is dark, light, auto, not pink");
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  expect(sameTerminal()).toBe(true);
});

test("it is this user's alone; where it is out of date, nothing of it stays; what others may write is not shown", async () => {
  const [file = ""] = readdirSync(kept).map((name) => join(kept, name));
  const text = readFileSync(file, "utf8");
  expect([statSync(kept).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  writeFileSync(file, text.replaceAll(ASKING, "SOMETHING ELSE"));
  const t = opened();
  await t.waitFor("5 of 10 VMs need you");
  expect(t.written()).toContain("SOMETHING ELSE");
  expect(t.text()).not.toContain("SOMETHING ELSE");
  await t.press("q");
  await t.waitFor("EXIT 0");
  expect(t.modes()).toEqual({ alternate: false, hidden: false, wheel: false, paste: false });
  writeFileSync(file, text);
  chmodSync(file, 0o666);
  stand(HELD);
  const again = opened();
  await until(() => existsSync(reached));
  expect(again.written()).toBe("");
  chmodSync(file, 0o600);
});

test.each([
  ["other words", "--lab --read-only", {}],
  ["other colours", "--lab", { NO_COLOR: "1", FORCE_COLOR: "" }],
  ["another language", "--lab", { LC_ALL: "C" }],
  ["another lab", "--lab", { HANDRAIL_LAB: "other" }],
])("%s: nothing is shown before the program", async (_name, words, also) => {
  stand(HELD);
  const t = opened(words, also);
  await until(() => existsSync(reached));
  expect(t.written()).toBe("");
  writeFileSync(gate, "");
  await t.waitFor(/VMs need you|EXIT [1-9]/u);
});
