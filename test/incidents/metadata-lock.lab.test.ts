/** A metadata-lock pile-up: a sleeping transaction, a schema change behind it, and everybody else behind that. */
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "metadata-lock.yaml");
const TABLES =
  "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB; INSERT INTO orders VALUES (1, 'a'), (2, 'b')";
const PASSWORD = "shopper-of-this-test";

let database: OwnDatabase;
let site: OwnSite;
const open: Connection[] = [];

const connect = async (): Promise<Connection> => {
  const connection = await createConnection({
    host: "127.0.0.1",
    port: database.server.port,
    user: "shopper",
    password: PASSWORD,
    database: "shop",
  });
  connection.on("error", () => undefined);
  open.push(connection);
  return connection;
};

const waiting = async (): Promise<number> => {
  const [rows] = await database.server.root.query(
    "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE STATE = 'Waiting for table metadata lock'",
  );
  return Number((rows as { n: unknown }[])[0]?.n);
};

/** A transaction that nobody ends, and two statements that wait behind it. Gives the id of the sleeping connection. */
async function pileUp(): Promise<number> {
  const sleeper = await connect();
  await sleeper.query("BEGIN");
  await sleeper.query("UPDATE orders SET note = 'held' WHERE id = 1");
  for (const [index, sql] of ["ALTER TABLE orders ADD COLUMN more INT", "SELECT * FROM orders"].entries()) {
    void (await connect()).query(sql).catch(() => undefined);
    await until(async () => (await waiting()) === index + 1);
  }
  return sleeper.threadId ?? 0;
}

beforeAll(async () => {
  database = await ownDatabase(TABLES, { rights: "ALL ON shop.*" });
  await database.server.root.query(
    `CREATE USER shopper@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON shop.* TO shopper@'127.0.0.1';
     GRANT PROCESS, CONNECTION ADMIN ON *.* TO sre@'127.0.0.1'`,
  );
});
afterAll(() => database.stop());
beforeEach(() => {
  site = ownSite({ db: { mysql: database.mysql } }, FILE);
  return async () => {
    for (const connection of open.splice(0)) connection.destroy();
    await until(async () => (await waiting()) === 0);
    await database.server.root.query("ALTER TABLE shop.orders DROP COLUMN IF EXISTS more");
    site.remove();
  };
});

it("ends the one connection that everybody waits for, and shows it before", async () => {
  const id = await pileUp();
  const plan = await site.cli("plan", ["metadata-lock"], { vm: ["orders"] });
  expect([plan.exit, plan.err]).toEqual([5, ""]);
  expect(plan.out).toContain(`connection ${id} of shopper from 127.0.0.1`);
  expect(plan.out).toContain("what it changed (1 rows) is rolled back");
  expect(await waiting()).toBe(2);
  const ran = await site.run("metadata-lock", { vm: ["orders"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(await waiting()).toBe(0);
  const [rows] = await database.server.root.query("SELECT note FROM shop.orders WHERE id = 1");
  expect(rows).toEqual([{ note: "a" }]);
});

it("ends nothing where two could be meant", async () => {
  const other = await connect();
  await other.query("BEGIN");
  await other.query("UPDATE orders SET note = 'c' WHERE id = 2");
  await pileUp();
  const ran = await site.run("metadata-lock", { vm: ["orders"] });
  expect([ran.exit, await waiting()]).toEqual([4, 2]);
  expect(ran.out).toContain("2 connections hold a transaction open; this runbook ends exactly one");
});
