/** Whoever looks elsewhere is called: once for each thing, never while somebody presses keys, and without taking one. */
import { afterEach, expect, test } from "vitest";
import { ringText } from "../../src/cli/terminal/ring.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

async function opened(): Promise<Screen> {
  const s = await openScreen(makeWorld());
  screen = s;
  await s.waitFor("pgtest1");
  return s;
}

test("a question rings once nobody pressed a key for ten seconds, and the next key takes it back", async () => {
  const s = await opened();
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await s.advance(9_000);
  await s.press("down");
  await s.advance(9_900);
  expect(s.world.rung).toEqual([]);
  await s.advance(200);
  expect(s.world.rung).toEqual(["pgtest1: waits for your approval"]);
  await s.advance(60_000);
  expect(s.world.rung).toHaveLength(1);
  await s.press("down");
  expect(s.world.rung).toEqual(["pgtest1: waits for your approval", ""]);
  await s.advance(60_000);
  expect(s.world.rung).toHaveLength(2);
});

test("a question that was answered in time rings nobody, nor does an end that somebody has just brought about", async () => {
  const s = await opened();
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("the run is closed");
  await s.advance(60_000);
  expect(s.world.rung).toEqual([]);
});

test("a run that somebody else begins rings at once, and stands on the board", async () => {
  const s = await opened();
  const targets = [{ key: "ctx-pgtest2", label: "pgtest2" }];
  const rest = { created: "", runbook: "small-cleanup", title: "", operator: "bob", outcome: "", doubts: [] };
  s.world.runs = [{ run_id: "20261122-0312-bobs", targets, status: "driven", driver: "bob (pid 7)", ...rest }];
  await s.advance(4_000);
  await s.waitFor("bob (pid 7) drives a run for pgtest2 now");
  expect(s.world.rung).toEqual(["bob (pid 7) drives a run for pgtest2 now"]);
});

test("a terminal is rung by what it knows, and never with a control character of the text", () => {
  const text = "pgtest1\u001b]2;x\u0007: waits";
  expect(ringText(text, { TERM: "linux" })).toBe("\u0007");
  expect(ringText("", { TERM: "linux" })).toBe("");
  const rung = ringText(text, { TERM: "xterm-256color" });
  expect(rung.split("\u001b]")).toHaveLength(3);
  expect(rung).toContain("\u001b]9;Handrail: pgtest1");
  expect(ringText("", { TERM: "xterm-256color" })).toBe("\u001b[23;0t");
  const inTmux = ringText("x waits", { TERM: "tmux-256color", TMUX: "/tmp/tmux-0/default,1,0" });
  expect(inTmux).toContain("\u001bPtmux;\u001b\u001b]9;Handrail: x waits\u0007\u001b\\");
});
