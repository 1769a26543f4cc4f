/** What a connection keeps of one question for the next: statements that it prepared, and what the catalogue said. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeReader, type Reader } from "../../src/connections/mysql/reader.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { bad, good } from "../support/result.ts";

let database: Database;
let reader: Reader;
let sent: string[] = [];
let nowMs = 0;

const read = async (sql: string, values = {}): Promise<unknown> =>
  good(await reader.read({ sql, values }, { note: "text" })).rows;
const lookups = (): number => sent.filter((sql) => sql.includes("information_schema")).length;

beforeAll(async () => {
  database = await startDatabase();
  await database.root.query(
    "CREATE TABLE notes (id INT PRIMARY KEY, note TEXT); INSERT INTO notes VALUES (1, 'one'), (2, 'two')",
  );
  reader = makeReader({
    site: database.site().mysql,
    redact: (text) => text,
    observe: (sql) => void sent.push(sql),
    nowMs: () => nowMs,
  });
});
afterAll(async () => {
  await reader.close();
  await database.stop();
});

it("prepares a question once, and asks the catalogue about it once in thirty seconds", async () => {
  const sql = "SELECT note FROM notes WHERE id = :id";
  expect(await read(sql, { id: "1" })).toEqual([{ note: "one" }]);
  sent = [];
  expect(await read(sql, { id: "2" })).toEqual([{ note: "two" }]);
  expect(sent).toEqual(["SELECT note FROM notes WHERE id = ?"]);
  nowMs += 30_001;
  expect(await read(sql, { id: "1" })).toEqual([{ note: "one" }]);
  expect(lookups()).toBe(1);
});

it("reads what became of the table meanwhile, not what it was when the question was prepared", async () => {
  const sql = "SELECT * FROM notes ORDER BY id LIMIT 1";
  expect(await read(sql)).toEqual([{ id: "1", note: "one" }].map((row) => ({ ...row, id: 1 })));
  await database.root.query("ALTER TABLE notes ADD COLUMN more INT DEFAULT 7 FIRST, MODIFY note VARCHAR(10)");
  expect(await read(sql)).toEqual([{ more: 7, id: 1, note: "one" }]);
});

it("sees after that time that a name stands for something else", async () => {
  const sql = "SELECT note FROM moved WHERE id = 1";
  await database.root.query("CREATE TABLE moved AS SELECT id, note FROM notes; CREATE TABLE trace (n INT)");
  expect(await read(sql)).toEqual([{ note: "one" }]);
  await database.root.query(
    `DROP TABLE moved;
     CREATE FUNCTION writes() RETURNS TEXT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO trace VALUES (1); RETURN 'x'; END;
     CREATE SQL SECURITY DEFINER VIEW moved AS SELECT 1 AS id, writes() AS note`,
  );
  // Believed as before: the transaction, which only reads, refuses what the view would write.
  expect(bad(await reader.read({ sql, values: {} }, {}))).toMatchObject({ kind: "refused", code: "1792" });
  // Nothing is believed after a refusal.
  expect(bad(await reader.read({ sql, values: {} }, {}))).toMatchObject({ kind: "refused", code: "not-a-read" });
  nowMs += 30_001;
  expect(bad(await reader.read({ sql, values: {} }, {})).message).toMatch(/the view migratekit_oma\.moved calls/u);
  const [rows] = await database.root.query("SELECT * FROM trace");
  expect(rows).toEqual([]);
});

it("reads the names of another database there, with the same words", async () => {
  await database.root.query(
    "CREATE DATABASE other; CREATE TABLE other.notes (note TEXT); INSERT INTO other.notes VALUES ('other')",
  );
  await database.root.query("GRANT SELECT ON other.* TO oma_user@'127.0.0.1'");
  const sql = "SELECT note FROM notes ORDER BY note LIMIT 1";
  expect(good(await reader.look(sql)).rows).toEqual([["one"]]);
  expect(good(await reader.look(sql, "other")).rows).toEqual([["other"]]);
  expect(good(await reader.look(sql)).rows).toEqual([["one"]]);
});

it("asks anew what did not work, in another database, too", async () => {
  // Two rows here, one there: it can be prepared in both, and carried out in one of them.
  const sql = "SELECT (SELECT note FROM notes) AS note";
  expect(bad(await reader.look(sql))).toMatchObject({ code: "1242" });
  expect(good(await reader.look(sql, "other")).rows).toEqual([["other"]]);
});

it("keeps no more than 32 statements", async () => {
  for (let at = 0; at < 50; at += 1) await read(`SELECT note FROM notes WHERE id > ${at} LIMIT 1`);
  const [rows] = await database.root.query("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'");
  const count = Number((rows as { Value: string }[])[0]?.Value);
  expect(count).toBeGreaterThan(20);
  expect(count).toBeLessThanOrEqual(33);
});
