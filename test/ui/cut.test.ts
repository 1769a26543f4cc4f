/** What a column cuts says so, and stands whole with the row under the cursor. */
import { afterEach, expect, test } from "vitest";
import { approve } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const NAME = "a-machine-of-the-accounting-department-in-the-second-cellar";
const STEP = "a-step-of-which-the-list-has-no-room-for-the-name";
const OUTCOME = "paused: a decision is needed that nobody here could give at that time of the night";

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

/** The text of the screen with its lines joined: what is broken between words is whole. */
const joined = (s: Screen, from: number): string =>
  s
    .lines()
    .map((text) => text.slice(from).trim())
    .join(" ");

test.each(SIZES)("on the board ($columns wide)", async (size) => {
  const world = makeWorld();
  const calm = { stuck: false, step: { name: STEP, status: "running", error: "" } };
  world.vms = [vmNamed(NAME, calm), vmNamed("other", calm)];
  screen = await openScreen(world, size);
  const s = screen;
  const side = size.columns >= 120 ? 76 : 0;
  await s.waitFor("…");
  // The step is left out where its column would have no room; below the list it stands whole.
  expect(s.lines()[3]).toMatch(/a-mach\S*…\S*cellar\b(?!.*a-step)|a-step-\S*…/u);
  const text = joined(s, side).replaceAll(" ", "");
  expect(text).toContain(NAME);
  expect(text).toContain(STEP);
  await s.press("down");
  expect(joined(s, side).replaceAll(" ", "")).not.toContain(NAME);
});

test.each(SIZES)("among the steps of a run ($columns wide)", async (size) => {
  const title =
    "Ask for each volume of this machine, by its daemon and by CloudStack and by the record, and compare what they say";
  screen = await openScreen(
    makeWorld({}, (source) => source.replace("title: Ask for each volume", `title: ${title}`)),
    size,
  );
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.press("escape");
  await s.waitFor("not ended: paused");
  await s.press("enter", "up");
  await s.waitFor("step 1 of 2");
  const side = size.columns >= 120 ? 64 : 0;
  expect(joined(s, side)).toContain(title);
});

test("the step under the cursor is on its list in the smallest window, too", async () => {
  screen = await openScreen(makeWorld());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.press("escape");
  await s.waitFor("not ended: paused");
  await s.press("enter", "up");
  await s.waitFor("step 1 of 2");
  await s.resize(60, 15);
  await s.waitFor(/^▌./mu);
  expect(s.text()).toContain("Now ");
});

test.each(SIZES)("in the journal ($columns wide)", async (size) => {
  const world = makeWorld();
  world.runs = [
    {
      run_id: "20261122-0301-aaaa",
      created: "",
      runbook: "small-cleanup",
      title: "",
      operator: "an-operator-with-a-long-name",
      targets: ["one", "two", NAME].map((label) => ({ key: `ctx-${label}`, label })),
      outcome: OUTCOME,
      status: "closed",
      driver: "",
      doubts: [],
    },
  ];
  screen = await openScreen(world, size);
  const s = screen;
  await s.waitFor("2 of 3 VMs need you");
  await s.press("j");
  await s.waitFor("an-operator…");
  const text = joined(s, 0);
  for (const part of [OUTCOME, "one (ctx-one), two (ctx-two)", "by an-operator-with-a-long-name", NAME])
    expect(text).toContain(part);
});
