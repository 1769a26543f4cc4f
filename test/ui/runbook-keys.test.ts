/** The keys that begin runbooks: those of the file that is read, those of version 0.1 where it is that old, and else the reason. */
import { afterEach, expect, test } from "vitest";
import { withActions } from "../../src/packs/appliance/board/actions.ts";
import type { Explained } from "../../src/runbooks/explain.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** The world with other runbooks. */
async function withRunbooks(change: (runbooks: readonly Explained[]) => readonly Explained[]): Promise<Screen> {
  const world = makeWorld();
  const runbooks = change(await world.sources.runbooks());
  screen = await openScreen(
    Object.assign(world, { sources: { ...world.sources, runbooks: () => Promise.resolve(runbooks) } }),
  );
  return screen;
}

const withoutAction = ({ action: _action, ...runbook }: Explained): Explained => runbook;

test("a key that cannot be used says why, and one without a runbook is no key", async () => {
  const s = await withRunbooks(([first]) => (first === undefined ? [] : [first]));
  await s.waitFor("pgtest1");
  await s.press("down", "down", "c");
  await s.waitFor("mail-01 is ready_for_failover: no runbook begins for it here");
  await s.press("r");
  await s.waitFor("r does nothing here");
  expect(s.world.journal.all).toEqual([]);
});

test("a key that the site would begin a runbook by, and none has, says what the runbook's file needs", async () => {
  const s = await withRunbooks((all) => all.map((runbook) => ({ ...withoutAction(runbook), id: "own-runbook" })));
  await s.waitFor("Suggested: Cleanup Failed Job, because");
  for (const key of ["c", "p"]) {
    await s.press(key);
    await s.waitFor("no runbook has the key c: give one `action: {key: c, title, help}` in its file");
    await s.press("down", "up");
  }
  await s.press("enter");
  await s.waitFor("Suggested: Cleanup Failed Job, because");
  expect(s.text()).not.toContain("being read");
});

test("runbooks of a file that names no keys have those that they had in version 0.1", async () => {
  const s = await withRunbooks((all) =>
    withActions(
      all.map((runbook, at) => ({
        ...withoutAction(runbook),
        id: at === 0 ? "failed-execution-cleanup" : "virtio-recovery",
      })),
    ),
  );
  await s.waitFor("Suggested: Cleanup Failed Job (c), because");
  await s.waitFor("c Cleanup Failed Job  r Recover");
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  expect(s.world.asked).toMatchObject({ runbook: "failed-execution-cleanup" });
});

test("a runbook of another name stands under no title of theirs", async () => {
  const s = await withRunbooks((all) =>
    withActions(all.map((runbook, at) => ({ ...withoutAction(runbook), id: `nightly-cleanup-${at}` }))),
  );
  await s.waitFor("Suggested: Cleanup Failed Job, because");
  await s.press("c");
  await s.waitFor("no runbook has the key c");
  expect(s.text()).not.toContain("c Cleanup Failed Job");
});
