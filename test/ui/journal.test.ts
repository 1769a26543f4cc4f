import { afterEach, expect, test } from "vitest";
import { sayBoard } from "../../src/cli/console/board-lines.ts";
import { decideColour } from "../../src/cli/terminal/colour.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const run = (id: string, label: string, over: Partial<RunSummary> = {}): RunSummary => ({
  run_id: id,
  created: "",
  runbook: "small-cleanup",
  title: "",
  operator: "ada",
  targets: [{ key: `ctx-${label}`, label }],
  outcome: "done",
  status: "closed",
  driver: "",
  doubts: [],
  ...over,
});

async function journal(size: { columns: number; rows: number }): Promise<Screen> {
  const world = makeWorld();
  world.runs = [
    run("20261122-0301-aaaa", "pgtest2", { operator: "grace", outcome: "failed" }),
    run("20261122-0201-bbbb", "pgtest1", { runbook: "virtio-recovery" }),
    run("20261121-0101-cccc", "pgtest2"),
  ];
  screen = await openScreen(world, size);
  await screen.waitFor("2 of 3 VMs need you");
  await screen.press("j");
  await screen.waitFor("20261121-0101-cccc");
  return screen;
}

const shown = (s: Screen): string[] => s.lines().flatMap((text) => /^(?: {2}|▌)\S+-(\w{4}) /u.exec(text)?.[1] ?? []);

test.each([
  [80, 24],
  [120, 40],
])(
  "the journal is filtered by words and grouped, and what is under the cursor is what is replayed (%ix%i)",
  async (columns, rows) => {
    const s = await journal({ columns, rows });
    await expect(s.text()).toMatchFileSnapshot(`../frames/journal-${columns}.txt`);
    await s.press("/", "pgtest2 grace", "enter");
    expect(shown(s)).toEqual(["aaaa"]);
    await s.press("escape");
    expect(shown(s)).toEqual(["aaaa", "bbbb", "cccc"]);
    await s.press("s");
    await s.waitFor("grouped by VM");
    expect(shown(s)).toEqual(["bbbb", "aaaa", "cccc"]);
    await s.press("s", "s", "s");
    await s.waitFor("grouped by outcome");
    expect(shown(s)).toEqual(["bbbb", "cccc", "aaaa"]);
    await s.press("/", "nothing like it");
    await s.waitFor("The journal has no run with");
  },
);

test("a key that means nothing is named, and where the others are listed", async () => {
  const s = await openScreen(makeWorld());
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("x");
  await s.waitFor("x does nothing here; ? lists the keys");
  await s.press("down");
  expect(s.text()).not.toContain("does nothing here");
});

test("the board is said as sentences, with the command for each VM and no escape byte", async () => {
  const world = makeWorld();
  let out = "";
  const io = {
    env: {},
    stdin: process.stdin,
    out: (text: string) => void (out += text),
    err: () => undefined,
    person: true,
  };
  expect(
    await sayBoard(world.sources, world.site, { out: io.out, command: (words) => `handrail ${words} --lab` }),
  ).toBe(0);
  expect(out).toContain("Site appliance. 2 of 3 VMs need you.");
  expect(out).toMatch(/pgtest1: stuck for .* at virtio-driver-injection\./u);
  expect(out).toContain("Command: handrail run small-cleanup --vm ctx-pgtest1 --lab.");
  expect(out).not.toContain("\u001b");
});

test("what --color says goes before the environment", () => {
  expect(decideColour({ NO_COLOR: "1" }, "always")).toBe(true);
  expect(decideColour({ FORCE_COLOR: "1" }, "never")).toBe(false);
  expect(decideColour({ NO_COLOR: "1" }, "auto")).toBe(false);
});

test("the cursor stays on its run when the journal has another one by then: no key acts on that", async () => {
  const world = makeWorld();
  const known = [run("20261122-0201-bbbb", "pgtest1"), run("20261121-0101-cccc", "pgtest2")];
  const later = Promise.withResolvers<readonly RunSummary[]>();
  let isOpen = false;
  const runs = (): Promise<readonly RunSummary[]> => (isOpen ? later.promise : Promise.resolve(known));
  const s = (screen = await openScreen({ ...world, sources: { ...world.sources, runs } }));
  await s.waitFor("2 of 3 VMs need you");
  isOpen = true;
  await s.press("j");
  await s.waitFor("20261121-0101-cccc");
  await s.press("down");
  await s.waitFor("▌20261121-0101-cccc");
  later.resolve([run("20261123-0101-dddd", "mail-01", { outcome: "failed" }), ...known]);
  await s.waitFor("20261123-0101-dddd");
  expect(s.text()).toContain("▌20261121-0101-cccc");
});
