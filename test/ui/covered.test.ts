/** A question that comes up, or stands, below another screen: nothing of it was seen, and no key may answer it by chance. */
import { afterEach, expect, test, vi } from "vitest";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A run whose changes are under way. */
async function underWay(): Promise<Screen> {
  screen = await openScreen(makeWorld());
  const s = screen;
  await s.waitFor("pgtest1");
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  return s;
}

/** The volumes come off while another screen is looked at: the page of the next phase is asked below it. */
async function arrive(s: Screen): Promise<void> {
  await vi.waitFor(async () => {
    s.world.finish();
    await s.advance(0);
    expect(s.console.model.run?.question).not.toBeNull();
  });
  await s.advance(5000);
}

test.each([
  { over: "help", key: "?", says: "one line up", later: "one line up" },
  { over: "the question how to leave", key: "ctrl-c", says: "Under way: Detach", later: "No change is under way" },
])("a page that comes while $over lies over the run listens anew once it can be seen", async ({ key, says, later }) => {
  const s = await underWay();
  await s.press(key);
  await s.waitFor(says);
  await arrive(s);
  await s.waitFor(later);
  await s.press("escape", "pgtest1");
  await s.waitFor("Type pgtest1 to approve: ▌");
  await s.advance(500);
  await s.press("pgtest1");
  await s.waitFor("Type pgtest1 to approve: pgtest1▌");
  expect(s.world.sent).toHaveLength(2);
});

test("a question listens anew after help lay over it", async () => {
  screen = await openScreen(makeWorld());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("?");
  await s.waitFor("one line up");
  await s.press("escape", "1");
  await s.waitFor("that key came too early to count");
  expect(s.text()).toContain("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
});
