/** What a receipt holds of a run. */
import { describe, expect, it } from "vitest";
import type { Bodies } from "../../src/engine/bodies.ts";
import { receiptFrom } from "../../src/engine/receipt.ts";
import { History } from "./history.ts";
import { approved } from "./moments.ts";

const DIRECT = { direct: { kind: "sql" } } as unknown as Partial<Bodies["run.created"]>;
const SAW = { count: 1, names: [], none_expected: null };
const of = (over: Partial<Bodies["run.created"]>) => new History({ over }).receipt;

it("says of which run, site, server and time it is", () => {
  const history = approved().done("vol-1");
  expect(history.receipt).toMatchObject({
    run_id: "20261122-0312-aaaa",
    runbook: { id: "small-cleanup", title: history.state.runbook.title },
    site: "lab",
    lab: null,
    server: "db on oma:3306, 10.11",
    from: "2026-11-22T03:12:01.000Z",
    to: history.events.at(-1)?.wall_time,
  });
  expect(of({ site: { name: "lab", lab: "incident", scale: 1 } }).lab).toBe("incident");
});

it("says whether a run of its kind writes into the JobLog: no dry run does, and no statement by itself", () => {
  expect(of({})).toMatchObject({ dry: false, logged: true });
  expect(of({ dry: true })).toMatchObject({ dry: true, logged: false });
  expect(of(DIRECT)).toMatchObject({ dry: false, logged: false });
});

describe("the status of a run", () => {
  it("is open, paused or closed, with its exit code", () => {
    expect(approved().receipt).toMatchObject({ status: "open", exit: null });
    const paused = approved().add("run.paused", {}, { reason: "interrupted", exit: 130, says: "stopped" });
    expect(paused.receipt).toMatchObject({ status: "paused", exit: 130 });
    const closed = approved().done("vol-1").done("vol-2").looked(true).closed(0);
    expect(closed.receipt).toMatchObject({ status: "closed", exit: 0 });
  });
  it("of no events is none", () => expect(() => receiptFrom([])).toThrow("a run without events has no receipt"));
});

it("names what rests on a word, was left out, came undone or stayed, however the run ended", () => {
  const history = approved()
    .marked("vol-1", "skipped-by-operator", "not needed")
    .marked("vol-2", "by-hand", "unplugged")
    .add("hold.observed", { target: "ctx-a" }, { hold: "gone", holds: false, says: "it runs", evidence: [], saw: SAW })
    .add(
      "phase.expanded",
      { target: "ctx-a", phase: "snapshots" },
      { title: "3", skipped: "snapshots are kept", steps: [] },
    )
    .looked(true)
    .closed(0);
  expect(history.receipt.open).toEqual(
    expect.arrayContaining([
      "vm-a: left out: Detach volume vol-1: not needed",
      "vm-a: done by hand, on somebody's word: Detach volume vol-2: unplugged",
      expect.stringMatching(/^vm-a: no longer so when it was looked at 03:12:\d\dZ: it runs$/u),
      "vm-a: snapshots are kept",
    ]),
  );
});

it("ends a statement by what its own change did", () => {
  const end = (history: History) => history.receipt.targets[0]?.end;
  const direct = () => approved(new History({ over: DIRECT }));
  expect(end(direct().done("vol-1").done("vol-2").closed(0))).toMatchObject({
    kind: "recovered",
    message: "done: 2 statements committed",
    basis: "observation",
  });
  expect(end(direct().marked("vol-1", "already").marked("vol-2", "already").closed(0))).toMatchObject({
    kind: "nothing-changed",
    message: "nothing was changed: no row matches",
  });
  const sent = direct().sent("vol-1").applied("vol-1").marked("vol-1", "already").marked("vol-2", "already").closed(0);
  expect(end(sent)?.message).toBe("nothing was changed: no row matches any more; what was approved was not done");
});
