/** The order of the lists, from one console to the next. */
import { afterEach, expect, test } from "vitest";
import { Console } from "../../src/ui/console.ts";
import type { Order } from "../../src/ui/order.ts";
import { board, press } from "./models.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

test("each s asks for its order to be remembered, and a filter for nothing", () => {
  expect(press(board(), "s").effects).toEqual([{ type: "remember", order: { sort: "longest" } }]);
  expect(press(board(), "j s").effects).toContainEqual({ type: "remember", order: { group: "target" } });
  expect(press(board(), "/ o n e enter").effects).toEqual([]);
});

test("a console begins with the order that it is given, and hands the next one out", () => {
  const { site, sources, time } = makeWorld();
  const kept: Partial<Order>[] = [];
  const console = new Console({
    site,
    sources,
    timers: time,
    order: { sort: "name", group: "operator" },
    remember: (order) => void kept.push(order),
    suspend: () => undefined,
  });
  expect([console.model.board.sort, console.model.journal.group]).toEqual(["name", "operator"]);
  console.press({ key: "s", text: "s" });
  expect(kept).toEqual([{ sort: "needs me" }]);
});

test("a board that is not in the usual order says so", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("2 of 3 VMs need you");
  expect(s.text()).not.toContain("order:");
  await s.press("s");
  await s.waitFor("order:  longest first");
  await s.press("s");
  await s.waitFor("order:  by name");
  expect(s.world.sent).toEqual([]);
});

test("of those that need somebody the one stands first that has for longest, whatever its name", async () => {
  const world = makeWorld();
  world.vms = [
    vmNamed("alpha", { seconds: 600 }),
    vmNamed("zulu", { seconds: 9000 }),
    vmNamed("mike", { seconds: 3000 }),
  ];
  const s = await openScreen(world);
  try {
    await s.waitFor("3 of 3 VMs need you");
    expect(s.lines().flatMap((text) => /stuck +(alpha|zulu|mike)/u.exec(text)?.[1] ?? [])).toEqual([
      "zulu",
      "mike",
      "alpha",
    ]);
  } finally {
    await s.close();
  }
});
