/** An apply beside whatever happened between the preview and it, on the same connection or on another one. */
import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connections } from "../../../src/connections/connect.ts";
import { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { ChangePreview, SqlChange, Undo } from "../../../src/ports/sql.ts";
import type { Stage } from "../../support/recorded/database.ts";
import { good } from "../../support/result.ts";

/** `open`: a database of the tests' own, real or recorded. */
export function driftTests(open: () => Promise<Stage & { stop(): Promise<void> }>): void {
  let database: Awaited<ReturnType<typeof open>>;
  let stranger: Connection;
  let world: Connections;
  let other: Connections;

  const TAG = { run: "run1", step: "step1", attempt: "try1" };
  const touches = { table: "part", rows: { at_most: 10 }, within: null } as const;
  const stop: SqlChange = {
    sql: "UPDATE part SET status = :status, at = NOW(6) WHERE vm = :vm",
    values: { status: "failed", vm: "a" },
    touches,
  };
  const drop: SqlChange = { sql: "DELETE FROM part WHERE vm = :vm", values: { vm: "a" }, touches };
  const ROWS = "('x1', 'a', 'pending'), ('x2', 'a', 'failed'), ('x3', 'a', NULL), ('x4', 'b', 'pending')";

  const dump = async (): Promise<unknown[]> =>
    (await database.root.query("SELECT id, vm, status, at FROM part ORDER BY id"))[0] as unknown[];

  /** Applies, and gives the undo that was kept with it. */
  async function applied(on: Connections, change: SqlChange, approved: ChangePreview): Promise<Undo> {
    let kept: Undo | null = null;
    const outcome = await on.sql.apply(change, approved, TAG, (undo) => {
      kept = undo;
      return Promise.resolve(true);
    });
    expect(outcome).toMatchObject({ kind: "applied" });
    return kept as unknown as Undo;
  }

  beforeAll(async () => {
    database = await open();
    stranger = await database.stranger();
  });
  beforeEach(async () => {
    await database.root.query(
      `CREATE OR REPLACE TABLE part (id VARCHAR(20) PRIMARY KEY, vm VARCHAR(20), status VARCHAR(20), at DATETIME(6), KEY (vm));
     INSERT INTO part (id, vm, status) VALUES ${ROWS}`,
    );
    [world, other] = [1, 2].map(() =>
      portsOf(database.site(), { redact: (text) => text }),
    ) as readonly Connections[] as [Connections, Connections];
  });
  afterEach(async () => {
    await world.close();
    await other.close();
  });
  afterAll(async () => {
    await stranger.end();
    await database.stop();
  });

  describe("applying what was previewed on the same connection", () => {
    it.each([
      ["an UPDATE", stop],
      ["a DELETE", drop],
    ])("keeps the very undo of %s that another connection makes from the rows", async (_, change) => {
      const undos: Undo[] = [];
      for (const applying of [world, other]) {
        await database.root.query(`DELETE FROM part; INSERT INTO part (id, vm, status) VALUES ${ROWS}`);
        undos.push(await applied(applying, change, good(await world.sql.preview(change))));
      }
      expect(undos[0]?.changes[0]?.sql).toContain("handrail_");
      expect(undos[0]).toEqual(undos[1]);
    });

    it("commits the moment of the apply, and its undo brings back the rows of before", async () => {
      const before = await dump();
      const approved = good(await world.sql.preview(stop));
      const [[{ now }]] = (await stranger.query("SELECT NOW(6) AS now")) as unknown as [[{ now: string }]];
      const undo = await applied(world, stop, approved);
      const [[{ late }]] = (await stranger.query("SELECT COUNT(*) AS late FROM part WHERE vm = 'a' AND at > ?", [
        now,
      ])) as unknown as [[{ late: number }]];
      expect(late).toBe(3);
      for (const change of undo.changes) await applied(world, change, good(await world.sql.preview(change)));
      expect(await dump()).toEqual(before);
    });

    it.each([
      [
        "a value",
        "UPDATE part SET status = 'done' WHERE id = 'x2'",
        /Changed since: (?:x2|values that the page did not show)\./u,
      ],
      ["an empty text instead of NULL", "UPDATE part SET status = '' WHERE id = 'x3'", /Changed since: x3\./u],
      [
        "a column that is not shown",
        "UPDATE part SET vm = 'A' WHERE id = 'x1'",
        /Changed since: (?:x1|values that the page did not show)\./u,
      ],
      ["a new row", "INSERT INTO part (id, vm) VALUES ('x0', 'a')", /Matched now too: x0\./u],
      ["a row fewer", "DELETE FROM part WHERE id = 'x3'", /No longer matched: x3\./u],
      ["another key", "UPDATE part SET id = 'X1' WHERE id = 'x1'", /No longer matched: x1\. Matched now too: X1\./u],
    ])("does nothing after %s drifted, and names the row", async (_, sql, message) => {
      for (const change of [stop, drop]) {
        const approved = good(await world.sql.preview(change));
        await stranger.query("START TRANSACTION");
        await stranger.query(sql);
        await stranger.query("COMMIT");
        const before = await dump();
        const outcome = await world.sql.apply(change, approved, TAG);
        expect(outcome).toMatchObject({ kind: "not-applied", why: "drifted", message: expect.stringMatching(message) });
        expect(await dump()).toEqual(before);
        await database.root.query(`DELETE FROM part; INSERT INTO part (id, vm, status) VALUES ${ROWS}`);
      }
    });

    it("takes the statement's own effect for drift when it is applied twice", async () => {
      const approved = good(await world.sql.preview(stop));
      await applied(world, stop, approved);
      expect(await world.sql.apply(stop, approved, TAG)).toMatchObject({ kind: "not-applied", why: "drifted" });
    });

    it("does nothing where a trigger makes something else of the rows than was shown", async () => {
      const approved = good(await world.sql.preview(stop));
      await database.root.query(
        "CREATE TRIGGER other_end BEFORE UPDATE ON part FOR EACH ROW SET NEW.status = CONCAT(NEW.status, '!')",
      );
      const before = await dump();
      const outcome = await world.sql.apply(stop, approved, TAG);
      expect(outcome).toMatchObject({ kind: "not-applied", why: "drifted" });
      expect("message" in outcome && outcome.message).toMatch(/was altered since it was shown/u);
      expect(await dump()).toEqual(before);
    });

    it("asks again where the table was altered, though every value is the same", async () => {
      const approved = good(await world.sql.preview(stop));
      await database.root.query("ALTER TABLE part MODIFY id VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin");
      const before = await dump();
      const outcome = await world.sql.apply(stop, approved, TAG);
      expect(outcome).toMatchObject({ kind: "not-applied", why: "drifted" });
      expect(await dump()).toEqual(before);
    });

    it("names every row in the undo that only the moment of the apply moved", async () => {
      await database.root.query(
        `CREATE TRIGGER stamp BEFORE UPDATE ON part FOR EACH ROW
         SET NEW.at = IF(@@global.long_query_time > 100, NOW(6), OLD.at), NEW.status = OLD.status`,
      );
      const approved = good(await world.sql.preview(stop));
      await database.root.query("SET GLOBAL long_query_time = 101");
      try {
        const undo = await applied(world, stop, approved);
        expect(undo.changes.flatMap(({ expects = [] }) => expects)).toEqual([["x1"], ["x2"], ["x3"]]);
      } finally {
        await database.root.query("SET GLOBAL long_query_time = 10");
      }
    });
  });
}
