/** A replica that stopped at a duplicate key (1062): two real servers, the change goes to the replica alone. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "replica.yaml");
const TABLES =
  "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB; INSERT INTO orders VALUES (1, 'old')";
const RIGHTS = "REPLICATION SLAVE ADMIN, REPLICA MONITOR, READ_ONLY ADMIN ON *.*";

let primary: OwnDatabase;
let replica: OwnDatabase;
let site: OwnSite;

type Row = Readonly<Record<string, unknown>>;

async function ask({ server }: OwnDatabase, sql: string): Promise<Row[]> {
  const [rows] = await server.root.query(sql);
  return rows as Row[];
}

const note = async (database: OwnDatabase): Promise<unknown> =>
  (await ask(database, "SELECT note FROM shop.orders WHERE id = 7"))[0]?.["note"];

const status = async (): Promise<Row> => (await ask(replica, "SHOW REPLICA STATUS"))[0] ?? {};

const hasStopped = async (): Promise<boolean> => (await status())["Last_SQL_Errno"] === 1062;
const isRunning = async (): Promise<boolean> => (await status())["Slave_SQL_Running"] === "Yes";

beforeAll(async () => {
  primary = await ownDatabase(TABLES, { more: ["--log-bin=binlog", "--server-id=11"] });
  replica = await ownDatabase(TABLES, { more: ["--server-id=12"] });
  await primary.server.root.query(
    "CREATE USER repl@'127.0.0.1' IDENTIFIED BY 'repl-of-this-test'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1'",
  );
  for (const { server } of [replica]) await server.root.query(`GRANT ${RIGHTS} TO sre@'127.0.0.1'`);
  const [at = {}] = await ask(primary, "SHOW MASTER STATUS");
  await replica.server.root.query(
    `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.server.port}, MASTER_USER='repl', MASTER_PASSWORD='repl-of-this-test',
     MASTER_LOG_FILE='${String(at["File"])}', MASTER_LOG_POS=${String(at["Position"])}; START REPLICA; SET GLOBAL read_only = 1`,
  );
});
afterAll(async () => {
  await replica.stop();
  await primary.stop();
});
beforeEach(async () => {
  const { mysql } = replica;
  site = ownSite({ primary: { mysql: primary.mysql }, replica: { mysql, may_change: "replica" } }, FILE);
  await primary.server.root.query("DELETE FROM shop.orders WHERE id = 7");
  await until(async () => (await note(replica)) === undefined);
  await replica.server.root.query("SET sql_log_bin = 0; INSERT INTO shop.orders VALUES (7, 'written here')");
  await primary.server.root.query("INSERT INTO shop.orders VALUES (7, 'from the primary')");
  await until(hasStopped);
  return () => site.remove();
});

it("removes the row that only the replica has, starts it, and sees that it applies again", async () => {
  const ran = await site.run("replica-1062", { vm: ["shop"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(ran.out).toContain("it stopped with error 1062");
  expect(ran.out).toContain("on the connection replica:");
  expect([await note(replica), await note(primary)]).toEqual(["from the primary", "from the primary"]);
  expect(await status()).toMatchObject({ Slave_SQL_Running: "Yes", Last_SQL_Errno: 0 });
});

it("changes nothing on a replica that the site does not name as one to change", async () => {
  const other = ownSite({ primary: { mysql: primary.mysql }, replica: { mysql: replica.mysql } }, FILE);
  const ran = await other.run("replica-1062", { vm: ["shop"] });
  other.remove();
  expect(ran.exit).not.toBe(0);
  expect(ran.out).toMatch(/is read-only|is a replica of/u);
  expect(await note(replica)).toBe("written here");
  expect(await status()).toMatchObject({ Slave_SQL_Running: "No" });
  await replica.server.root.query("SET sql_log_bin = 0; DELETE FROM shop.orders WHERE id = 7; START REPLICA");
  await until(isRunning);
});
