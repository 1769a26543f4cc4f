/** What a run left of a VM that it did not recover stays on the board and in the detail; a run that sent nothing takes no advice away. */
import { afterEach, describe, expect, test } from "vitest";
import { sayBoard } from "../../src/cli/console/board-lines.ts";
import { traceText } from "../../src/ui/board/trace.ts";
import type { Remnant, RunSummary, Sources, StartRequest } from "../../src/ui/sources.ts";
import { quietIo } from "../support/incident.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

const KEY = "ctx-pgtest1";
const AT = "2026-11-22T03:09:41.000Z";
let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const run = (id: string, remnant: Remnant | undefined, over: Partial<RunSummary> = {}): RunSummary => ({
  run_id: `20261122-0301-${id}`,
  created: "",
  runbook: "small-cleanup",
  title: "",
  operator: "grace",
  targets: [{ key: KEY, label: "pgtest1" }],
  outcome: "failed",
  status: "closed",
  driver: "",
  doubts: [],
  ...(remnant === undefined ? {} : { remnant }),
  ...over,
});
const left = (reason: string, sent = true): Remnant => ({ at: AT, sent, failures: { [KEY]: reason } });
const FAILED = run("aaaa", left("failed: the volume is busy"));
const EMPTY = run("bbbb", left("paused, rejected: no was said at the console", false), {
  status: "paused",
  outcome: "paused: rejected",
});
const WELL = run("cccc", { at: AT, sent: true, failures: {} });

describe("of a VM's runs, the newest first,", () => {
  test.each<[string, readonly RunSummary[], string]>([
    ["none left anything where there is none", [], ""],
    [
      "one that failed is told, with when and why",
      [FAILED],
      "Run 20261122-0301-aaaa, 2026-11-22 03:09Z, did not recover it: failed: the volume is busy",
    ],
    ["one that recovered it takes that away", [WELL, FAILED], ""],
    [
      "one that sent nothing does not hide one that failed",
      [EMPTY, FAILED],
      "Run 20261122-0301-aaaa, 2026-11-22 03:09Z, did not recover it: failed: the volume is busy",
    ],
    [
      "one that sent nothing is told alone, and what it was",
      [EMPTY, WELL],
      "Run 20261122-0301-bbbb, 2026-11-22 03:09Z, sent nothing for it: paused, rejected: no was said at the console",
    ],
    ["one that sent nothing before it was recovered is old", [WELL, EMPTY], ""],
    [
      "one that goes on, or was dry, left nothing",
      [run("dddd", undefined), FAILED],
      "Run 20261122-0301-aaaa, 2026-11-22 03:09Z, did not recover it: failed: the volume is busy",
    ],
    ["one of another VM is none of its own", [{ ...FAILED, targets: [{ key: "ctx-other", label: "other" }] }], ""],
  ])("%s", (_which, runs, text) => {
    expect(traceText(runs, KEY)).toBe(text);
  });
});

async function board(runs: readonly RunSummary[], size = {}): Promise<Screen> {
  const world = makeWorld();
  world.runs = [...runs];
  const s = (screen = await openScreen(world, size));
  await s.waitFor("pgtest1");
  return s;
}

const flat = (s: Screen): string => s.text().replaceAll(/\s+/gu, " ");

test("a failed run stays on the board and in the detail, beside what is suggested now", async () => {
  const s = await board([FAILED]);
  await s.waitFor("Suggested: Cleanup Failed Job (c)");
  expect(flat(s)).toContain(
    "Run 20261122-0301-aaaa, 2026-11-22 03:09Z, did not recover it: failed: the volume is busy",
  );
  await s.press("enter");
  await s.waitFor("volumes, as each source has them");
  expect(flat(s)).toContain("did not recover it: failed: the volume is busy");
  await s.press("q", "down");
  await s.waitFor("key ctx-pgtest2");
  expect(s.text()).not.toContain("did not recover it");
});

test("a paused run that sent nothing leaves the diagnosis and its key, and u takes it up all the same", async () => {
  const world = makeWorld();
  world.runs = [EMPTY];
  const asked: StartRequest[] = [];
  const start: Sources["start"] = (request) => {
    asked.push(request);
    return Promise.resolve({ exit: 4, refused: "not in this world", lines: [] });
  };
  const s = (screen = await openScreen({ ...world, sources: { ...world.sources, start } }));
  await s.waitFor("Suggested: Cleanup Failed Job (c)");
  expect(s.lines().at(-1)).toMatch(/^c Cleanup Failed Job {2}/u);
  expect(flat(s)).toContain("sent nothing for it");
  await s.press("u");
  await s.waitFor("not in this world");
  expect(asked).toEqual([{ kind: "resume", run_id: EMPTY.run_id }]);
});

test("a paused run that sent something is what is suggested, and is not told twice", async () => {
  const s = await board([{ ...EMPTY, remnant: left("paused, rejected: no") }]);
  await s.waitFor("Suggested: Take the run up again (u)");
  expect(flat(s)).not.toContain("did not recover it");
});

test("the board for somebody who listens says the same", async () => {
  const world = makeWorld();
  world.runs = [FAILED];
  const { io, said } = quietIo({});
  await sayBoard(world.sources, world.site, { out: io.out, command: (words) => `handrail ${words}` });
  expect(said.out.split("\n").find((text) => text.startsWith("pgtest1"))).toContain(
    "Run 20261122-0301-aaaa, 2026-11-22 03:09Z, did not recover it: failed: the volume is busy.",
  );
  expect(said.out.split("\n").find((text) => text.startsWith("pgtest2"))).not.toContain("did not recover it");
});
