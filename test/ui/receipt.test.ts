/** A run that is over: its receipt stands first, and from it lead keys to its report, its undo, its changes, its steps and the next VM. */
import { afterEach, describe, expect, test } from "vitest";
import { draft } from "../../src/engine/events.ts";
import { err } from "../../src/ports/result.ts";
import { screenLines } from "../../src/ui/screen.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { good } from "../support/result.ts";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed, wellNamed, type World } from "./world.ts";

const RUN = "20261122-0312-k7f3";
let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

type Size = { columns: number; rows: number };

/** The run of one VM up to the failure of its first change, which ends it. */
async function failed(world: World = makeWorld(), size?: Size): Promise<Screen> {
  const s = (screen = await openScreen(world, size ?? {}));
  await s.waitFor("pgtest1");
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  world.fail("device is busy");
  await s.waitFor("A STEP FAILED");
  await s.advance(500);
  await s.press("4");
  await s.waitFor("the run is closed, exit 1");
  return s;
}

/** The run of one VM that is refused at its first page of changes. */
async function refused(world: World, size?: Size): Promise<Screen> {
  const s = (screen = await openScreen(world, size ?? {}));
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await s.press("escape");
  await s.waitFor("the run is closed, exit 4");
  return s;
}

/** The words of the last line that are lit. */
const lit = ({ console: shown }: Screen): string[] =>
  (screenLines(shown.model, shown.look()).at(-1) ?? []).flatMap(({ tone, text }) => (tone === "focus" ? [text] : []));

const summary = (over: Partial<RunSummary> = {}): RunSummary => ({
  run_id: RUN,
  created: "2026-11-22T03:12:00.000Z",
  runbook: "small-cleanup",
  title: "",
  operator: "ada",
  targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
  outcome: "failed",
  status: "closed",
  driver: "",
  doubts: [],
  ...over,
});

/** An undo of before left a row of the last change as it was: it can be tried again. */
function takeBackInPart({ journal }: World): void {
  const attempt = journal.all.findLast(({ type }) => type === "step.intent");
  if (attempt === undefined) throw new Error("nothing was sent");
  const { target_key: target, phase_id: phase, step_id: step, item } = attempt;
  const place = { target, phase, step, item } as never;
  const body = { mark: "undone-in-part", says: "1 row stayed", evidence: null } as const;
  good(journal.append([draft(RUN, "step.marked", place, body)]));
}

describe("the receipt", () => {
  test.each([
    [80, 24],
    [120, 40],
    [60, 15],
  ])("stands first, whole by scrolling, with what is next and its key lit (%ix%i)", async (columns, rows) => {
    const s = await failed(makeWorld(), { columns, rows });
    expect(s.text()).toMatch(/^── receipt ─+$/mu);
    expect(s.text()).toMatch(/^Result {7}pgtest1: FAILED: /mu);
    expect(s.text()).toContain("Next       R begins a new run for what it did not recover");
    expect(lit(s)).toEqual(["R retry"]);
    expect(s.lines().at(-1)).toMatch(/^R retry /u);
    const seen = new Set(s.lines());
    for (let down = 0; down < 20; down += 1) {
      await s.press("down");
      for (const text of s.lines()) seen.add(text);
    }
    expect(s.text()).not.toMatch(/more lines?: PgDn/u);
    const all = [...seen].join("\n");
    for (const part of ["Criteria", "Effects", "Approved", "Decided"])
      expect(all).toMatch(new RegExp(`^${part} `, "mu"));
    expect(s.lines().every((text) => text.length <= columns)).toBe(true);
    await s.press("g");
    expect(s.text()).toMatch(/^Result {7}pgtest1: FAILED: /mu);
  });

  test("has the steps behind it, by Enter or by the arrows, and Esc comes back before it leaves", async () => {
    const s = await failed();
    for (const key of ["enter", "left"]) {
      await s.press(key);
      await s.waitFor("── log ");
      expect(s.text()).not.toContain("── receipt ");
      await s.press("escape");
      await s.waitFor("── receipt ");
    }
    await s.press("enter", "G");
    await s.waitFor("step 2 of 2");
    await s.press("g");
    await s.waitFor("step 1 of 2");
    await s.press("q", "q");
    await s.waitFor("VMs need you");
  });

  test("of a run that is paused says so, and the key that takes it up is the one that is advised", async () => {
    const s = (screen = await openScreen(makeWorld()));
    await s.waitFor("pgtest1");
    await s.press("c");
    await approve(s, "APPROVAL to begin");
    await s.waitFor("DECISION");
    await s.press("escape");
    await s.waitFor("── receipt ");
    expect(s.text()).toContain("not ended: paused, decision needed");
    expect(s.text()).toContain("Next       u takes the run up again");
    expect(lit(s)).toEqual(["u take up"]);
    s.world.runs = [summary({ status: "paused", outcome: "paused: decision needed" })];
    await s.advance(3000);
    await s.waitFor("X close it");
    await s.press("X");
    await s.waitFor("No change is in doubt");
    await s.press("q");
    await s.waitFor("── receipt ");
    await s.press("u");
    await s.waitFor("DECISION");
  });

  test("has what had to be known besides, such as a log that lags behind", async () => {
    const world = makeWorld();
    const { sources } = world;
    const start: World["sources"]["start"] = async (request, hooks) => {
      const end = await sources.start(request, hooks);
      hooks.onNotice("2 rows of the JobLog were not written");
      return end;
    };
    const s = await failed(Object.assign(world, { sources: { ...sources, start } }));
    await s.waitFor("Notice ");
    expect(s.text()).toMatch(/^Notice {7}2 rows of the JobLog were not written$/mu);
  });

  test("stands nowhere before anything began", async () => {
    const world = makeWorld();
    const sources = {
      ...world.sources,
      start: () => Promise.resolve({ exit: 75, refused: "somebody has it", lines: [] }),
    };
    const s = (screen = await openScreen({ ...world, sources }));
    await s.waitFor("pgtest1");
    await s.press("c");
    await s.waitFor("Nothing was begun. somebody has it");
    for (const key of ["o", "U", "d"]) {
      await s.press(key);
      await s.waitFor(/nothing has begun|the run is not over/u);
    }
    expect(s.lines().at(-1)).not.toMatch(/report|undo|changes/u);
  });
});

describe("the report", () => {
  test("is written, its path is shown, copied, and kept on the page", async () => {
    const s = await failed();
    await s.press("o");
    await s.waitFor(`report: /srv/ada/handrail-${RUN}.md`);
    expect(s.world.copied).toEqual([`/srv/ada/handrail-${RUN}.md`]);
    await s.press("down", "up");
    expect(s.text()).toMatch(/^Report {7}\/srv\/ada\/handrail-20261122-0312-k7f3\.md$/mu);
  });

  test("that cannot be written says why, and nothing is copied", async () => {
    const world = makeWorld();
    world.report = () => Promise.resolve(err("the disk is full"));
    const s = await failed(world);
    await s.press("o");
    await s.waitFor("the report was not written: the disk is full");
    expect(world.copied).toEqual([]);
    expect(s.text()).not.toMatch(/^Report /mu);
  });
});

describe("the undo", () => {
  test("is offered only where something can be taken back, and begins as a run of its own", async () => {
    const s = await failed();
    expect(s.lines().at(-1)).not.toContain("U undo");
    await s.press("U");
    await s.waitFor("Handrail can take back nothing of this run");
    expect(s.world.asked).toMatchObject({ kind: "new" });
    await s.press("q");
    takeBackInPart(s.world);
    s.world.runs = [summary()];
    await s.press("j", "enter");
    await s.waitFor("U undo");
    await s.press("U");
    await s.waitFor("this world takes nothing back");
    expect(s.world.asked).toEqual({ kind: "undo", run_id: RUN });
  });

  test("is begun neither by a console that only looks nor by a replay that was opened for itself", async () => {
    const { world } = await failed();
    await screen?.close();
    takeBackInPart(world);
    world.runs = [summary()];
    const looking = (screen = await openScreen({ ...world, site: { ...world.site, readOnly: true } }));
    await looking.waitFor("pgtest1");
    await looking.press("j", "enter");
    await looking.waitFor("── receipt ");
    for (const key of ["U", "R"]) {
      await looking.press(key);
      await looking.waitFor("--read-only");
    }
    await looking.close();
    const replay = (screen = await openScreen(world, { open: { replay: RUN } }));
    await replay.waitFor("REPLAY: nothing is executed");
    await replay.press("G", "U");
    await replay.waitFor(`a replay begins nothing; in a shell: handrail undo ${RUN}`);
    expect(replay.lines().at(-1)).not.toMatch(/undo|retry/u);
  });
});

test("the changes stand on a page of their own, each with what was sent and what became of it", async () => {
  const s = await failed();
  await s.press("d");
  await s.waitFor("What a run changed");
  expect(s.text()).toContain("pgtest1  ctx-pgtest1");
  expect(s.text()).toMatch(/✗ FAILED {4}Detach volume vol-1/u);
  expect(s.text()).toContain("Volume Daemon detach vol-1");
  expect(s.text()).toContain("device is busy");
  expect(s.text()).not.toContain("vol-2");
  await s.press("q");
  await s.waitFor("── receipt ");
  await s.press("q");
  await s.close();
  const none = await refused(makeWorld());
  await none.press("d");
  await none.waitFor("nothing of it was sent");
  expect(none.lines().at(-1)).not.toContain("changes");
});

describe("the next VM that needs somebody", () => {
  test("is another one first, and its detail opens over the receipt", async () => {
    const s = await failed();
    await s.press("m");
    await s.waitFor("key ctx-pgtest2");
    expect(s.console.model.screens).toEqual(["board", "run", "detail"]);
    await s.press("q");
    await s.waitFor("── receipt ");
  });

  test("is named by no key where nobody needs one", async () => {
    const world = makeWorld();
    world.vms = [vmNamed("pgtest1"), wellNamed("mail-01")];
    const s = await failed(world);
    world.vms = [wellNamed("pgtest1"), wellNamed("mail-01")];
    await s.advance(3000);
    await s.press("m");
    await s.waitFor("no other VM needs somebody");
    expect(s.lines().at(-1)).not.toContain("next VM");
  });
});

describe("a run of the journal", () => {
  test("opens at its receipt, and goes back from there event by event", async () => {
    const { world } = await failed();
    await screen?.close();
    world.runs = [summary()];
    const s = (screen = await openScreen(world));
    await s.waitFor("pgtest1");
    await s.press("j", "enter");
    await s.waitFor("── receipt ");
    expect(s.text()).toContain("REPLAY: nothing is executed");
    expect(lit(s)).toEqual(["R retry"]);
    expect(s.lines().at(-1)).not.toMatch(/→ step|next decision/u);
    const length = /event (\d+) of \1 /u.exec(s.text())?.[1] ?? "";
    expect(s.lines().at(-1)).not.toContain("close it");
    await s.press("left");
    await s.waitFor(`event ${Number(length) - 1} of ${length}`);
    expect(s.text()).not.toContain("── receipt ");
    await s.press("G");
    await s.waitFor("── receipt ");
    await s.press("o");
    await s.waitFor("report: /srv/ada/");
    await s.press("enter");
    await s.waitFor("── log ");
    await s.press("escape");
    await s.waitFor("── receipt ");
    await s.press("R");
    expect(world.asked).toEqual({ kind: "retry", runbook: "small-cleanup", run_id: RUN });
  });
});
