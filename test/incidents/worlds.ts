/** Worlds that incidents of other people happen in, to be spoilt again and again: what is wrong, and what is right afterwards. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const file = (name: string): string => join(import.meta.dirname, `${name}.yaml`);

export interface OwnWorld {
  readonly runbook: string;
  readonly target: string;
  readonly site: OwnSite;
  /** What its runs are told. */
  readonly input?: readonly string[];
  /** What is decided where its runs ask, STEP=CHOICE. */
  readonly decide?: readonly string[];
  /** Who knows what became of a step that leaves nothing to see, where a run ends in doubt of it. */
  readonly witness?: { readonly step: string; look(): Promise<"applied" | "not-applied"> };
  /** What a person does outside, once a run waits for that. */
  doByHand?(): Promise<void>;
  /** Makes it as wrong as the incident had it; waits until it is. */
  spoil(): Promise<void>;
  /** What is there of the effect: the same after every recovery, however often it was killed. */
  state(): Promise<unknown>;
  down(): Promise<void>;
}

type Row = Readonly<Record<string, unknown>>;

async function ask({ server }: OwnDatabase, sql: string): Promise<Row[]> {
  const [rows] = await server.root.query(sql);
  return rows as Row[];
}

export const QUEUE = {
  tables: `
  CREATE TABLE jobs (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, queue VARCHAR(64) NOT NULL, payload LONGTEXT NOT NULL,
    attempts TINYINT UNSIGNED NOT NULL, reserved_at INT UNSIGNED NULL, available_at INT UNSIGNED NOT NULL) ENGINE=InnoDB`,
  rows: `INSERT INTO jobs(queue,payload,attempts,reserved_at,available_at) VALUES
  ('mail','{"a":1}',254,1,1),('mail','{"a":2}',0,NULL,1),('invoices','{"b":1}',3,NULL,1)`,
};

export const MIGRATING = {
  tables: `
  CREATE TABLE volumes (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, uuid VARCHAR(40) NOT NULL UNIQUE, name VARCHAR(40) NOT NULL,
    state VARCHAR(20) NOT NULL, pool_id BIGINT, migrated_from BIGINT, updated DATETIME, removed DATETIME) ENGINE=InnoDB;
  CREATE TABLE async_job (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, instance_id BIGINT, job_status INT NOT NULL) ENGINE=InnoDB`,
  rows: `INSERT INTO volumes (id, uuid, name, state, pool_id, migrated_from) VALUES
  (1, 'u-1', 'data-1', 'Migrating', 7, NULL), (2, 'u-2', 'data-1', 'Creating', 8, 1), (3, 'u-3', 'data-3', 'Ready', 7, NULL)`,
};

export async function queueWorld(): Promise<OwnWorld> {
  const database = await ownDatabase(QUEUE.tables);
  const site = ownSite({ db: { mysql: database.mysql } }, file("queue"));
  return {
    runbook: "poison-jobs",
    target: "mail",
    site,
    spoil: async () => void (await database.server.root.query(`TRUNCATE shop.jobs; ${QUEUE.rows}`)),
    state: () => ask(database, "SELECT queue, payload, attempts FROM shop.jobs ORDER BY id"),
    down: async () => {
      site.remove();
      await database.stop();
    },
  };
}

export async function migratingWorld(): Promise<OwnWorld> {
  const database = await ownDatabase(MIGRATING.tables);
  const site = ownSite({ db: { mysql: database.mysql } }, file("migrating"));
  return {
    runbook: "volume-migrating",
    target: "u-1",
    site,
    spoil: async () => void (await database.server.root.query(`DELETE FROM shop.volumes; ${MIGRATING.rows}`)),
    state: () => ask(database, "SELECT uuid, state, removed IS NULL AS there FROM shop.volumes ORDER BY id"),
    down: async () => {
      site.remove();
      await database.stop();
    },
  };
}

/** The state is how many logs there are, since their names go on counting, and the variable. */
export async function binaryLogWorld(): Promise<OwnWorld> {
  const database = await ownDatabase("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB");
  await database.server.root.query("GRANT BINLOG MONITOR, BINLOG ADMIN, SUPER ON *.* TO sre@'127.0.0.1'");
  const [host] = await ask(database, "SELECT @@hostname AS name");
  const site = ownSite({ db: { mysql: database.mysql } }, file("binary-logs"));
  const newest = async (): Promise<string> => String((await ask(database, "SHOW BINARY LOGS")).at(-1)?.["Log_name"]);
  return {
    runbook: "binary-logs",
    target: String(host?.["name"]),
    site,
    spoil: async () => {
      await database.server.root.query(
        "SET GLOBAL expire_logs_days = 0; FLUSH BINARY LOGS; FLUSH BINARY LOGS; FLUSH BINARY LOGS",
      );
      // Until the newest says that a recovery needs no older one, the server purges none.
      await until(async () => {
        const log = await newest();
        const events = await ask(database, `SHOW BINLOG EVENTS IN '${log}'`);
        return events.some((event) => event["Event_type"] === "Binlog_checkpoint" && event["Info"] === log);
      });
    },
    state: async () => ({
      logs: (await ask(database, "SHOW BINARY LOGS")).length,
      days: (await ask(database, "SELECT CAST(@@expire_logs_days AS SIGNED) AS days"))[0]?.["days"],
    }),
    down: async () => {
      site.remove();
      await database.stop();
    },
  };
}

export const BALANCER = {
  tables: `
  CREATE TABLE pools (name VARCHAR(32) PRIMARY KEY, active VARCHAR(32) NOT NULL, ticket VARCHAR(64) NOT NULL) ENGINE=InnoDB;
  CREATE TABLE nodes (name VARCHAR(32) PRIMARY KEY, well TINYINT NOT NULL) ENGINE=InnoDB`,
  rows: `DELETE FROM pools; DELETE FROM nodes; INSERT INTO pools VALUES ('web','n1',''),('mail','n1','');
  INSERT INTO nodes VALUES ('n1',0),('n2',1),('n3',1)`,
};

/** The state is where the balancer points, and which ticket stands beside each pool. */
export async function balancerWorld(): Promise<OwnWorld> {
  const database = await ownDatabase(BALANCER.tables);
  const site = ownSite({ db: { mysql: database.mysql } }, file("balancer"));
  return {
    runbook: "move-balancer",
    target: "web",
    site,
    input: ["ticket=INC-4711", "node=n2"],
    doByHand: async () =>
      void (await database.server.root.query("UPDATE shop.pools SET active = 'n2' WHERE name = 'web'")),
    spoil: async () => void (await database.server.root.query(`USE shop; ${BALANCER.rows}`)),
    state: () => ask(database, "SELECT name, active, ticket FROM shop.pools ORDER BY name"),
    down: async () => {
      site.remove();
      await database.stop();
    },
  };
}

const PASSWORD = "shopper-of-this-world";

/** The state is who waits, and what the transaction that was in the way had changed. */
export async function metadataLockWorld(): Promise<OwnWorld> {
  const database = await ownDatabase(
    "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB; INSERT INTO orders VALUES (1, 'a'), (2, 'b')",
  );
  await database.server.root.query(
    `CREATE USER shopper@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON shop.* TO shopper@'127.0.0.1';
     GRANT PROCESS, CONNECTION ADMIN ON *.* TO sre@'127.0.0.1'`,
  );
  const site = ownSite({ db: { mysql: database.mysql } }, file("metadata-lock"));
  const open: Connection[] = [];
  const connect = async (): Promise<Connection> => {
    const place = { host: "127.0.0.1", port: database.server.port, database: "shop" };
    const connection = await createConnection({ ...place, user: "shopper", password: PASSWORD });
    connection.on("error", () => undefined);
    open.push(connection);
    return connection;
  };
  const waiting = async (): Promise<number> =>
    Number(
      (
        await ask(
          database,
          "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE STATE = 'Waiting for table metadata lock'",
        )
      )[0]?.["n"],
    );
  const calm = async (): Promise<void> => {
    for (const connection of open.splice(0)) connection.destroy();
    await until(async () => (await waiting()) === 0);
    await database.server.root.query("ALTER TABLE shop.orders DROP COLUMN IF EXISTS more");
  };
  return {
    runbook: "metadata-lock",
    target: "orders",
    site,
    spoil: async () => {
      await calm();
      const sleeper = await connect();
      await sleeper.query("BEGIN");
      await sleeper.query("UPDATE orders SET note = 'held' WHERE id = 1");
      for (const [index, sql] of ["ALTER TABLE orders ADD COLUMN more INT", "SELECT * FROM orders"].entries()) {
        void (await connect()).query(sql).catch(() => undefined);
        await until(async () => (await waiting()) === index + 1);
      }
    },
    state: async () => ({
      waiting: await waiting(),
      rows: await ask(database, "SELECT note FROM shop.orders ORDER BY id"),
    }),
    down: async () => {
      for (const connection of open) connection.destroy();
      site.remove();
      await database.stop();
    },
  };
}

/** The state is how often the program was started since it was spoilt. */
export async function serviceWorld(): Promise<OwnWorld> {
  const database = await ownDatabase(
    "CREATE TABLE services (name VARCHAR(20) PRIMARY KEY, state VARCHAR(20)) ENGINE=InnoDB; INSERT INTO services VALUES ('worker', 'hanging')",
  );
  const dir = mkdtempSync(join(tmpdir(), "handrail-programs-"));
  const write = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const starts = join(dir, "starts");
  const status = write("status", `printf 'name=%s\\nactive=yes\\nstarts=%s\\n' "$1" "$(wc -l < ${starts})"`);
  const restart = write("restart", `sleep 0.2; echo x >> ${starts}`);
  const runbooks = join(dir, "service.yaml");
  writeFileSync(runbooks, readFileSync(file("service"), "utf8").replaceAll("/usr/local/lib/services", dir));
  const programs = [restart, { path: status, read: true }];
  const site = ownSite({ db: { mysql: database.mysql }, host: { programs } }, runbooks);
  return {
    runbook: "restart-service",
    target: "worker",
    site,
    spoil: () => Promise.resolve(writeFileSync(starts, "")),
    state: () => Promise.resolve({ starts: readFileSync(starts, "utf8").split("\n").length - 1 }),
    down: async () => {
      site.remove();
      rmSync(dir, { recursive: true, force: true });
      await database.stop();
    },
  };
}
