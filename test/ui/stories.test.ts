/** Whole stories at the screen, each frame as the person sees it: five VMs at once, and a ladder that has to be climbed. */
import { afterEach, expect, test } from "vitest";
import { fold } from "../../src/engine/record.ts";
import { approve, begin } from "./person.ts";
import { asLadder } from "./runbook.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
];
const frame = (name: string, { columns }: { columns: number }): string => `../frames/${name}-${columns}.txt`;

test.each(SIZES)("recovers five VMs with one decision a page and one typed word ($columns wide)", async (size) => {
  const world = makeWorld();
  world.vms = ["pgtest1", "pgtest2", "pgtest3", "quad-dc-01", "web-02"].map((label) => vmNamed(label));
  screen = await openScreen(world, size);
  const s = screen;
  await s.waitFor("5 of 5 VMs need you");
  await begin(s, "*", "c");
  await s.waitFor("APPROVAL: 2 Detach");
  await expect(s.text()).toMatchFileSnapshot(frame("five-page", size));
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  world.finish();
  await s.waitFor("1 under way, 4 waiting");
  await expect(s.text()).toMatchFileSnapshot(frame("five-run", size));
  world.finish();
  await s.waitFor("1 phase done");
  expect(s.text()).toContain("▸ detach 1");
  for (let more = 0; more < 12 && !s.text().includes("APPROVAL: 3"); more += 1) {
    world.finish();
    await s.advance(100);
  }
  await s.waitFor("Type recover 5 to approve");
  for (let down = 0; down < 9 && /lines? below/u.test(s.text()); down += 1) await s.press("pagedown");
  await s.advance(500);
  await s.press("recover 5");
  await approve(s, "The name is right");
  for (let more = 0; more < 12 && !s.text().includes("the run is closed"); more += 1) {
    await s.advance(100);
    world.finish();
  }
  await s.waitFor("pgtest1, pgtest2, pgtest3 and 2 more: recovered: ");
  await expect(s.text()).toMatchFileSnapshot(frame("five-end", size));
  await s.press("enter");
  await s.waitFor("5 VMs: 5 recovered");
  await s.press("down", "enter");
  await s.waitFor("pgtest2: ");
  await s.press("escape");
  await s.waitFor("pgtest2, 2 of 5");
  await s.press("escape");
  await s.waitFor("and 2 more: recovered: ");
  const given = world.journal.all.filter(({ type }) => type === "approval.given");
  expect(given).toHaveLength(3);
});

test.each(SIZES)("two VMs are decided for apart, and each goes its own way ($columns wide)", async (size) => {
  const world = makeWorld();
  world.vms = ["pgtest1", "pgtest2"].map((label) => vmNamed(label));
  screen = await openScreen(world, size);
  const s = screen;
  await s.waitFor("2 of 2 VMs need you");
  await s.press("*", "c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION: pgtest1, pgtest2");
  await expect(s.text()).toMatchFileSnapshot(frame("decision-several", size));
  await s.advance(500);
  await s.press("t");
  await s.waitFor(/DECISION: pgtest1$/mu);
  expect(world.journal.all.filter(({ type }) => type === "decision.made")).toEqual([]);
  await s.advance(500);
  await s.press("1");
  await s.waitFor(/DECISION: pgtest2$/mu);
  await expect(s.text()).toMatchFileSnapshot(frame("decision-apart", size));
  expect(s.text()).not.toContain("each VM apart");
  await s.advance(500);
  await s.press("2");
  await s.waitFor("APPROVAL: 2 Detach");
  expect(s.text()).toContain("2 steps for 1 VM");
  const made = world.journal.all.filter(({ type }) => type === "decision.made");
  expect(made.map(({ target_key, body }) => [target_key, body["choice"]])).toEqual([
    ["ctx-pgtest1", "keep"],
    ["ctx-pgtest2", "stop"],
  ]);
});

test.each(SIZES)(
  "a rung times out, says what was not seen, and is climbed by a decision ($columns wide)",
  async (size) => {
    const world = makeWorld({}, asLadder);
    screen = await openScreen(world, size);
    const s = screen;
    await s.waitFor("pgtest1");
    await s.press("c");
    await approve(s, "APPROVAL to begin");
    await s.waitFor("DECISION");
    await s.advance(500);
    await s.press("1");
    await s.waitFor("watching, ");
    await s.advance(60_000);
    await s.waitFor("watching, until 03:14:01Z at most: the engine has begun nothing since");
    await expect(s.text()).toMatchFileSnapshot(frame("rung", size));
    await s.advance(61_000);
    world.finish();
    await s.waitFor("THE RUNG DID NOT WORK");
    await expect(s.text()).toMatchFileSnapshot(frame("climb", size));
    expect(world.sent).toEqual([]);
    await s.advance(500);
    await s.press("1");
    await s.waitFor("APPROVAL: 2 Detach");
    const target = fold(world.journal.all)?.targets[0];
    expect(target?.decisions["nudge"]).toBe("detach");
    expect(target?.phases["nudge"]?.rung?.result).toBe("timed-out");
  },
);

test.each(SIZES)("? lists the keys of the screen it was pressed in ($columns wide)", async (size) => {
  screen = await openScreen(makeWorld(), size);
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("?");
  await s.waitFor("Cleanup Failed Job");
  await expect(s.text()).toMatchFileSnapshot(frame("help", size));
});

test("phases are left out on the plan, and a run that begins there goes without them", async () => {
  screen = await openScreen(makeWorld());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("p");
  await s.waitFor("[x] 2 Detach the volumes");
  await s.press("right", "right", "x");
  await s.waitFor("[ ] 3 Delete the snapshots  left out");
  await expect(s.text()).toMatchFileSnapshot(frame("plan-chosen", { columns: 80 }));
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  expect(s.world.asked).toEqual({ kind: "new", runbook: "small-cleanup", keys: ["ctx-pgtest1"], phases: ["detach"] });
});

test.each(SIZES)("a second operator watches the run that somebody else drives ($columns wide)", async (size) => {
  const world = makeWorld();
  world.vms = [vmNamed("pgtest1")];
  screen = await openScreen(world, size);
  const first = screen;
  await first.waitFor("pgtest1");
  await begin(first);
  await approve(first, "APPROVAL: 2 Detach");
  await first.waitFor("waiting for the Volume Daemon");
  await first.close();
  world.runs = [
    {
      run_id: "20261122-0312-k7f3",
      created: "",
      runbook: "small-cleanup",
      title: "Clean up a failed test failover",
      operator: "bob",
      targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
      outcome: "going on",
      status: "driven",
      driver: "bob (pid 7)",
      at: "phase 2 of 3, 2 Detach the volumes",
      doubts: [],
    },
  ];
  screen = await openScreen(world, size);
  const s = screen;
  await s.waitFor("being recovered");
  await s.press("F");
  await s.waitFor("drives this run elsewhere");
  await expect(s.text()).toMatchFileSnapshot(frame("watching", size));
  await s.press("a", "p", "x");
  expect(world.sent).toHaveLength(1);
  await s.press("escape", "enter");
  await s.waitFor("volumes, as each source has them");
  expect(s.text().replace(/\s+/gu, " ")).toContain("drives a run for it just now: phase 2 of 3, 2 Detach the volumes");
  await s.press("J");
  await s.waitFor("going on");
  expect(s.console.model.journal.filter).toBe("pgtest1");
});

test("the detail of a VM is looked at again while it is on the screen", async () => {
  const world = makeWorld();
  screen = await openScreen(world);
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("enter");
  await s.waitFor("volumes, as each source has them");
  const before = s.text();
  await s.advance(20_000);
  expect(s.text()).toBe(before);
  world.detachByHand("vol-1");
  await s.advance(6_000);
  await s.waitFor("detached");
});
