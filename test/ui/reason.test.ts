/** `w`: why what the cursor is on is there, in the runbook's own words. */
import { afterEach, expect, test } from "vitest";
import { modeOf } from "../../src/ui/mode.ts";
import { driving, LATER, press, saysOf } from "./models.ts";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const REASONS = (source: string): string =>
  source
    .replace(
      "title: 2 Detach the volumes\n",
      "title: 2 Detach the volumes\n        why: A mounted volume cannot be reverted.\n",
    )
    .replace(
      "title: Detach volume ${item.volume_id}\n",
      "title: Detach volume ${item.volume_id}\n            why: ${item.volume_id} may be held by the engine.\n",
    )
    .replace("question: Keep the test VM", "why: It holds an address.\n            question: Keep the test VM");

const world = (): World => makeWorld({}, REASONS);
/** The whole text, its lines as one. */
const textOf = (s: Screen): string => s.text().replace(/\s+/gu, " ");

test("a question, a page of changes, and a step say why they are there", async () => {
  screen = await openScreen(world());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("w");
  await s.waitFor("It holds an address.");
  await s.press("escape", "1");
  await s.waitFor("that key came too early to count");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  expect(s.lines().at(-1)).toContain("w why");
  await s.press("w");
  await s.waitFor("A mounted volume cannot be reverted.");
  expect(textOf(s)).toContain("‹volume_id› may be held by the engine.");
  expect(textOf(s)).toContain("undo: not by Handrail it is attached again in the next phase");
  await expect(s.text()).toMatchFileSnapshot("../frames/reason-80.txt");
  // The page below was not looked at meanwhile.
  await s.press("escape", "a");
  await s.waitFor(/came too early to count|first \(PgDn\)/u);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  await s.press("w");
  await s.waitFor("‹volume_id› may be held by the engine.");
});

test("a step that ended as it should not says first why it did", async () => {
  screen = await openScreen(world());
  const s = screen;
  await s.waitFor("pgtest1");
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  s.world.fail("device is busy");
  await s.waitFor("A STEP FAILED");
  await s.press("w");
  await s.waitFor("A mounted volume cannot be reverted.");
  await s.press("escape");
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("paused");
  await s.press("enter", "w");
  await s.waitFor("It ended so because");
  expect(s.text()).toContain("device is busy");
});

test("the plan gives the reasons of the phase under its cursor", async () => {
  screen = await openScreen(world());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("p");
  await s.waitFor("[x] 2 Detach the volumes");
  await s.press("right", "w");
  await s.waitFor("A mounted volume cannot be reverted.");
  expect(s.text()).not.toContain("It holds an address.");
  await s.press("escape", "right", "w");
  await s.waitFor("the runbook gives no reason");
});

test("where the runbook gives no reason no key is named, and the key says so", () => {
  const pressed = press(driving(), "w", LATER);
  expect(modeOf(pressed.model)).toBe("run");
  expect(saysOf(pressed)).toBe("the runbook gives no reason for what the cursor is on");
});
