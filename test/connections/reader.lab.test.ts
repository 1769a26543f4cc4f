import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { bad, good } from "../support/result.ts";

let database: Database;
let world: Connections;
const read = (sql: string, columns = {}, values = {}) => world.sql.read({ sql, values }, columns);

beforeAll(async () => {
  database = await startDatabase();
  world = portsOf(database.site(), { redact: (text) => text });
  await database.root.query(
    `CREATE TABLE thing (id INT PRIMARY KEY, big BIGINT, name TEXT, on_it TINYINT(1), price DECIMAL(10,2), nothing TEXT, bytes BINARY(2))`,
  );
  await database.root.query("INSERT INTO thing VALUES (7, 9007199254740993, 'one', 1, 1.50, NULL, x'00ff')");
});
afterAll(async () => {
  await world.close();
  await database.stop();
});

describe("the reading connection", () => {
  it("types facts by what the server says about the columns", async () => {
    const declared = { id: "int", on_it: "bool", big: "text", price: "text", nothing: "text" } as const;
    const { rows } = good(await read("SELECT * FROM thing WHERE name = :name", declared, { name: "one" }));
    expect(rows).toEqual([
      { id: 7, big: "9007199254740993", name: "one", on_it: true, price: "1.50", nothing: null, bytes: "0x00ff" },
    ]);
  });

  it("refuses a declared type that the column does not have, by name", async () => {
    expect(bad(await read("SELECT name FROM thing", { name: "int" })).message).toMatch(/"name" is declared int/);
    expect(bad(await read("SELECT price FROM thing", { price: "int" })).message).toMatch(/"price" is declared int/);
    expect(bad(await read("SELECT big FROM thing", { big: "int" })).message).toMatch(/too large/);
    expect(bad(await read("SELECT id FROM thing", { id: "bool" })).message).toMatch(/declared bool, but holds 7/);
    expect(bad(await read("SELECT id FROM thing", { other: "int" })).message).toMatch(/no column "other"/);
    expect(bad(await read("SELECT id, id FROM thing")).message).toMatch(/"id" twice/);
  });

  it.each(["DELETE FROM thing", "SELECT 1 INTO OUTFILE 'x'", "SELECT 1; SELECT 2", "SET @a = 1", "BEGIN"])(
    "does not send %s, which is not known to read",
    async (sql) => {
      expect(bad(await read(sql))).toMatchObject({ kind: "refused", code: "not-a-read" });
    },
  );

  it("is told by the server what a view calls, and does not send what would write", async () => {
    await database.root.query(
      `CREATE TABLE trace (n INT);
       CREATE FUNCTION writes() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO trace VALUES (1); RETURN 1; END;
       CREATE SQL SECURITY DEFINER VIEW innocent AS SELECT writes() AS n`,
    );
    const told = bad(await read("SELECT n FROM innocent"));
    expect(told).toMatchObject({ kind: "refused", code: "not-a-read" });
    expect(told.message).toMatch(/the view migratekit_oma\.innocent calls migratekit_oma\.writes\(\)/);
    const [rows] = await database.root.query("SELECT * FROM trace");
    expect(rows).toEqual([]);
  });

  it("refuses more rows than anyone could read", async () => {
    expect(bad(await read("SELECT seq FROM seq_1_to_20000")).message).toMatch(/more than 10000 rows/);
  });

  it("tells the server's own refusal with its number", async () => {
    expect(bad(await read("SELECT nope FROM thing"))).toMatchObject({ kind: "refused", code: "1054" });
  });

  it("names a missing value instead of sending the statement", async () => {
    expect(bad(await read("SELECT id FROM thing WHERE id = :id")).message).toMatch(/no value for :id/);
  });

  it("connects again by itself after the connection was killed, since a read may be asked twice", async () => {
    const { rows } = good(await read("SELECT CONNECTION_ID() AS id", { id: "text" }));
    await database.root.query("KILL ?", [rows[0]?.["id"]]);
    expect(good(await read("SELECT 1 AS n", { n: "int" })).rows).toEqual([{ n: 1 }]);
  });

  it("says that the database does not answer when nobody listens", async () => {
    const lonely = portsOf(database.site(1), { redact: (text) => text });
    expect(bad(await lonely.sql.identity())).toMatchObject({ kind: "unreachable" });
    await lonely.close();
  });
});

describe("connections that were closed", () => {
  it("are not opened again by who was in the middle of two questions, so that the process can end", async () => {
    const other = portsOf(database.site(), { redact: (text) => text });
    const [row] = good(await other.sql.read({ sql: "SELECT CONNECTION_ID() AS id", values: {} }, {})).rows;
    const first = other.sql.read({ sql: "SELECT SLEEP(0.3) AS slept", values: {} }, {});
    await other.close();
    await first;
    expect(bad(await other.sql.read({ sql: "SELECT 1 AS one", values: {} }, {})).message).toContain("was closed");
    expect(bad(await other.sql.beforeIntent()).message).toContain("was closed");
    const later = "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID > ? AND USER <> 'root'";
    const count = async (): Promise<unknown> => (await database.root.query(later, [Number(row?.["id"]) - 1]))[0];
    await expect.poll(count).toEqual([{ n: 0 }]);
  });
});
