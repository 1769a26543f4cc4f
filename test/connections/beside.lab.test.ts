import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { bad, good } from "../support/result.ts";

let database: Database;
let world: Connections;

beforeAll(async () => {
  database = await startDatabase();
  await database.root.query(
    `CREATE TABLE pair (a VARCHAR(20) COLLATE utf8mb4_bin, b BIGINT UNSIGNED, note TEXT, raw VARBINARY(8), hidden INT INVISIBLE DEFAULT 7,
       PRIMARY KEY (a, b));
     INSERT INTO pair (a, b, note, raw) VALUES ('x', 18446744073709551615, 'kept hunter22', X'00ff'), ('X', 1, NULL, NULL)`,
  );
  world = portsOf(database.site(), { redact: (text) => text.replaceAll("hunter22", "***") });
});
afterAll(async () => {
  await world.close();
  await database.stop();
});

it("reads whole rows by their keys, the invisible columns too, without a secret in them", async () => {
  const keys = [
    ["x", "18446744073709551615"],
    ["x", "1"],
    ["X", "1"],
  ];
  expect(good(await world.rows("pair", keys))).toEqual({
    columns: ["a", "b", "note", "raw", "hidden"],
    rows: [["x", "18446744073709551615", "kept ***", "0x00FF", "7"], null, ["X", "1", null, null, "7"]],
  });
});

it("waits for nobody's lock and takes none", async () => {
  const other = await database.stranger();
  await other.query("START TRANSACTION");
  await other.query("UPDATE pair SET note = 'changing' WHERE a = 'X'");
  expect(good(await world.rows("pair", [["X", "1"]])).rows).toEqual([["X", "1", null, null, "7"]]);
  await other.query("ROLLBACK");
  await other.query("SET SESSION lock_wait_timeout = 1");
  await other.query("ALTER TABLE pair COMMENT 'no reader holds it'");
  await other.end();
});

it("says that a table is gone", async () => {
  expect(bad(await world.rows("missing", [["1"]]))).toMatchObject({ kind: "refused", code: "no-table" });
});
