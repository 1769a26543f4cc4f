import { expect, it } from "vitest";
import type { Aim } from "../../src/connections/mysql/change/aim.ts";
import type { Row } from "../../src/connections/mysql/change/images.ts";
import { recall, remember, sameAfter, type Kept } from "../../src/connections/mysql/change/recent.ts";
import type { Seen } from "../../src/connections/mysql/change/trial.ts";
import type { Session } from "../../src/connections/mysql/session.ts";
import type { ChangePreview } from "../../src/phases/sql-port.ts";

const session = (): Session => ({ connectionId: "1" }) as Session;
const column = (name: string) => ({ name }) as Seen["target"]["info"]["columns"][number];

/** The last of three columns is decided at commit. */
const target = (type = "int"): Seen["target"] => ({
  verb: "UPDATE",
  info: {
    table: "part",
    keyColumns: ["id"],
    indexed: new Set(),
    columns: [{ ...column("id"), type }, column("status"), column("at")],
    triggers: [],
    rows: 1,
  },
  alias: "part",
  assigned: [],
  volatile: new Set([2]),
  newKeys: [null],
});

const aim = (more: Partial<Aim> = {}, type?: string): Aim => ({
  verb: "UPDATE",
  table: "part",
  keyColumns: ["id"],
  targets: [target(type)],
  touches: [],
  select: { sql: "SELECT 1", values: ["a"] },
  statement: { sql: "UPDATE part", values: ["a", null] },
  single: true,
  alone: true,
  countByKey: () => "",
  ...more,
});

const approval = (digest: string, before = "b"): ChangePreview => ({
  digest,
  table: "part",
  key_columns: ["id"],
  keys: [],
  matched: 1,
  diff: { verb: "update", changed: 1, unchanged: 0, rows: [], columns: [], before, after: "a", marks: [] },
});

const kept = (digest: string, rows = 1, text = ""): Kept => ({
  approved: approval(digest),
  locked: { rows: Array.from({ length: rows }, () => ["1"]), tables: [] },
  seen: [],
  undo: { changes: [], text },
});

it("gives a preview back once, to its own connection alone", () => {
  const [own, other] = [session(), session()];
  remember(own, aim(), kept("d"));
  expect(recall(other, aim(), approval("d"))).toBeNull();
  remember(own, aim(), kept("d"));
  expect(recall(own, aim(), approval("d"))).not.toBeNull();
  expect(recall(own, aim(), approval("d"))).toBeNull();
});

it.each([
  ["another digest", aim(), approval("e")],
  ["rows that its digest does not name", aim(), approval("d", "other")],
  ["another count of rows", aim(), { ...approval("d"), matched: 2 }],
  ["another statement", aim({ statement: { sql: "UPDATE job", values: ["a", null] } }), approval("d")],
  ["other values", aim({ statement: { sql: "UPDATE part", values: ["a", ""] } }), approval("d")],
  ["fewer values", aim({ statement: { sql: "UPDATE part", values: ["a"] } }), approval("d")],
  ["another SELECT", aim({ select: { sql: "SELECT 1", values: ["b"] } }), approval("d")],
  ["a table that was altered", aim({}, "bigint"), approval("d")],
])("gives nothing back for %s", (_, now, approved) => {
  const own = session();
  remember(own, aim(), kept("d"));
  expect(recall(own, now, approved)).toBeNull();
});

it("keeps the newest previews of a connection only, and no more rows and characters than its bounds", () => {
  const has = (own: Session, digest: string): boolean => recall(own, aim(), approval(digest)) !== null;
  const [many, wide, long] = [session(), session(), session()];
  for (let at = 0; at < 33; at += 1) remember(many, aim(), kept(String(at)));
  expect([has(many, "0"), has(many, "1"), has(many, "32")]).toEqual([false, true, true]);
  for (const digest of ["a", "b", "c"]) remember(wide, aim(), kept(digest, 4_000));
  expect([has(wide, "a"), has(wide, "b"), has(wide, "c")]).toEqual([false, true, true]);
  for (const digest of ["a", "b"]) remember(long, aim(), kept(digest, 1, "x".repeat(5 * 1024 * 1024)));
  expect([has(long, "a"), has(long, "b")]).toEqual([false, true]);
  remember(long, aim(), kept("small"));
  remember(long, aim(), kept("huge", 1, "x".repeat(9 * 1024 * 1024)));
  expect([has(long, "huge"), has(long, "small")]).toEqual([false, true]);
});

const seen = (...after: Row[]): Seen[] => [
  { target: target(), keys: [["1"], ["2"]], before: after.map(([key = ""]) => [key, "old", "10:00"]), after },
];

it("looks past what is decided at commit, but for whether it moved", () => {
  const then = seen(["1", "new", "10:01"], ["2", "old", "10:00"]);
  expect(sameAfter(seen(["1", "new", "10:02"], ["2", "old", "10:00"]), then)).toBe(true);
  expect(sameAfter(seen(["1", "new", "10:02"], ["2", "old", "10:02"]), then)).toBe(false);
  expect(sameAfter(seen(["1", "new", "10:00"], ["2", "old", "10:00"]), then)).toBe(false);
  expect(sameAfter(seen(["1", "NEW", "10:01"], ["2", "old", "10:00"]), then)).toBe(false);
  expect(sameAfter(seen(["1", null, "10:01"], ["2", "old", "10:00"]), then)).toBe(false);
  expect(sameAfter(seen(["1", "new", "10:01"]), then)).toBe(false);
  expect(sameAfter([], then)).toBe(false);
});
