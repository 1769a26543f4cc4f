import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import type { SqlChange } from "../../src/ports/sql.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { good } from "../support/result.ts";

let database: Database;

beforeAll(async () => {
  database = await startDatabase();
  await database.root.query(
    `CREATE TABLE inj (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(190) COLLATE utf8mb4_bin NOT NULL, note VARCHAR(190) COLLATE utf8mb4_bin, UNIQUE KEY (name));
     CREATE TABLE witness (id INT PRIMARY KEY, n INT); INSERT INTO witness VALUES (1, 1)`,
  );
});
afterAll(() => database.stop());

const TAG = { run: "r'; DROP TABLE inj -- */", step: "*/ DELETE FROM witness; /*", attempt: "try1" };

async function stored(): Promise<[string, string | null][]> {
  const [rows] = await database.root.query({ sql: "SELECT name, note FROM inj ORDER BY id", rowsAsArray: true });
  return rows as unknown as [string, string | null][];
}

describe.each([
  ["as the server comes", "STRICT_TRANS_TABLES"],
  ["under NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES"],
  ["under ANSI_QUOTES", "STRICT_TRANS_TABLES,ANSI_QUOTES"],
])("2000 hostile texts, %s", (_, mode) => {
  let world: Connections;

  beforeAll(async () => {
    await database.root.query(`SET GLOBAL sql_mode = '${mode}'`);
    await database.root.query("TRUNCATE inj");
    world = portsOf(database.site(), { redact: (text) => text });
  });
  afterAll(() => world.close());

  it("arrive as the values they are: inserted, matched, changed, read and taken back", async () => {
    const touches = (count: number) => ({
      table: "inj",
      rows: { exactly: count },
      within: { column: "name", values: PAYLOADS },
    });
    for (let from = 0; from < PAYLOADS.length; from += 100) {
      const some = PAYLOADS.slice(from, from + 100);
      const values = Object.fromEntries(some.map((text, at) => [`v${at}`, text]));
      const sql = `INSERT INTO inj (name) VALUES ${some.map((__, at) => `(:v${at})`).join(", ")}`;
      const insert: SqlChange = { sql, values, touches: touches(100) };
      expect(await world.sql.apply(insert, good(await world.sql.preview(insert)), TAG)).toMatchObject({
        kind: "applied",
      });
    }
    expect(await stored()).toEqual(PAYLOADS.map((name) => [name, null]));
    const ids = PAYLOADS.map((name) => name);
    const change: SqlChange = {
      sql: "UPDATE inj SET note = CONCAT(:note, name) WHERE name IN (:ids)",
      values: { note: "'\\\"; -- ", ids },
      touches: touches(2000),
    };
    const kept: SqlChange[] = [];
    const outcome = await world.sql.apply(change, good(await world.sql.preview(change)), TAG, (undo) => {
      kept.push(...undo.changes);
      return Promise.resolve(true);
    });
    expect(outcome).toMatchObject({ kind: "applied", evidence: { matched: 2000, undo: "complete" } });
    expect(await stored()).toEqual(PAYLOADS.map((name) => [name, `'\\"; -- ${name}`]));
    const read = good(
      await world.sql.read(
        { sql: "SELECT name AS n FROM inj WHERE name IN (:ids) ORDER BY id", values: { ids } },
        { n: "text" },
      ),
    );
    expect(read.rows.map((row) => row["n"])).toEqual(PAYLOADS);
    for (const back of kept)
      expect(await world.sql.apply(back, good(await world.sql.preview(back)), TAG)).toMatchObject({
        kind: "applied",
      });
    expect(await stored()).toEqual(PAYLOADS.map((name) => [name, null]));
    const [witness] = await database.root.query("SELECT id, n FROM witness");
    expect(witness).toEqual([{ id: 1, n: 1 }]);
  });
});
