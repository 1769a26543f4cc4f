/** What y hands to the terminal's clipboard, and what is said of it. */
import { afterEach, expect, test } from "vitest";
import type { Model } from "../../src/ui/model.ts";
import { begin, see } from "./person.ts";
import { board, LATER, press, saysOf, summary, withRuns } from "./models.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const clipboard = (model: Model): Model => ({ ...model, session: { ...model.session, clipboard: true } });

test("a target is copied with its name and key, from the board and from its detail", () => {
  const copied = press(clipboard(board()), "down down y", LATER);
  expect(copied.effects).toEqual([{ type: "copy", text: "two ctx-two" }]);
  expect(saysOf(copied)).toBe("sent name and key of two to the terminal's clipboard by OSC 52, if it takes that");
  expect(press(press(clipboard(board()), "enter", LATER).model, "y", LATER).effects).toEqual([
    { type: "copy", text: "one ctx-one" },
  ]);
});

test("a run is copied from the journal by its id", () => {
  const copied = press(clipboard(withRuns(summary())), "j y", LATER);
  expect(copied.effects.at(-1)).toEqual({ type: "copy", text: "run-1" });
});

test("nothing under the cursor, or a terminal that takes nothing, is said", () => {
  expect(saysOf(press(clipboard(withRuns()), "j y", LATER))).toBe("the cursor is on nothing that could be copied");
  const without = press(board(), "y", LATER);
  expect([without.effects, saysOf(without)]).toEqual([[], "this terminal cannot be handed anything to copy"]);
});

test("a name that would act where it is pasted is copied as it is shown", () => {
  const model = clipboard(board());
  const targets = [vmNamed("a\nrm -rf /\u001b[2J")];
  const { effects } = press(
    { ...model, board: { ...model.board, targets, selected: targets[0]?.key ?? "" } },
    "y",
    LATER,
  );
  // oxlint-disable-next-line no-control-regex -- these are the ones that must not be there
  expect(JSON.stringify(effects.map((effect) => (effect.type === "copy" ? effect.text : "")))).not.toMatch(/\\u|\\n/u);
});

test("a step is copied with its request and what the other side called it, and the page whole", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  await s.press("y");
  await s.waitFor("sent step detach vol-1 with its request");
  expect(s.world.copied[0]).toMatch(
    /^20261122-0312-k7f3 detach vol-1 of pgtest1 \(ctx-pgtest1\): .*\n.*vol-1.*\naccepted as op-1$/su,
  );
  s.world.fail("the volume is busy");
  await s.waitFor("A STEP FAILED");
});

test("a page that was asked about is copied whole, with its digest", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await s.close();
  const again = (screen = await openScreen(s.world, { open: { replay: "20261122-0312-k7f3" } }));
  await again.waitFor("REPLAY");
  await again.press("G", "v");
  await again.waitFor("as it was asked about");
  await again.press("y");
  await again.waitFor(/sent the page, \d+ lines to the terminal's clipboard/u);
  expect(again.world.copied.at(-1)).toMatch(/2 Detach the volumes.*Page [0-9a-f]{16}/su);
});
