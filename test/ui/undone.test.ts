/** A page stands on what the run has done, and somebody turns that back: the page goes, and the step is asked about again. */
import { afterEach, expect, test } from "vitest";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { receiptFrom } from "../../src/engine/receipt.ts";
import { fold } from "../../src/engine/record.ts";
import { report } from "../../src/readers/report.ts";
import { begin, see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const staying = (source: string): string =>
  source.replace(
    "undo: { none: it is attached again in the next phase }",
    "undo: { none: no }\n            stays_until: end",
  );

/** Both volumes are off, and the page of the next phase stands with a name half typed. */
async function atPage(size: { columns: number; rows: number }): Promise<Screen> {
  const s = await openScreen(makeWorld({}, staying), size);
  screen = s;
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await see(s);
  await s.advance(500);
  await s.press("a");
  for (const step of ["step 1 of 2", "step 2 of 2"]) {
    await s.waitFor(step);
    await s.waitFor("waiting for the Volume Daemon");
    s.world.finish();
  }
  await s.waitFor("APPROVAL: 3 Delete");
  await s.advance(500);
  await s.press("pagedown", "pgtest");
  return s;
}

test.each([
  [80, 24],
  [120, 40],
])("the page is void, what was typed counts for nothing, and nothing is sent (%ix%i)", async (columns, rows) => {
  const s = await atPage({ columns, rows });
  await s.advance(4_000);
  s.world.attachByHand("vol-1");
  s.world.look();
  await s.waitFor("paused, hold broken");
  expect(s.world.rung).toEqual([expect.stringMatching(/^pgtest1: no longer so: "Detach volume vol-1" came undone/u)]);
  await expect(s.text()).toMatchFileSnapshot(`../frames/undone-${columns}.txt`);
  expect(s.world.sent).toEqual(["detach vol-1", "detach vol-2"]);
  const state = fold(s.world.journal.all);
  expect(state?.paused).toMatchObject({ reason: "hold-broken", exit: 4 });
  expect(state?.targets[0]?.phases["detach"]?.slots.map(({ mark }) => mark)).toEqual(["lapsed", "succeeded"]);
});

test("on resume the step is previewed and asked about before anything behind it, and the receipt counts both", async () => {
  const s = await atPage({ columns: 80, rows: 24 });
  s.world.attachByHand("vol-1");
  s.world.look();
  await s.waitFor("paused, hold broken");
  const told = s.world.journal.all.map(asRunEvent);
  expect(report(told, "0:0", { command: (words) => words })).toMatch(
    /\*\*LAPSED\*\* Detach volume vol-1: done at [\d:]+Z, no longer so/u,
  );
  expect(receiptFrom(told).broken).toMatchObject([{ hold: "detach vol-1", over: null }]);
  expect(receiptFrom(told).approvals.at(-1)).toMatchObject({ result: "expired", message: /withdrawn/u });
  await s.press("u");
  await s.waitFor("APPROVAL: 2 Detach");
  await s.waitFor("1 step for 1 VM");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  s.world.finish();
  await s.waitFor("APPROVAL: 3 Delete");
  expect(s.text()).not.toContain("pgtest_");
  expect(s.world.sent).toEqual(["detach vol-1", "detach vol-2", "detach vol-1"]);
  const receipt = receiptFrom(s.world.journal.all.map(asRunEvent));
  expect(receipt.effects).toMatchObject([{ what: "detach", count: 3 }]);
  expect(receipt.broken[0]?.over).not.toBeNull();
  expect(receipt.open.join()).not.toContain("came undone");
});
