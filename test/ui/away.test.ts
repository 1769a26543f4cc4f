/** Who looked away is told once what happened meanwhile; the key that they come back with does what it always does. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { draft } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { approve, begin } from "./person.ts";
import { withHold } from "./runbook.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { CREATED, driving, historyOf, press, at } from "./models.ts";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const flat = (s: Screen): string => s.text().replaceAll(/\s+/gu, " ");
const said = (s: Screen): string => s.lines().at(-2) ?? "";

async function underWay(world = makeWorld({}, withHold)): Promise<Screen> {
  screen = await openScreen(world);
  const s = screen;
  await s.waitFor("pgtest1");
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  return s;
}

/** Both volumes come off, and the page about what cannot be undone is asked. */
async function arrive(s: Screen): Promise<void> {
  await vi.waitFor(async () => {
    s.world.finish();
    await s.advance(0);
    expect(s.console.model.run?.question).not.toBeNull();
  });
}

/** A step failed while nobody looked; a key that does nothing has said so. */
async function failed(): Promise<Screen> {
  const s = await underWay();
  await s.advance(90_000);
  s.world.fail("volume is busy");
  await s.waitFor("A STEP FAILED");
  await s.press("Z");
  expect(said(s)).toContain("Z does nothing here");
  return s;
}

describe("the first key after a minute without one", () => {
  test("says what happened since, and is the key that it always is; the next key takes it away", async () => {
    const s = await underWay(makeWorld());
    await s.advance(62_000);
    await arrive(s);
    await s.waitFor("APPROVAL: 3 Delete");
    expect(said(s)).toBe("");
    await s.advance(1000);
    const before = s.written().length;
    await s.advance(120_000);
    expect(s.written().length).toBe(before);
    await s.press("p");
    expect(said(s)).toBe("Since 03:12:01Z: asks you since 03:13:03Z, 2 changes done 03:13:03Z");
    expect(s.text()).toContain("Type pgtest1 to approve: p▌");
    await s.press("g");
    expect(said(s)).toBe("");
    expect(s.text()).toContain("Type pgtest1 to approve: pg▌");
  });

  test("says nothing where nothing happened, or a key was pressed in time", async () => {
    const s = await underWay();
    await s.advance(120_000);
    await s.press("down");
    expect(said(s)).toBe("");
    await s.advance(58_000);
    await arrive(s);
    await s.press("x");
    expect(said(s)).not.toContain("Since");
  });

  test("gives way to what that key itself has to be told, and is said with the next one", async () => {
    const s = await failed();
    await s.press("?");
    expect(said(s)).toBe("Since 03:12:01Z: 1 failed 03:13:31Z, asks you since 03:13:31Z");
  });

  test("opens with all that happened first, as long as nobody was told of it, and keeps it behind the rest", async () => {
    const s = await failed();
    await s.press("W");
    await s.waitFor("Since you looked away at 03:12:01Z");
    await expect(s.text()).toMatchFileSnapshot("../frames/watch-away-80.txt");
    expect(flat(s)).toContain("03:13:31Z failed Detach volume vol-1: volume is busy");
    expect(s.lines()[2]).toContain("Since you looked away");
    await s.press("escape", "W");
    await s.waitFor("wanted  Nobody takes");
    expect(s.lines()[2]).not.toContain("Since you looked away");
  });

  test("tells first of what is no longer so", async () => {
    const s = await underWay();
    s.world.detachByHand("vol-2");
    await s.advance(70_000);
    s.world.look();
    await s.waitFor("No longer so second-stays");
    await s.press("down");
    expect(said(s)).toMatch(/^Since 03:12:01Z: 1 no longer so 03:13:1\dZ, 1 in doubt 03:13:1\dZ…; W lists it$/u);
  });
});

const LEFT: RunSummary = {
  run_id: "20261122-0312-k7f3",
  created: "",
  runbook: "small-cleanup",
  title: "Clean up a failed test failover",
  operator: "ada",
  targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
  outcome: "going on",
  status: "driven",
  driver: "bob (pid 7)",
  at: "phase 2 of 3, 2 Detach the volumes",
  doubts: [],
};

test("a console that was left and opened again on the run says what happened since the person's last answer", async () => {
  const world = makeWorld({}, withHold);
  const first = await underWay(world);
  await first.close();
  world.time.advance(200_000);
  world.journal.append([draft(LEFT.run_id, "operator.note", {}, { text: "vol-1 is slow today" })]);
  world.finish();
  await vi.waitFor(() => expect(world.journal.all.some(({ type }) => type === "step.verified")).toBe(true));
  world.runs = [LEFT];
  screen = await openScreen(world);
  const s = screen;
  await s.waitFor("being recovered");
  await s.press("F");
  await s.waitFor("drives this run elsewhere");
  world.time.advance(61_000);
  expect(s.text()).not.toContain("Since 03:");
  await s.press("down");
  expect(said(s)).toMatch(/^Since 03:15:21Z: 1 change done 03:15:21Z/u);
});

const RESUMED = draft("run-1", "run.resumed", {}, { mode: "person", tool: "0" });
const PAGE = { approval: "@start#1", page_digest: "d", risk: "change", typed: null } as const;
const ANSWERED = [
  draft("run-1", "approval.requested", {}, { ...PAGE, covers: [] }),
  draft("run-1", "approval.given", {}, { ...PAGE, method: "key", by: "ada", grant: null }),
];
const SAW = { count: 1, names: [], none_expected: null };
const BROKEN = draft(
  "run-1",
  "hold.observed",
  { target: "ctx-one" },
  { hold: "quiet", holds: false, says: "the engine runs", evidence: [], saw: SAW },
);

test("a run that is taken up again says what happened since the person's last answer, to who gave one", () => {
  const away = (...events: readonly EventDraft[]) =>
    press(driving(null, historyOf(CREATED, ...events, RESUMED)), "down", at(300_000)).model.away;
  expect(away(...ANSWERED, BROKEN)?.happenings).toMatchObject([
    { kind: "broken", word: "no longer so", text: "one: the engine runs" },
  ]);
  expect(away(BROKEN, ...ANSWERED)).toBeNull();
  expect(away(BROKEN)).toBeNull();
});
