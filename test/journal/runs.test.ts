/** What the journal tells of its runs without reading them: how each stands, and what came into it afterwards. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import type { Journal } from "../../src/journal/journal.ts";
import type { JsonObject } from "../../src/ports/json.ts";
import { openJournal } from "../../src/journal/open.ts";
import { openRunList } from "../../src/journal/run-list.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { draft, makeOlder, open, options, temporaryDirectory } from "./support.ts";

const journal = (): Journal => open(join(temporaryDirectory(), "j.db"));
const CREATED = {
  runbook: { id: "failed-cleanup" },
  targets: [
    { key: "ctx-a", label: "vm-a", more: 1 },
    { key: "ctx-b", label: "vm-b" },
  ],
};

/** As it is written today, and as version 1 of the events wrote it. */
const IN_PART = ["undone-in-part", "undone in part"];

function write(to: Journal, run_id: string, ...events: [string, JsonObject?, Partial<EventDraft>?][]): void {
  const drafts = events.map(([type, body, more]) => draft(type, body, { run_id, ...more }));
  if (!to.append(drafts).ok) throw new Error("append");
}

describe("a list of runs", () => {
  it("says the same of a journal that an older version wrote, before and after it is this version's", () => {
    const path = join(temporaryDirectory(), "j.db");
    const opened = open(path);
    write(opened, "run-1", ["run.created", { ...CREATED, dry: true }], ["run.paused", { reason: "lock-lost" }]);
    write(opened, "run-2", ["run.created", CREATED], ["run.closed", { exit: 0 }]);
    const told = (of: Journal) => ({
      runs: of.summaries(9).map((run) => ({ ...run, last_seq: 0 })),
      beginnings: of.runs(9).map((line) => of.beginning(line)),
      open: of.openRuns().map(({ run_id }) => run_id),
    });
    const expected = told(opened);
    opened.close();
    makeOlder(path, 3);
    const older = open(path);
    expect(told(older)).toEqual(expected);
    write(older, "run-2", ["operator.note", { text: "later" }]);
    older.close();
    const raised = open(path);
    expect(told(raised)).toEqual(expected);
    raised.close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 5 });
  });

  it("has what it says of a run's beginning from the columns that are kept of it, and verify compares them", () => {
    const path = join(temporaryDirectory(), "j.db");
    const opened = open(path);
    write(opened, "run-1", ["run.created", CREATED]);
    const db = new Database(path);
    onTestFinished(() => void db.close());
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'run_beginning'").pluck().get() as number;
    const size = Number(db.pragma("page_size", { simple: true }));
    opened.close();
    db.pragma("wal_checkpoint(TRUNCATE)");
    const bytes = readFileSync(path);
    const at = bytes.indexOf("failed-cleanup", (root - 1) * size);
    expect(at).toBeLessThan(root * size);
    bytes.write("another-remedy", at);
    writeFileSync(path, bytes);
    expect(open(path).summaries(1)).toMatchObject([{ runbook: "another-remedy" }]);
    expect(
      verifyJournal(path)
        .problems.map(({ message }) => message)
        .join(),
    ).toContain("run_beginning");
  });

  it("says of each who began it, for what, and how it ended", () => {
    const runs = journal();
    write(runs, "run-1", ["run.created", CREATED], ["run.closed", { exit: 4, reason: "stopped" }]);
    write(runs, "run-2", ["run.created", { ...CREATED, dry: 1, targets: [] }], ["step.read"]);
    expect(runs.summaries(9)).toEqual([
      {
        run_id: "run-2",
        first_seq: 3,
        last_seq: 4,
        created: runs.events("run-2")[0]?.wall_time,
        runbook: "failed-cleanup",
        by: "ops",
        targets: [],
        last_type: "step.read",
        exit: null,
        reason: null,
        dry: 1,
        undone: 0,
        undone_in_part: 0,
      },
      {
        run_id: "run-1",
        first_seq: 1,
        last_seq: 2,
        created: runs.events("run-1")[0]?.wall_time,
        runbook: "failed-cleanup",
        by: "ops",
        targets: [
          { key: "ctx-a", label: "vm-a" },
          { key: "ctx-b", label: "vm-b" },
        ],
        last_type: "run.closed",
        exit: 4,
        reason: "stopped",
        dry: null,
        undone: 0,
        undone_in_part: 0,
      },
    ]);
    expect(runs.summaries(1).map(({ run_id }) => run_id)).toEqual(["run-2"]);
    runs.close();
  });

  it.each(["lock-lost", "lock lost"])(
    "gives the reason of a pause that was written as '%s' as today's word",
    (reason) => {
      const runs = journal();
      write(runs, "run-1", ["run.created", CREATED], ["run.paused", { reason, exit: 69 }]);
      expect(runs.summaries(9)).toMatchObject([{ last_type: "run.paused", exit: 69, reason: "lock-lost" }]);
      runs.close();
    },
  );

  it("is the same where nothing but the list was opened", () => {
    const runs = journal();
    write(runs, "run-1", ["run.created", CREATED], ["run.closed", { exit: 4, reason: "stopped" }]);
    write(runs, "run-2", ["run.created", { runbook: CREATED.runbook }], ["step.read"]);
    const list = openRunList(runs.path);
    if (!list.ok) throw new Error(list.error.message);
    expect(list.value.summaries(9)).toEqual(runs.summaries(9));
    expect(list.value.openRuns()).toEqual(runs.openRuns());
    expect(list.value.standing("run-1")).toEqual(runs.standing("run-1"));
    expect(list.value.events("run-2")).toEqual(runs.events("run-2"));
    list.value.close();
    runs.close();
  });

  it("is refused of what is no journal, as the journal itself is", () => {
    const path = join(temporaryDirectory(), "none.db");
    const whole = openJournal({ ...options(path), readOnly: true });
    expect(whole.ok).toBe(false);
    expect(openRunList(path)).toEqual(whole);
  });

  it.each(IN_PART)("counts the steps that were taken back after a run's end, each by its newest mark (%s)", (part) => {
    const runs = journal();
    const mark = (value: string, step_id: string, more = {}): [string, JsonObject, Partial<EventDraft>] => [
      "step.marked",
      { mark: value },
      { step_id, ...more },
    ];
    write(runs, "run-1", ["run.created", CREATED], mark("undone", "before"), ["run.closed", { exit: 0 }]);
    write(
      runs,
      "run-1",
      mark("undone", "a"),
      mark(part, "b"),
      mark(part, "c"),
      mark("undone", "c"),
      mark("undone", "c", { item: "vol-1" }),
      mark("undone", "c", { target_key: "ctx-b" }),
      mark("undone", "c", { phase_id: "attach" }),
    );
    write(runs, "run-2", mark("undone", "a"));
    expect(runs.summaries(9).find(({ run_id }) => run_id === "run-1")).toMatchObject({
      last_type: "run.closed",
      exit: 0,
      last_seq: 10,
      undone: 5,
      undone_in_part: 1,
    });
    runs.close();
  });
});

describe("how a run stands", () => {
  it.each(IN_PART)("is what happened in its course last, whatever was written beside it (%s)", (part) => {
    const runs = journal();
    expect(runs.standing("run-1")).toBeNull();
    write(runs, "run-1", ["run.created", CREATED], ["run.closed", { exit: 0 }]);
    write(
      runs,
      "run-1",
      ["operator.note"],
      ["operator.resolved"],
      ["operator.approved"],
      ["joblog.written"],
      ["step.marked", { mark: "undone" }],
      ["step.marked", { mark: part }],
    );
    expect(runs.standing("run-1")).toEqual(runs.events("run-1")[1]);
    write(runs, "run-1", ["step.marked", { mark: "succeeded" }]);
    expect(runs.standing("run-1")?.seq).toBe(9);
    runs.close();
  });

  it("decides which runs are open, the newest first", () => {
    const runs = journal();
    write(runs, "run-1", ["run.created", CREATED]);
    write(runs, "run-2", ["run.created", CREATED], ["run.closed"], ["operator.note"]);
    write(runs, "run-3", ["run.created", CREATED], ["run.closed"], ["run.resumed"]);
    expect(runs.openRuns()).toEqual(runs.runs(9).filter(({ run_id }) => run_id !== "run-2"));
    expect(runs.openRuns().map(({ run_id, first_seq, last_seq }) => [run_id, first_seq, last_seq])).toEqual([
      ["run-3", 5, 7],
      ["run-1", 1, 1],
    ]);
    runs.close();
  });
});

it("the runs of a target are those that sent something for it by such a kind, the oldest first", () => {
  const runs = journal();
  const created = (kind: string): JsonObject => ({ runbook: { phases: [{ steps: [{ change: { kind } }] }] } });
  for (const [run_id, kind] of [
    ["a", "manual"],
    ["b", "cloudstack"],
    ["c", "manual"],
    ["d", "manual"],
    ["e", "sql.change"],
  ] as const)
    write(runs, run_id, ["run.created", created(kind)]);
  for (const [run_id, target_key, type] of [
    ["b", "ctx-a", "step.intent"],
    ["a", "ctx-a", "step.intent"],
    ["b", "ctx-a", "step.intent"],
    ["c", "ctx-a", "step.read"],
    ["d", "ctx-b", "step.intent"],
    ["e", "ctx-a", "step.intent"],
  ] as const)
    write(runs, run_id, [type, {}, { target_key }]);
  expect(runs.runsOf("ctx-a", ["manual", "cloudstack"])).toEqual(["b", "a"]);
  expect(runs.runsOf("ctx-a", ["cloudstack"])).toEqual(["b"]);
  expect(runs.runsOf("ctx-a", [])).toEqual([]);
  expect(runs.runsOf("ctx-c", ["manual"])).toEqual([]);
  runs.close();
});

it("a target's runs are the same in a journal of an older version, whatever its key is spelled with", () => {
  const path = join(temporaryDirectory(), "j.db");
  const runs = open(path);
  const keys = ["ctx-a", 'a"b\\c', "é\u0001\u007f/", "ctx-ab"];
  for (const key of keys) {
    const body = { runbook: { steps: [{ kind: "manual" }] }, targets: [{ key: "first" }, { key, label: "x" }] };
    write(runs, `of-${keys.indexOf(key)}`, ["run.created", body], ["step.intent", {}, { target_key: key }]);
  }
  const told = (of: Journal): string[][] => [...keys, "ctx"].map((key) => of.runsOf(key, ["manual"]));
  const expected = [...keys.map((_key, index) => [`of-${index}`]), []];
  expect(told(runs)).toEqual(expected);
  runs.close();
  makeOlder(path, 3);
  expect(told(open(path))).toEqual(expected);
});
