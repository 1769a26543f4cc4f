/** A disk that binary logs fill: what goes is shown, cannot be brought back and says so; a variable can, and is. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { undoByPerson } from "../support/person.ts";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "binary-logs.yaml");

let database: OwnDatabase;
let site: OwnSite;
let host = "";

type Row = Readonly<Record<string, unknown>>;

async function ask(sql: string): Promise<Row[]> {
  const [rows] = await database.server.root.query(sql);
  return rows as Row[];
}

const logs = async (): Promise<unknown[]> => (await ask("SHOW BINARY LOGS")).map((row) => row["Log_name"]);
const days = async (): Promise<number> => Number((await ask("SELECT @@expire_logs_days AS days"))[0]?.["days"]);

const checkpoints = async (): Promise<unknown[]> =>
  (await ask(`SHOW BINLOG EVENTS IN '${String((await logs()).at(-1))}'`))
    .filter((row) => row["Event_type"] === "Binlog_checkpoint")
    .map((row) => row["Info"]);

beforeAll(async () => {
  database = await ownDatabase("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB");
  await database.server.root.query("GRANT BINLOG MONITOR, BINLOG ADMIN, SUPER ON *.* TO sre@'127.0.0.1'");
  host = String((await ask("SELECT @@hostname AS name"))[0]?.["name"]);
});
afterAll(() => database.stop());
beforeEach(async () => {
  site = ownSite({ db: { mysql: database.mysql } }, FILE);
  await database.server.root.query(
    "SET GLOBAL expire_logs_days = 0; FLUSH BINARY LOGS; FLUSH BINARY LOGS; FLUSH BINARY LOGS",
  );
  // Until the newest says that a recovery needs no older one, the server purges none.
  await until(async () => (await checkpoints()).includes((await logs()).at(-1)));
  return () => site.remove();
});

it("purges what it showed, sets the variable, and sees both", async () => {
  const before = await logs();
  const ran = await site.run("binary-logs", { vm: [host] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(ran.out).toContain(`${before.length - 2} binary logs go, ${String(before[0])} to ${String(before.at(-3))}`);
  expect(ran.out).toContain("CANNOT BE UNDONE: purged binary logs cannot be brought back");
  expect([await logs(), await days()]).toEqual([before.slice(-2), 3]);
});

it("counts the replicas that read only where it may see them", async () => {
  const { root } = database.server;
  const plan = await site.cli("plan", ["binary-logs"], { vm: [host] });
  expect(plan.out).toContain("how many replicas read from this server is not known");
  await root.query("GRANT PROCESS ON *.* TO sre@'127.0.0.1'");
  const seeing = await site.cli("plan", ["binary-logs"], { vm: [host] });
  await root.query("REVOKE PROCESS ON *.* FROM sre@'127.0.0.1'");
  expect(seeing.out).toContain("0 replicas read from this server now");
});

it("takes the variable back with an undo that is kept before it was set, and says what it cannot take back", async () => {
  const { run } = await site.run("binary-logs", { vm: [host] });
  const undo = await site.cli("undo", [run]);
  expect([undo.exit, undo.out]).toEqual([5, expect.stringContaining('SET GLOBAL expire_logs_days to "0.000000"')]);
  expect(undo.out).toContain("not undone: Purge the binary logs before");
  expect(await days()).toBe(3);
  const done = await undoByPerson(site.env, run);
  expect([done.exit, done.asked.length, await days()]).toEqual([0, 1, 0]);
});
