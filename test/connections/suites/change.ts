import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connections } from "../../../src/connections/connect.ts";
import { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { SqlChange } from "../../../src/ports/sql.ts";
import type { Stage } from "../../support/recorded/database.ts";
import { bad, good } from "../../support/result.ts";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** In place of `it`: such a test is the lab's alone. */
const UNRECORDED = Object.assign(() => undefined, { each: () => () => undefined }) as unknown as typeof it;

/**
 * `open`: a database of the tests' own, real or recorded. `isReal`: what it says when depends on what else happens meanwhile.
 */
export function changeTests(open: () => Promise<Stage & { stop(): Promise<void> }>, isReal: boolean): void {
  /** A recorded server cannot be waited for: what it answers is always the same, and at once. */
  const itOnReal = isReal ? it : UNRECORDED;
  let database: Awaited<ReturnType<typeof open>>;
  let proxy: TcpProxy;
  let world: Connections;
  let stranger: Connection;

  const TAG = { run: "run1", step: "step1", attempt: "try1" };
  const TARGETS = [{ key: "ctx-a", label: "vm-a" }];

  /** Marks the waiting jobs of the selected contexts as failed: the shape of the shipped resets. */
  const change = (more: Partial<SqlChange["touches"]> = {}, ids: readonly string[] = ["ctx-a"]): SqlChange => ({
    sql: "UPDATE job SET status = 'failed', note = :note WHERE ctx IN (:ids) AND status = 'pending'",
    values: { ids, note: "by hand" },
    touches: { table: "job", rows: { exactly: 2 }, within: { column: "ctx", values: ["ctx-a"] }, ...more },
  });

  const statuses = async (): Promise<string> => {
    const [rows] = await stranger.query("SELECT GROUP_CONCAT(status ORDER BY id) AS s FROM job");
    return String((rows as { s: string }[])[0]?.s);
  };

  beforeAll(async () => {
    database = await open();
    proxy = await startProxy(database.port);
    stranger = await database.stranger();
    await database.root.query(
      `CREATE TABLE job (id INT AUTO_INCREMENT PRIMARY KEY, ctx VARCHAR(64), status ENUM('pending','running','failed'), note VARCHAR(20), KEY (ctx));
     CREATE TABLE nokey (ctx VARCHAR(9));
     CREATE TABLE mem (id INT PRIMARY KEY, ctx VARCHAR(9)) ENGINE=MyISAM`,
    );
  });
  beforeEach(async () => {
    await stranger.query("TRUNCATE job");
    await stranger.query(
      "INSERT INTO job (ctx, status) VALUES ('ctx-a','pending'), ('ctx-a','pending'), ('ctx-b','pending'), ('ctx-a','running')",
    );
    world = portsOf(database.site(proxy.port), { redact: (text) => text });
  });
  afterEach(async () => {
    proxy.arm(null);
    await world.close();
  });
  afterAll(async () => {
    await stranger.end();
    await proxy.stop();
    await database.stop();
  });

  describe("a preview", () => {
    it("names the rows and leaves them as they were, unlocked", async () => {
      const seen = good(await world.sql.preview(change()));
      expect(seen).toMatchObject({ table: "job", key_columns: ["id"], keys: [["1"], ["2"]], matched: 2 });
      expect(seen.digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await statuses()).toBe("pending,pending,pending,running");
      await stranger.query("UPDATE job SET note = 'free' WHERE id = 1");
    });

    it("has another digest for other values, rows or statements", async () => {
      const first = good(await world.sql.preview(change()));
      expect(good(await world.sql.preview(change()))).toEqual(first);
      const note = { ...change(), values: { ids: ["ctx-a"], note: "other" } };
      expect(good(await world.sql.preview(note)).digest).not.toBe(first.digest);
    });

    it("refuses a change that reaches further than it declares, and names the rows", async () => {
      const tooMany = bad(await world.sql.preview(change({ rows: { at_most: 1 } })));
      expect(tooMany).toMatchObject({ kind: "refused", code: "touches" });
      expect(tooMany.message).toMatch(/matches 2 rows of job, but may touch at most 1: 1, 2/);
      const stranger = bad(await world.sql.preview(change({ rows: { at_most: 9 } }, ["ctx-a", "ctx-b"])));
      expect(stranger).toMatchObject({ kind: "refused", code: "touches" });
      expect(stranger.message).toMatch(/1 of the 3 rows .* \(by ctx\): 3\./);
      expect(bad(await world.sql.preview(change({ table: "other" }))).code).toBe("touches");
    });

    it("tells the server's refusal before anyone is asked", async () => {
      const wrong = { ...change(), sql: change().sql.replace("'failed'", "'nonsense'") };
      expect(bad(await world.sql.preview(wrong))).toMatchObject({ kind: "refused", code: "1265" });
      expect(await statuses()).toBe("pending,pending,pending,running");
    });

    it.each([
      ["TRUNCATE job", "job"],
      ["INSERT INTO job (ctx) VALUES ('x')", "job"],
      ["DELETE a FROM job a JOIN job b", "job"],
      ["SELECT * FROM job", "job"],
      ["DELETE FROM nokey", "nokey"],
      ["DELETE FROM mem", "mem"],
      ["DELETE FROM missing", "missing"],
      ["DELETE FROM mysql.user", "user"],
    ])("refuses %s: it cannot be taken apart, rolled back or told apart", async (sql, table) => {
      const what: SqlChange = { sql, values: {}, touches: { ...change().touches, table } };
      expect(bad(await world.sql.preview(what)).kind).toBe("refused");
    });

    it("refuses to lock a large table that no index narrows", async () => {
      await database.root.query(
        "CREATE TABLE big (id INT PRIMARY KEY, ctx VARCHAR(9)); INSERT INTO big SELECT seq, 'x' FROM seq_1_to_30000; ANALYZE TABLE big",
      );
      const scan = {
        ...change(),
        sql: "DELETE FROM big WHERE ctx = 'y'",
        values: {},
        touches: { ...change().touches, table: "big" },
      };
      expect(bad(await world.sql.preview(scan)).message).toMatch(/No index helps/);
      const within = { ...change(), sql: `${change().sql} AND note IN (SELECT ctx FROM big WHERE ctx <> 'y')` };
      expect(bad(await world.sql.preview(within)).message).toMatch(/No index helps/);
    });

    it("gives up after three seconds where somebody holds the rows", async () => {
      await stranger.query("START TRANSACTION");
      await stranger.query("SELECT * FROM job WHERE id = 1 FOR UPDATE");
      const waited = bad(await world.sql.preview(change()));
      await stranger.query("ROLLBACK");
      expect(waited).toMatchObject({ kind: "refused", code: "1205" });
    });
  });

  describe("applying", () => {
    it("changes the approved rows once and says so", async () => {
      const approved = good(await world.sql.preview(change()));
      const outcome = await world.sql.apply(change(), approved, TAG);
      expect(outcome).toMatchObject({ kind: "applied", evidence: { matched: 2, changed: 2 } });
      expect(await statuses()).toBe("failed,failed,pending,running");
    });

    it("hands the undo over while nothing is committed yet, and commits only when it is kept", async () => {
      const approved = good(await world.sql.preview(change()));
      const seen: string[] = [];
      const refused = await world.sql.apply(change(), approved, TAG, async (undo) => {
        seen.push(undo.kind, String(undo.changes.length), await statuses());
        return false;
      });
      expect(refused).toMatchObject({ kind: "not-applied", why: "rolled-back" });
      expect(seen).toEqual(["complete", "1", "pending,pending,pending,running"]);
      expect(await statuses()).toBe("pending,pending,pending,running");
      await stranger.query("UPDATE job SET note = 'free' WHERE id = 1");
    });

    it("commits nothing when the undo that was announced turns out to hold a secret", async () => {
      let secret = "nothing";
      const careful = portsOf(database.site(), { redact: (text) => text.replaceAll(secret, "***") });
      try {
        const approved = good(await careful.sql.preview(change()));
        expect(approved.undo).toMatchObject({ kind: "complete" });
        secret = "pending"; // learnt only after the approval, as CloudStack's keys are
        const outcome = await careful.sql.apply(change(), approved, TAG);
        expect(outcome).toMatchObject({ kind: "not-applied", why: "drifted" });
        expect("message" in outcome && outcome.message).toMatch(/undo that was announced cannot be kept .*secret/);
        expect(await statuses()).toBe("pending,pending,pending,running");
        expect(good(await careful.sql.preview(change())).undo).toMatchObject({ kind: "none" });
      } finally {
        await careful.close();
      }
    });

    it("shows every row with its columns before and after, and what is decided at commit", async () => {
      const stamped = { ...change(), sql: change().sql.replace("note = :note", "note = CONCAT(:note, NOW(6))") };
      const seen = good(
        await world.sql.preview({
          ...stamped,
          sql: stamped.sql.replace("CONCAT(:note, NOW(6))", "LEFT(CONCAT(:note, NOW(6)), 20)"),
        }),
      );
      expect(seen.diff?.rows[0]).toMatchObject({
        key: ["1"],
        cells: [
          { column: "status", before: "pending", after: "failed" },
          { column: "note", before: null, at_commit: true },
        ],
      });
      expect(seen).toMatchObject({ undo: { kind: "complete" }, diff: { changed: 2, unchanged: 0, verb: "update" } });
    });

    it("marks the statement in the binary log", async () => {
      const approved = good(await world.sql.preview(change()));
      await world.sql.apply(change(), approved, TAG);
      const [logs] = await database.root.query("SHOW BINARY LOGS");
      const last = (logs as { Log_name: string }[]).at(-1)?.Log_name;
      const [events] = await database.root.query(`SHOW BINLOG EVENTS IN '${last}'`);
      const marked = (events as { Info: string }[]).filter((event) =>
        event.Info.includes("handrail run=run1 step=step1 attempt=try1"),
      );
      expect(marked.length).toBeGreaterThan(0);
    });

    it.each([
      ["a new row", "INSERT INTO job (ctx, status) VALUES ('ctx-a', 'pending')", /Matched now too: 5/],
      ["a row fewer", "UPDATE job SET status = 'running' WHERE id = 2", /No longer matched: 2/],
      [
        "a new row and another value, which nobody compared",
        "INSERT INTO job (ctx, status) VALUES ('ctx-a', 'pending'); UPDATE job SET note = 'other' WHERE id = 1",
        /^(?!.*Changed since).*Matched now too: 5\. Whether a row that still matches was changed was not looked at\./u,
      ],
    ])("does nothing after %s, and says what differs", async (_, sql, message) => {
      const approved = good(await world.sql.preview(change()));
      await stranger.query(sql);
      const before = await statuses();
      const outcome = await world.sql.apply(change(), approved, TAG);
      expect(outcome).toMatchObject({ kind: "not-applied", why: "drifted", message: expect.stringMatching(message) });
      expect(await statuses()).toBe(before);
    });

    itOnReal.each(["before", "after"] as const)(
      "tells the truth wherever the connection is cut (%s the server got it)",
      async (when) => {
        const told: string[] = [];
        for (let nth = 1; told.at(-1) !== "applied"; nth++) {
          await stranger.query("UPDATE job SET status = 'pending', note = NULL WHERE id IN (1, 2)");
          const fresh = portsOf(database.site(proxy.port), { redact: (text) => text });
          const approved = good(await fresh.sql.preview(change()));
          proxy.arm({ nth, when });
          const outcome = await fresh.sql.apply(change(), approved, TAG);
          proxy.arm(null);
          await fresh.close();
          told.push(outcome.kind);
          const untouched = (await statuses()) === "pending,pending,pending,running";
          // Only after COMMIT left may it be unknown; everything else must be what really happened.
          expect(untouched).toBe(outcome.kind === "unknown" ? when === "before" : outcome.kind === "not-applied");
        }
        expect(told.filter((kind) => kind === "unknown")).toHaveLength(1);
        expect(told.slice(-2)).toEqual(["unknown", "applied"]);
        expect(told.length).toBeGreaterThan(7);
      },
    );

    it.each(["before", "after"] as const)(
      "is unknown when the connection is cut %s the server got COMMIT",
      async (when) => {
        good(await world.locks.acquire(TARGETS, "run1"));
        const approved = good(await world.sql.preview(change()));
        const intent = good(await world.sql.beforeIntent());
        proxy.arm({ at: "COMMIT", when });
        expect(await world.sql.apply(change(), approved, TAG)).toMatchObject({ kind: "unknown" });
        const settled = await world.sql.settle(change(), approved, intent);
        expect(settled.kind).toBe(when === "after" ? "applied" : "not-applied");
        expect(await statuses()).toBe(
          when === "after" ? "failed,failed,pending,running" : "pending,pending,pending,running",
        );
        good(await world.locks.check());
      },
    );

    it("is not applied, and not tried again, where somebody holds the rows for too long", async () => {
      const approved = good(await world.sql.preview(change()));
      await stranger.query("START TRANSACTION");
      await stranger.query("SELECT * FROM job WHERE id = 2 FOR UPDATE");
      const outcome = await world.sql.apply(change(), approved, TAG);
      await stranger.query("ROLLBACK");
      expect(outcome).toMatchObject({ kind: "not-applied", why: "refused", code: "1205" });
      expect(await statuses()).toBe("pending,pending,pending,running");
      await stranger.query("UPDATE job SET note = 'free' WHERE id = 1");
    });

    itOnReal("is not applied, and not tried again, where the server ends it to break a deadlock", async () => {
      const approved = good(await world.sql.preview(change()));
      await stranger.query("START TRANSACTION");
      // Whoever has changed less is ended.
      for (const id of [2, 3, 4]) await stranger.query(`UPDATE job SET note = 'stranger' WHERE id = ${id}`);
      const applying = world.sql.apply(change(), approved, TAG);
      // The server's own list is made anew only for who has not asked for a while.
      const waits = async (): Promise<unknown> =>
        (
          await database.root.query(
            "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
          )
        )[0];
      await expect.poll(waits, { interval: 250 }).toEqual([{ n: 1 }]);
      await stranger.query("UPDATE job SET note = 'stranger' WHERE id = 1");
      await stranger.query("ROLLBACK");
      expect(await applying).toMatchObject({ kind: "not-applied", why: "refused", code: "1213" });
      expect(await statuses()).toBe("pending,pending,pending,running");
    });

    it("sends nothing on another connection than the intent names", async () => {
      const approved = good(await world.sql.preview(change()));
      const tag = { ...TAG, connection_id: String(good(await world.sql.beforeIntent())["connection_id"]) };
      proxy.cutAll();
      // Another change has opened a new connection since.
      good(await world.sql.beforeIntent());
      expect(await world.sql.apply(change(), approved, tag)).toMatchObject({ kind: "not-applied", why: "not-sent" });
      expect(await statuses()).toBe("pending,pending,pending,running");
    });
  });

  describe("settling", () => {
    const lost = async (what: SqlChange) => {
      good(await world.locks.acquire(TARGETS, "run1"));
      const approved = good(await world.sql.preview(what));
      const intent = good(await world.sql.beforeIntent());
      proxy.arm({ at: "COMMIT", when: "before" });
      expect(await world.sql.apply(what, approved, TAG)).toMatchObject({ kind: "unknown" });
      return { approved, intent };
    };

    it("stays unknown when only some rows still match", async () => {
      const { approved, intent } = await lost(change());
      await stranger.query("UPDATE job SET status = 'failed' WHERE id = 1");
      expect(await world.sql.settle(change(), approved, intent)).toMatchObject({
        kind: "unknown",
        message: expect.stringMatching(/Not as before: job 1/),
      });
    });

    it("tells by the rows themselves, where the statement would match them after it as well", async () => {
      const touch = { ...change(), sql: "UPDATE job SET note = :note WHERE ctx IN (:ids) AND status = 'pending'" };
      const { approved, intent } = await lost(touch);
      expect(await world.sql.settle(touch, approved, intent)).toMatchObject({ kind: "not-applied" });
      await stranger.query("UPDATE job SET note = 'by hand' WHERE id IN (1, 2)");
      expect(await world.sql.settle(touch, approved, intent)).toMatchObject({ kind: "applied" });
    });

    it("stays unknown where the rows look the same after the statement as before it", async () => {
      const same = { ...change(), sql: "UPDATE job SET note = note WHERE ctx IN (:ids) AND status = 'pending'" };
      const { approved, intent } = await lost({ ...same, values: { ids: ["ctx-a"] } });
      expect(await world.sql.settle({ ...same, values: { ids: ["ctx-a"] } }, approved, intent)).toMatchObject({
        kind: "unknown",
        message: expect.stringMatching(/do not tell/),
      });
    });

    it("stays unknown where somebody else removed the rows", async () => {
      const { approved, intent } = await lost(change());
      await stranger.query("DELETE FROM job WHERE id IN (1, 2)");
      expect(await world.sql.settle(change(), approved, intent)).toMatchObject({ kind: "unknown" });
    });

    it("needs the run's locks, the same server and an intent that names a connection", async () => {
      const approved = good(await world.sql.preview(change()));
      const intent = good(await world.sql.beforeIntent());
      expect(await world.sql.settle(change(), approved, intent)).toMatchObject({
        kind: "unknown",
        message: expect.stringMatching(/locks/),
      });
      good(await world.locks.acquire(TARGETS, "run1"));
      expect(await world.sql.settle(change(), approved, {})).toMatchObject({ kind: "unknown" });
      const other = { ...intent, fingerprint: "0123456789abcdef" };
      expect(await world.sql.settle(change(), approved, other)).toMatchObject({
        kind: "unknown",
        message: expect.stringMatching(/another server/),
      });
    });

    itOnReal("does not probe while a statement of the lost connection may still run", async () => {
      good(await world.locks.acquire(TARGETS, "run1"));
      const approved = good(await world.sql.preview(change()));
      const intent = good(await world.sql.beforeIntent());
      // Somebody holds a row, so the attempt waits inside the server when its client goes away.
      await stranger.query(
        "SET innodb_lock_wait_timeout = 50; START TRANSACTION; SELECT * FROM job WHERE id = 1 FOR UPDATE",
      );
      const attempt = world.sql.apply(change(), approved, TAG);
      const waits = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
      // InnoDB tells anew only when it was not asked for a tenth of a second
      await expect.poll(async () => (await database.root.query(waits))[0], { interval: 250 }).toEqual([{ n: 1 }]);
      proxy.cutAll();
      expect(await attempt).toMatchObject({ kind: "not-applied", why: "rolled-back" });
      let released = false;
      const settled = world.sql.settle(change(), approved, intent).then((outcome) => ({ outcome, released }));
      await new Promise((resolve) => void setTimeout(resolve, 800));
      released = true;
      await stranger.query("ROLLBACK");
      expect(await settled).toMatchObject({ outcome: { kind: "not-applied" }, released: true });
    });

    itOnReal("waits for the connection that made the attempt, and does not look past it", async () => {
      const zombie = await database.stranger();
      const [rows] = await zombie.query("SELECT CONNECTION_ID() AS id");
      const approved = good(await world.sql.preview(change()));
      good(await world.locks.acquire(TARGETS, "run1"));
      const intent = {
        ...good(await world.sql.beforeIntent()),
        connection_id: String((rows as { id: number }[])[0]?.id),
      };
      expect(await world.sql.settle(change(), approved, intent)).toMatchObject({
        kind: "unknown",
        message: expect.stringMatching(/still there/),
      });
      setTimeout(() => zombie.destroy(), 300);
      expect(await world.sql.settle(change(), approved, intent)).toMatchObject({ kind: "not-applied" });
    });
  });
}
