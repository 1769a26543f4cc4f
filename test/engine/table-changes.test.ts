/** What a run changed in the database, by table over all its statements; what a runbook calls final is no undo. */
import { describe, expect, it } from "vitest";
import { foldAccount, type Account } from "../../src/engine/account.ts";
import { tableChanges } from "../../src/engine/table-changes.ts";
import type { PlannedStep } from "../../src/engine/bodies.ts";
import type { ChangePreview, TableDiff } from "../../src/ports/sql.ts";
import { wayBackOf } from "../../src/phases/way-back.ts";
import { receiptFrom } from "../../src/engine/receipt.ts";
import { changeStep } from "../../src/engine/change-spec.ts";
import { changesLines } from "../../src/ui/run/changes.ts";
import { textOf } from "../../src/ui/line.ts";
import { at } from "../ui/models.ts";
import type { History } from "./history.ts";
import { all, approved, historyOf, SQL, type Change } from "./moments.ts";

const cell = (before: string | null, after: string | null) => ({ before, after, rows: 1 });
const diffOf = (snapshot: string, changedAt: string): TableDiff => ({
  verb: "update",
  changed: 1,
  unchanged: 0,
  rows: [],
  columns: [
    { column: "snapshot_id", rows: 1, at_commit: false, different: 1, commonest: [cell(snapshot, "")] },
    { column: "cleared_at", rows: 1, at_commit: true, different: 1, commonest: [cell(null, changedAt)] },
  ],
  before: "",
  after: "",
});
const previewOf = (key: string, snapshot: string): ChangePreview =>
  ({
    table: "ossea_volumes",
    key_columns: ["id"],
    keys: [[key]],
    matched: 1,
    diff: diffOf(snapshot, "2026-11-22 03:12:00"),
    digest: "",
    undo: { kind: "complete", why: [] },
  }) as unknown as ChangePreview;

/** Gives the planned steps other fields. */
function plan({ events }: History, over: Partial<PlannedStep>): void {
  for (const event of events)
    if (event.type === "phase.expanded") for (const step of event.body.steps) Object.assign(step, over);
}

/** Both volumes cleared, each with its preview and its undo. */
function cleared(change: Change = SQL): History {
  const history = approved(historyOf(change));
  const touches = { table: "ossea_volumes", rows: { at_most: 1 }, within: null };
  plan(history, { request: { sql: "UPDATE ossea_volumes SET snapshot_id = ''", values: {}, touches } });
  for (const [item, key, snapshot] of [
    ["vol-1", "3", "snap-a"],
    ["vol-2", "4", "snap-b"],
  ] as const) {
    history.add("step.previewed", history.place(item), { preview: previewOf(key, snapshot) as never });
    history.sent(item);
    const undo = { kind: "complete", why: [], changes: [], sha256: "" };
    history.add("step.undo-prepared", history.place(item), { undo: undo as never });
    history.applied(item).seen(item);
  }
  return history;
}

const accountOf = ({ events }: History): Account => {
  const account = events.reduce<Account | null>((before, event) => foldAccount(before, event), null);
  if (account === null) throw new Error("there are events");
  return account;
};

const FINAL = all(SQL, (source) =>
  source.replace("verify: is-off\n", "verify: is-off\n            undo: { none: what it names is gone }\n"),
);

describe("the changes of a run by table", () => {
  it("are one block over all its statements, values that became the same together", () => {
    const [change, ...rest] = tableChanges(accountOf(cleared()));
    expect(rest).toEqual([]);
    expect(change).toMatchObject({ table: "ossea_volumes", verb: "update", rows: 2, undoable: "yes" });
    expect(change?.keys).toEqual([["3"], ["4"]]);
    expect(change?.columns.map(({ column, rows, isVolatile }) => [column, rows, isVolatile])).toEqual([
      ["snapshot_id", 2, false],
      ["cleared_at", 2, true],
    ]);
  });

  it("stand first on their page, with keys, from what to what, and whether they can be undone", () => {
    const history = cleared();
    const account = accountOf(history);
    const changes = { state: account.state, undos: account.ledger.undos, receipt: receiptFrom(history.events) };
    const texts = changesLines({ ...changes, scroll: 0 }, at(0)).map((each) => textOf(each).trimEnd());
    expect(texts.slice(0, 5)).toEqual([
      "In the database: 2 rows of 1 table",
      "ossea_volumes: 2 rows changed; can be undone",
      "  by id: 3, 4",
      "  snapshot_id: snap-a, snap-b -> ''",
      "  cleared_at: NULL -> time of the commit",
    ]);
    expect(texts.findIndex((text) => text.startsWith("Product log: "))).toBeLessThan(10);
    const index = texts.findIndex((text) => text.includes("change by change"));
    expect(texts.slice(index)).toContain("    can be undone");
    expect(texts.join("\n")).not.toContain("at commit");
  });

  it("are nothing where no row was changed", () => expect(tableChanges(accountOf(approved()))).toEqual([]));
});

describe("a statement that a runbook calls final", () => {
  it("is counted as such, although its rows are known, and offers no undo", () => {
    const history = cleared(FINAL);
    const { state } = accountOf(history);
    const spec = changeStep(state.runbook, "detach");
    if (spec === undefined) throw new Error("no step");
    const way = { kind: "none", why: ["what it names is gone"] };
    expect(wayBackOf(spec, null)).toEqual(way);
    expect(wayBackOf(spec, previewOf("3", "snap-a") as never)).toEqual(way);
  });

  it("is no undo in the receipt either", () => {
    const history = cleared(FINAL);
    plan(history, { cannot_undo: "what it names is gone" });
    const receipt = receiptFrom(history.events);
    expect(receipt.effects).toMatchObject([{ undoable: "no", reason: "what it names is gone" }]);
    expect(receipt.undo).toBe(false);
  });
});
