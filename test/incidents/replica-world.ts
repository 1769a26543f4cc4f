/** Two real servers, of which one copies from the other and stopped at a duplicate key. */
import { join } from "node:path";
import { ownDatabase, ownSite, until, type OwnDatabase } from "../support/own-site.ts";
import type { OwnWorld } from "./worlds.ts";

const FILE = join(import.meta.dirname, "replica.yaml");
const TABLES =
  "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB; INSERT INTO orders VALUES (1, 'old')";
const RIGHTS = "REPLICATION SLAVE ADMIN, REPLICA MONITOR, READ_ONLY ADMIN ON *.*";

type Row = Readonly<Record<string, unknown>>;

async function ask({ server }: OwnDatabase, sql: string): Promise<Row[]> {
  const [rows] = await server.root.query(sql);
  return rows as Row[];
}

export interface Replication {
  readonly primary: OwnDatabase;
  readonly replica: OwnDatabase;
  /** What a server has of the row that both wrote; undefined without one. */
  note(database: OwnDatabase): Promise<unknown>;
  status(): Promise<Row>;
  /** Both write one row: the replica for itself, before that of the primary comes. */
  spoil(): Promise<void>;
  stop(): Promise<void>;
}

export async function replication(): Promise<Replication> {
  const primary = await ownDatabase(TABLES, { more: ["--log-bin=binlog", "--server-id=11"] });
  const replica = await ownDatabase(TABLES, { more: ["--server-id=12"] });
  await primary.server.root.query(
    "CREATE USER repl@'127.0.0.1' IDENTIFIED BY 'repl-of-this-test'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1'",
  );
  await replica.server.root.query(`GRANT ${RIGHTS} TO sre@'127.0.0.1'`);
  const [at = {}] = await ask(primary, "SHOW MASTER STATUS");
  await replica.server.root.query(
    `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.server.port}, MASTER_USER='repl', MASTER_PASSWORD='repl-of-this-test',
     MASTER_LOG_FILE='${String(at["File"])}', MASTER_LOG_POS=${String(at["Position"])}; START REPLICA; SET GLOBAL read_only = 1`,
  );
  const note = async (database: OwnDatabase): Promise<unknown> =>
    (await ask(database, "SELECT note FROM shop.orders WHERE id = 7"))[0]?.["note"];
  const status = async (): Promise<Row> => (await ask(replica, "SHOW REPLICA STATUS"))[0] ?? {};
  return {
    primary,
    replica,
    note,
    status,
    spoil: async () => {
      await primary.server.root.query("DELETE FROM shop.orders WHERE id = 7");
      await until(async () => (await note(replica)) === undefined);
      await replica.server.root.query("SET sql_log_bin = 0; INSERT INTO shop.orders VALUES (7, 'written here')");
      await primary.server.root.query("INSERT INTO shop.orders VALUES (7, 'from the primary')");
      await until(async () => (await status())["Last_SQL_Errno"] === 1062);
    },
    stop: async () => {
      await replica.stop();
      await primary.stop();
    },
  };
}

export async function replicaWorld(): Promise<OwnWorld> {
  const both = await replication();
  const { primary, replica } = both;
  const site = ownSite(
    { primary: { mysql: primary.mysql }, replica: { mysql: replica.mysql, may_change: "replica" } },
    FILE,
  );
  return {
    runbook: "replica-1062",
    target: "shop",
    site,
    spoil: both.spoil,
    state: async () => ({ note: await both.note(replica), applies: (await both.status())["Slave_SQL_Running"] }),
    down: async () => {
      site.remove();
      await both.stop();
    },
  };
}
