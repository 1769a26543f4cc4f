/** Transactions that begin by themselves: what they hold, what they do not reach, and how a connection comes back from them. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Connection } from "mysql2/promise";
import type { Connections } from "../../src/connections/connect.ts";
import { commitByHand, commitEach } from "../../src/connections/mysql/commit-mode.ts";
import { describe as describeTable, holding } from "../../src/connections/mysql/change/catalogue.ts";
import { tentatively } from "../../src/connections/mysql/change/transaction.ts";
import { openSession } from "../../src/connections/mysql/open-session.ts";
import type { SqlSession } from "../../src/connections/mysql/session.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import type { SqlChange } from "../../src/ports/sql.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { bad, good } from "../support/result.ts";

const CHANGE: SqlChange = {
  sql: "UPDATE note SET text = 'after' WHERE id = 1",
  values: {},
  touches: { table: "note", rows: { exactly: 1 }, within: null },
};
const TAG = { run: "run1", step: "step1", attempt: "try1" };
const WAITED = 1205;

await onServers((server) => {
  let database: Database;
  let stranger: Connection;
  let session: SqlSession;
  let world: Connections;

  beforeAll(async () => {
    database = await startDatabase(server);
    stranger = await database.stranger();
    await stranger.query("SET SESSION lock_wait_timeout = 1");
    await database.root.query(
      `SET GLOBAL log_bin_trust_function_creators = 1;
       CREATE TABLE note (id INT PRIMARY KEY, text VARCHAR(20)) ENGINE=InnoDB; INSERT INTO note VALUES (1, 'before');
       CREATE TABLE trace (id INT) ENGINE=InnoDB;
       CREATE TABLE part (id INT PRIMARY KEY, n INT) ENGINE=InnoDB PARTITION BY RANGE (id)
         (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20));
       CREATE PROCEDURE by_hand() SET SESSION autocommit = 0;
       CREATE FUNCTION opens() RETURNS INT MODIFIES SQL DATA
         BEGIN SET SESSION TRANSACTION READ WRITE; INSERT INTO trace VALUES (1); RETURN 1; END;
       CREATE FUNCTION writes() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO trace VALUES (2); RETURN 1; END`,
    );
    session = await openSession({
      site: database.site().mysql,
      as: "writer",
      setup: ["SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"],
      redact: (text) => text,
    });
    world = portsOf(database.site(), { redact: (text) => text });
  });
  afterEach(() => database.root.query("UPDATE note SET text = 'before'"));
  afterAll(async () => {
    await Promise.all([world.close(), session.close(), stranger.end()]);
    await database.stop();
  });

  const refusal = (sql: string): Promise<number> =>
    stranger.query(sql).then(
      () => 0,
      (error: unknown) => (error as { errno: number }).errno,
    );
  const text = async (): Promise<unknown> =>
    ((await stranger.query("SELECT text FROM note"))[0] as { text: string }[])[0]?.text;
  const name = { schema: "migratekit_oma", table: "note" };

  it.each([
    "ALTER TABLE note ADD COLUMN more INT",
    "CREATE TRIGGER noted BEFORE UPDATE ON note FOR EACH ROW SET NEW.text = 'by the trigger'",
    "RENAME TABLE note TO notes",
    "LOCK TABLES note READ",
  ])("nobody gets in between the catalogue's answer and the statement: %s", async (sql) => {
    await tentatively(session, "READ COMMITTED", () =>
      holding(session, [name], async () => {
        expect((await describeTable(session, name)).columns.map(([column]) => column)).toEqual(["id", "text"]);
        expect(await refusal(sql)).toBe(WAITED);
      }),
    );
    expect(await refusal("LOCK TABLES note WRITE")).toBe(0);
    await stranger.query("UNLOCK TABLES");
  });

  it("the level is what it was asked to be, and nothing is committed that was not told to be", async () => {
    for (const level of ["READ COMMITTED", "REPEATABLE READ", "READ COMMITTED"] as const) {
      await tentatively(session, level, async () => {
        const { rows } = await session.control(`SELECT ${session.dialect.level}`);
        expect(rows).toEqual([[level.replaceAll(" ", "-")]]);
        await session.run("UPDATE note SET text = 'tried'");
      });
      expect(await text()).toBe("before");
    }
    await commitEach(session);
    await session.run("UPDATE note SET text = 'at once'");
    expect(await text()).toBe("at once");
  });

  it("a transaction that the server does not begin is refused before anything is sent", async () => {
    await commitByHand(session, "READ COMMITTED");
    await session.control("SET autocommit = 1");
    await expect(holding(session, [name], () => Promise.resolve())).rejects.toMatchObject({
      message: "The server did not begin a transaction.",
    });
    await session.control("SET autocommit = 0");
    await commitEach(session);
  });

  it("a statement without a preview is committed by itself, whatever was tried before it and whatever it sets", async () => {
    good(await world.sql.preview(CHANGE));
    for (const sql of ["UPDATE note SET text = 'typed'", "CALL by_hand()"]) {
      const blind = { ...CHANGE, sql, blind: true, touches: { ...CHANGE.touches, table: "other" } };
      const shown = { ...good(await world.sql.preview({ ...blind, sql: "CALL by_hand()" })), blind: "it is typed" };
      expect(await world.sql.apply(blind, shown, TAG)).toMatchObject({ kind: "applied" });
      expect(await text()).toBe("typed");
    }
    await database.root.query("UPDATE note SET text = 'before'");
    const approved = good(await world.sql.preview(CHANGE));
    expect(await text()).toBe("before");
    expect(await world.sql.apply(CHANGE, approved, TAG)).toMatchObject({ kind: "applied" });
    expect(await text()).toBe("after");
  });

  it("a statement that matches no row of any partition is shown as that", async () => {
    for (const id of ["5", "99"]) {
      const change = { ...CHANGE, sql: `UPDATE part SET n = 1 WHERE id = ${id}` };
      const touches = { table: "part", rows: { at_most: 1 }, within: null };
      expect(good(await world.sql.preview({ ...change, touches }))).toMatchObject({ matched: 0 });
    }
  });

  it("a read that is sent by itself lets nothing write that stands behind its table by then", async () => {
    const read = async (): Promise<unknown> =>
      world.sql.read({ sql: "SELECT id FROM seen WHERE id > 0", values: {} }, {});
    for (const call of ["opens()", "writes()"]) {
      await database.root.query("DROP VIEW IF EXISTS seen; CREATE TABLE seen AS SELECT id FROM note");
      for (let time = 0; time < 2; time += 1) expect(await read()).toMatchObject({ ok: true });
      await database.root.query(`DROP TABLE seen; CREATE SQL SECURITY DEFINER VIEW seen AS SELECT ${call} AS id`);
      expect(bad((await read()) as never)).toMatchObject({ code: "1792" });
    }
    expect((await database.root.query("SELECT * FROM trace"))[0]).toEqual([]);
  });
});
