/** What stands on the screen while a run waits: a resize asks for no key twice, what is no longer so goes, a command stays whole. */
import { afterEach, expect, test } from "vitest";
import { answerLines, withFoot } from "../../src/ui/answers/view.ts";
import { textOf } from "../../src/ui/line.ts";
import { at, board, SITE } from "./models.ts";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

async function fiveAtDetach(): Promise<Screen> {
  const world = makeWorld();
  world.vms = ["pgtest1", "pgtest2", "pgtest3", "quad-dc-01", "web-02"].map((label) => vmNamed(label));
  const s = (screen = await openScreen(world));
  await s.waitFor("5 of 5 VMs need you");
  await begin(s, "*", "c");
  await s.waitFor("APPROVAL: 2 Detach");
  return s;
}

test("a page that a larger window shows whole is approved by the first key, a moment after the resize", async () => {
  const s = await fiveAtDetach();
  expect(s.text()).toMatch(/more lines? below: PgDn/u);
  await s.resize(100, 40);
  await s.advance(8000);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.world.sent).toHaveLength(1);
});

test("a key that comes with the resize is refused, and told when it counts", async () => {
  const s = await fiveAtDetach();
  await s.resize(100, 40);
  await s.press("a");
  await s.waitFor("that key came too early to count; press it again in a second");
  expect(s.world.sent).toEqual([]);
});

test("a page that was seen whole listens on while the window changes", async () => {
  const s = await fiveAtDetach();
  await s.press("pagedown");
  await s.advance(500);
  await s.resize(100, 40);
  await s.resize(80, 24);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.world.sent).toHaveLength(1);
});

test("that a question waits is not said any more once it was answered", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await s.advance(90_000);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.text()).not.toMatch(/Since .*asks/u);
});

test("the key that pauses stands in the last line while five VMs are at work", async () => {
  const s = await fiveAtDetach();
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.lines().at(-1)).toMatch(/^p pause {2}/u);
});

test("Space marks and goes down a row, so two in a row are two keys", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("pgtest2");
  await s.press("space", "space");
  await s.waitFor("2 marked");
  expect(s.lines().find((text) => text.startsWith("▌"))).toContain("mail-01");
});

const command = (words: string): string =>
  `HANDRAIL_LAB=a-lab-with-a-long-name bin/handrail ${words} --config /srv/x.yaml`;

/** The command to come back that a screen shows, its lines joined. */
function lossOn(lines: readonly string[], rows: number): string {
  const first = lines.findIndex((text) => text.startsWith("Line lost"));
  return lines
    .slice(first, first + rows)
    .map((text) => text.replace(/^Line lost/u, "").trim())
    .join(" ");
}

test("the command to come back is whole in the smallest window, on a second line where it is long", () => {
  const model = board({ site: { ...SITE, command } });
  const look = { ...at(0), columns: 60, rows: 15 };
  expect(lossOn(answerLines(model, look).map(textOf), 2)).toBe(command("console"));
  expect(withFoot(model, look).footRows).toBe(7);
  expect(withFoot(model, { ...look, columns: 120 }).footRows).toBeUndefined();
});

test.each([
  { columns: 60, rows: 15 },
  { columns: 80, rows: 24 },
])("a message takes nothing of a long command ($columns wide): on the board, a page, the run", async (size) => {
  const world = { ...makeWorld(), site: { ...SITE, command } };
  const s = (screen = await openScreen(world, size));
  await s.waitFor("pgtest1");
  await s.press("y");
  expect(lossOn(s.lines(), 2)).toBe(command("console"));
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await s.press("a");
  expect(s.lines().at(-2)).toMatch(/early|below/u);
  const id = /run (\d{8}-\d{4}-\w+)/u.exec(s.text())?.[1] ?? "";
  expect(lossOn(s.lines(), 2)).toBe(command(`resume ${id}`));
  await s.advance(500);
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  expect(lossOn(s.lines(), 2)).toBe(command(`resume ${id}`));
});
