import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portsOf, type Connections } from "../../src/connections/connect.ts";
import { classify } from "../../src/sql/classify.ts";
import { DECEIVING } from "../sql/deceiving.ts";
import { HARMLESS } from "../sql/harmless.ts";
import { HIDDEN, TRICKS, WOVEN } from "../sql/woven.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { slowness } from "../support/pace.ts";
import { sampled } from "../support/sample.ts";

let database: Database;
/** As the appliance's own account, and as one with PROCESS. */
let worlds: readonly Connections[];
let watcher: Connection;
let dir: string;
let baseline: string;

/** What would stop the server, or wait for long, instead of telling what it does. */
const NOT_RUN = new Set(["SHUTDOWN", "SELECT SLEEP(5)", "SELECT MASTER_POS_WAIT('x', 1)"]);

const WRITER = "RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO c.log VALUES (1); RETURN 1; END";
const FUNCTIONS = [
  "f_w",
  "abs",
  "any",
  "some",
  "1abs",
  "1f_w",
  "0xfg",
  "1e5x",
  "regexp_like",
  "now",
  "max",
  "COUNT",
  "sys_exec",
];
const SETUP = [
  "SET GLOBAL log_bin_trust_function_creators = 1",
  "DROP DATABASE IF EXISTS c",
  "DROP DATABASE IF EXISTS made",
  "DROP USER IF EXISTS made",
  "DROP ROLE IF EXISTS made",
  "CREATE OR REPLACE USER spare",
  "CREATE DATABASE c",
  "USE c",
  "CREATE TABLE log (n INT)",
  "CREATE TABLE t (id INT PRIMARY KEY, a INT)",
  "CREATE TABLE u (id INT PRIMARY KEY, a INT, f_w INT)",
  "CREATE SEQUENCE s",
  "CREATE TABLE d (id INT PRIMARY KEY, d INT DEFAULT (NEXT VALUE FOR s))",
  "INSERT INTO t VALUES (1, 1), (2, 2)",
  "INSERT INTO u VALUES (1, 1, 1)",
  "INSERT INTO d (id) VALUES (1)",
  ...FUNCTIONS.map((name) => `CREATE FUNCTION \`${name}\`() ${WRITER}`),
  "CREATE PROCEDURE p_w() BEGIN INSERT INTO c.log VALUES (2); END",
  "CREATE VIEW v_w AS SELECT f_w() AS x",
  "CREATE VIEW v_next AS SELECT NEXT VALUE FOR s AS x",
  "GRANT ALL ON c.* TO oma_user@'127.0.0.1'",
  "GRANT FILE, RELOAD ON *.* TO oma_user@'127.0.0.1'",
  "SET GLOBAL long_query_time = 10",
];

const connect = (user: string, password: string): Promise<Connection> =>
  createConnection({
    host: "127.0.0.1",
    port: database.lab.ports.mysql,
    user,
    password,
    database: "c",
    dateStrings: true,
  });

async function setUp(): Promise<void> {
  for (const sql of SETUP) await database.root.query(sql);
  for (const name of readdirSync(dir)) rmSync(join(dir, name));
  writeFileSync(join(dir, "in"), "7\n", { mode: 0o666 });
}

/** Rows alone are quickly put back; whatever else is different needs everything anew. */
async function restore(): Promise<void> {
  const quick = [
    "DELETE FROM c.log",
    "REPLACE INTO c.t VALUES (1, 1), (2, 2)",
    "DELETE FROM c.t WHERE id > 2",
    "REPLACE INTO c.u VALUES (1, 1, 1)",
  ];
  for (const sql of [...quick, "ALTER SEQUENCE c.s RESTART 1"]) await database.root.query(sql).catch(() => undefined);
  if ((await stateOf(false)) !== baseline) await setUp();
}

beforeAll(async () => {
  database = await startDatabase();
  dir = join(database.lab.dir, "files");
  mkdirSync(dir, { mode: 0o777 });
  await setUp();
  watcher = await connect("root", database.lab.rootPassword);
  await watcher.query(`SET SESSION lock_wait_timeout = ${WAIT_S}`);
  const sites = [database.site(), await database.siteWithProcess()];
  await database.root.query("GRANT ALL ON c.* TO looker@'127.0.0.1'; GRANT FILE, RELOAD ON *.* TO looker@'127.0.0.1'");
  baseline = await stateOf(false);
  worlds = sites.map((site) =>
    portsOf({ ...site, mysql: { ...site.mysql, database: "c" } }, { redact: (text) => text }),
  );
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await watcher.end();
  await database.stop();
});

const rows = async (connection: Connection, sql: string): Promise<unknown> =>
  (await connection.query({ sql, rowsAsArray: true }))[0];

/** Data, catalogue, privileges, variables, files, locks and the binary log. */
async function stateOf(log = true): Promise<string> {
  const found: unknown[] = [];
  for (const sql of [
    "CHECKSUM TABLE c.log, c.t, c.u, c.d, mysql.global_priv, mysql.db, mysql.proc, mysql.event, mysql.tables_priv",
    "SELECT next_not_cached_value FROM c.s",
    "SELECT table_schema, table_name, table_type, table_comment FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'sys')",
    "SELECT table_schema, table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = 'c'",
    "SELECT index_name, column_name FROM information_schema.statistics WHERE table_schema = 'c'",
    "SELECT variable_name, variable_value FROM information_schema.global_variables WHERE variable_name NOT REGEXP 'gtid|timestamp|binlog_|last_insert|pos'",
    "SELECT IS_USED_LOCK('x')",
    ...(log ? ["SHOW MASTER STATUS"] : []),
  ])
    found.push(await rows(watcher, sql).catch((error: unknown) => String(error)));
  found.push(readdirSync(dir).sort());
  return JSON.stringify(found);
}

async function sessionOf(connection: Connection): Promise<string> {
  const variables = await rows(
    connection,
    "SELECT variable_name, variable_value FROM information_schema.session_variables WHERE variable_name NOT REGEXP 'timestamp|rand_seed|gtid|last_gtid|warning_count|error_count|pseudo_thread|identity|binlog_'",
  );
  const identity = await rows(connection, "SELECT LAST_INSERT_ID(), @@in_transaction, CURRENT_ROLE()");
  const own = await rows(connection, "SELECT * FROM information_schema.user_variables");
  return JSON.stringify([variables, identity, own]);
}

/** How long a statement that waits for ever is waited for, seconds. */
const WAIT_S = Math.ceil(slowness());

interface Run {
  readonly ran: boolean;
  readonly wrote: boolean;
}

/** Runs a statement with all rights, in a session that nothing holds back, and says whether anything is different. */
async function runFreely(sql: string): Promise<Run> {
  const free = await connect("root", database.lab.rootPassword);
  try {
    await free.query(`SET SESSION max_statement_time = ${2 * WAIT_S}, lock_wait_timeout = ${WAIT_S}`);
    const [before, session] = [await stateOf(), await sessionOf(free)];
    const ran = await free.query(sql).then(
      () => true,
      () => false,
    );
    const changed = (await stateOf()) !== before;
    const wrote = changed || (await sessionOf(free).catch(() => "lost")) !== session;
    free.destroy();
    if (changed) await restore();
    return { ran, wrote };
  } finally {
    free.destroy();
  }
}

const SERVER_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
const placed = (sql: string): string => sql.replaceAll("{dir}", dir).replaceAll("'/tmp/x'", `'${dir}/x'`);
const ALL = sampled(
  [...DECEIVING, ...WOVEN, ...TRICKS, ...HIDDEN].filter((sql) => !NOT_RUN.has(sql)),
  8,
);

describe("no writing statement runs without an approval", () => {
  it(`of ${ALL.length} that deceive, run against a real server`, async () => {
    const missed: string[] = [];
    let writing = 0;
    let hidden = 0;
    for (const raw of ALL) {
      const sql = placed(raw);
      const { wrote } = await runFreely(sql);
      if (wrote) writing += 1;
      // What Handrail refuses by itself is never sent.
      if (classify(sql, { sqlMode: SERVER_MODE }).class !== "read" && classify(sql).class !== "read") continue;
      const told = !wrote || classify(sql).class !== "read";
      if (!told) hidden += 1;
      for (const world of worlds) {
        const before = await stateOf();
        const looked = await world.look(sql);
        if ((await stateOf()) !== before) missed.push(`changed through the reading connection: ${raw}`);
        if (told) continue;
        if (looked.ok || looked.error.code !== "1792") missed.push(`called a read, and not refused: ${raw}`);
      }
    }
    process.stdout.write(
      `${ALL.length} statements, ${writing} of them write, ${hidden} of these only the server can tell\n`,
    );
    expect(missed).toEqual([]);
    expect(writing).toBeGreaterThan(ALL.length / 3);
  });

  it("and of what only reads and runs, hardly any is refused", async () => {
    const harmless: string[] = [];
    for (const sql of HARMLESS) if (!(await runFreely(sql)).wrote) harmless.push(sql);
    const refused = harmless.filter((sql) => classify(sql).class !== "read");
    expect(harmless.length).toBeGreaterThan(60);
    expect(refused.length / harmless.length).toBeLessThan(0.1);
  });
});
