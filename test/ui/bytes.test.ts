/**
 * What a key costs a slow line, in bytes at 80x24: a cursor key at most 700, another page at most 2 KiB. Counts, so that no
 * busy machine changes a verdict.
 */
import { afterEach, expect, test } from "vitest";
import { see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

const CURSOR_BYTES = 700;
const PAGE_BYTES = 2048;

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** The keys that cost more than that, each with its bytes: none. A key without any is none of these. */
async function dear(s: Screen, limit: number, ...keys: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of keys) {
    const before = s.written().length;
    await s.press(key);
    await s.advance(50);
    const bytes = Buffer.byteLength(s.written().slice(before));
    if (bytes > limit || bytes === 0) found.push(`${key}: ${bytes}`);
  }
  return found;
}

test("over a board of 200 VMs", async () => {
  const world = makeWorld();
  world.vms = Array.from({ length: 200 }, (_unused, at) => vmNamed(`vm${at}`));
  screen = await openScreen(world);
  await screen.waitFor("vm0");
  expect(await dear(screen, CURSOR_BYTES, "down", "down", "down", "up")).toEqual([]);
  const pages = ["pagedown", "pagedown", "enter", "escape", "J", "escape", "?", "escape", ":", "escape"];
  expect(await dear(screen, PAGE_BYTES, ...pages)).toEqual([]);
  expect(await dear(screen, PAGE_BYTES, "p")).toEqual([]);
  expect(await dear(screen, CURSOR_BYTES, "down")).toEqual([]);
});

test("in the pages of a run", async () => {
  const world = makeWorld();
  world.vms = Array.from({ length: 5 }, (_unused, at) => vmNamed(`vm${at}`));
  screen = await openScreen(world);
  const s = screen;
  await s.waitFor("vm4");
  await s.press("*", "c");
  await s.waitFor("APPROVAL to begin");
  await see(s);
  expect(await dear(s, PAGE_BYTES, "?", "escape")).toEqual([]);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2");
  expect(await dear(s, PAGE_BYTES, "right", "left", "pagedown", "pageup", "?", "escape")).toEqual([]);
});
