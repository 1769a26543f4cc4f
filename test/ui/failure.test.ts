/** A step fails while somebody is there: what they may do about it, and what stands in the journal afterwards. */
import { afterEach, expect, test } from "vitest";
import { fold } from "../../src/engine/record.ts";
import { report } from "../../src/readers/report.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { begin, see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** Approves until the first volume is being detached, and lets that fail. */
async function atFailure(size?: { columns: number; rows: number }): Promise<Screen> {
  const s = await openScreen(makeWorld(), size ?? {});
  screen = s;
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  s.world.fail("device is busy");
  await s.waitFor("A STEP FAILED");
  await s.advance(500);
  return s;
}

const marks = (world: World): string[] =>
  Object.values(fold(world.journal.all)?.targets[0]?.phases["detach"]?.slots ?? []).map(
    ({ item_key, mark, reason }) => `${item_key}: ${mark ?? "open"}${reason === "" ? "" : ` (${reason})`}`,
  );
const decisions = (world: World): unknown[] =>
  world.journal.all.flatMap((event) =>
    event.type === "decision.made" && event.step_id === "detach" ? [event.body["choice"]] : [],
  );

test.each([
  [80, 24],
  [120, 40],
])("a step fails and is done by hand, which counts only once it can be seen (%ix%i)", async (columns, rows) => {
  const s = await atFailure({ columns, rows });
  await expect(s.text()).toMatchFileSnapshot(`../frames/failure-${columns}.txt`);
  await s.press("2");
  await s.waitFor("What was done, by whom and how?");
  await s.press("unplug", "enter");
  await s.waitFor("that says too little");
  await s.press("ged it in the CloudStack console");
  await expect(s.text()).toMatchFileSnapshot(`../frames/failure-note-${columns}.txt`);
  await s.press("enter");
  await s.waitFor("that cannot be seen");
  expect(marks(s.world)[0]).toMatch(/^vol-1: failed/u);
  s.world.detachByHand("vol-1");
  await s.advance(500);
  await s.press("2", "unplugged it in the CloudStack console", "enter");
  await s.waitFor("step 2 of 2");
  expect(marks(s.world)[0]).toMatch(/^vol-1: by-hand \(unplugged it in the CloudStack console; seen: /u);
  expect(decisions(s.world)).toEqual(["by-hand", "by-hand"]);
  expect(s.world.sent).toEqual(["detach vol-1", "detach vol-2"]);
});

test("looking again goes back to the beginning: a new preview, a new approval, a new attempt", async () => {
  const s = await atFailure();
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  expect(s.world.sent).toEqual(["detach vol-1"]);
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.world.sent).toEqual(["detach vol-1", "detach vol-1"]);
  s.world.finish();
  await s.waitFor("step 2 of 2");
});

test("a step is left out only with a reason, which stands in the report", async () => {
  const s = await atFailure();
  await s.press("3", "the volume was deleted last week", "enter");
  await s.waitFor("step 2 of 2");
  expect(marks(s.world)[0]).toBe("vol-1: skipped-by-operator (the volume was deleted last week)");
  expect(report(s.world.journal.all.map(asRunEvent), "0:0", { command: (words) => words })).toContain(
    "left out: Detach volume vol-1: the volume was deleted last week",
  );
});

test("stopping leaves it failed, and nothing after it is done", async () => {
  const s = await atFailure();
  await s.press("4");
  await s.waitFor("the run is closed, exit 1");
  expect(s.world.sent).toEqual(["detach vol-1"]);
});

test("Esc decides nothing: the run pauses, and asks the same when it is taken up again", async () => {
  const s = await atFailure();
  await s.press("3", "escape");
  await s.waitFor("A STEP FAILED");
  await s.press("escape");
  await s.waitFor("paused, decision needed");
  expect(decisions(s.world)).toEqual([]);
  await s.press("u");
  await s.waitFor("A STEP FAILED");
  expect(s.world.sent).toEqual(["detach vol-1"]);
});

test("a note is written beside a running step and stands in its log", async () => {
  const world = makeWorld();
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  await s.press("n", "storage team is called", "enter");
  await s.waitFor("note      storage team is called");
  await world.sources.note("20261122-0312-k7f3", "seen by a second person");
  await s.advance(1100);
  await s.waitFor("seen by a second person");
  expect(world.journal.all.filter(({ type }) => type === "operator.note")).toHaveLength(2);
  expect(world.sent).toEqual(["detach vol-1"]);
});

/** At the question who knows what became of a revert whose job failed. */
async function atDoubt(): Promise<Screen> {
  const world = makeWorld({}, (source) =>
    source
      .replaceAll("command: deleteSnapshot", "command: revertSnapshot")
      .replace(/result\.size\(\) == 0\n *none_expected:.*/u, "result.size() == 1"),
  );
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("c");
  for (const [page, key] of [
    ["APPROVAL to begin", "a"],
    ["DECISION", "1"],
    ["APPROVAL: 2 Detach", "a"],
  ] as const) {
    await s.waitFor(page);
    await see(s);
    await s.advance(500);
    await s.press(key);
  }
  await s.waitFor("waiting for the Volume Daemon");
  world.finish();
  await s.waitFor("step 2 of 2");
  world.finish();
  await s.waitFor("APPROVAL: 3 Delete");
  await s.advance(500);
  await s.press("pgtest1");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for CloudStack");
  world.fail("storage is busy");
  await s.waitFor("IN DOUBT: pgtest1");
  return s;
}

test("Esc at a doubt decides nothing: the run pauses in doubt, and asks the same when it is taken up again", async () => {
  const s = await atDoubt();
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("paused, in doubt");
  expect(s.world.journal.all.findLast(({ type }) => type === "run.paused")?.body).toMatchObject({ exit: 3 });
  const decided = (): number => s.world.journal.all.filter(({ type }) => type === "decision.made").length;
  expect(decided()).toBe(1);
  await s.press("u");
  await s.waitFor("IN DOUBT: pgtest1");
  expect([decided(), s.world.sent.length]).toEqual([1, 3]);
});

test("a revert whose job failed is in doubt, and who knows it is asked on the screen", async () => {
  const s = await atDoubt();
  const { world } = s;
  await expect(s.text()).toMatchFileSnapshot("../frames/doubt-question-80.txt");
  expect(s.text()).not.toContain("by hand");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("1-5 decide");
  expect(world.sent).toHaveLength(3);
  await s.advance(500);
  await s.press("3");
  await s.waitFor("How do you know that it was not done?");
  await s.press("the storage team looked", "enter");
  await s.waitFor("APPROVAL: 3 Delete");
  expect(world.sent).toHaveLength(3);
  expect(world.journal.all.find(({ type }) => type === "operator.resolved")?.body).toMatchObject({
    as: "not-applied",
    note: "the storage team looked",
  });
});

test("a console that died at the question begins with it", async () => {
  const { world, close } = await atFailure();
  await close();
  world.runs = [
    {
      run_id: "20261122-0312-k7f3",
      created: "",
      runbook: "small-cleanup",
      title: "",
      operator: "ada",
      targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
      outcome: "left in the middle",
      status: "left",
      driver: "",
      doubts: [],
    },
  ];
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("A step failed and waits for you: Detach volume vol-1 of pgtest1: device is busy");
  await s.press("l");
  await s.waitFor("A STEP FAILED");
  expect(world.sent).toEqual(["detach vol-1"]);
});
