/**
 * A database `c` with everything that deceives (functions, procedures and views that write, tables whose reading acts), on a
 * server of either kind, and what is to be seen of that server before and after.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { parseSite, type ApplianceSite as Site } from "../../src/packs/appliance/site-schema.ts";
import { HIDING } from "../sql/deceiving-more.ts";
import { startDatabase } from "./database.ts";
import { startMysql } from "./mysql.ts";

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** A server that statements are tried on. */
export interface Deceived {
  readonly port: number;
  readonly root: Account;
  /** The appliance's own account, and one that may see and do all. */
  readonly accounts: readonly Account[];
  /** A folder that the server may write to. */
  readonly dir: string;
  /** Data, catalogue, privileges, variables, counters and locks; with `log`, the binary log. Each query gives rows. */
  readonly state: readonly string[];
  readonly log: string;
  /** The same of one session. */
  readonly session: readonly string[];
  /** Bounds a session that nothing holds back: `seconds` for a statement, and for a lock. */
  bound(seconds: number): string;
  /** Puts everything up anew. */
  setUp(): Promise<void>;
  stop(): Promise<void>;
}

const WRITER = "RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO c.log VALUES (1); RETURN 1; END";
const FUNCTIONS =
  "f_w abs any some 1abs 1f_w 0xfg 1e5x regexp_like now max COUNT sys_exec columns against lateral md5 sha1".split(" ");

const COMMON = (dir: string, readOnly: string, extra: readonly string[]): string[] => [
  "SET GLOBAL log_bin_trust_function_creators = 1",
  "DROP DATABASE IF EXISTS c",
  "DROP DATABASE IF EXISTS made",
  "DROP USER IF EXISTS made",
  "DROP ROLE IF EXISTS made",
  "DROP USER IF EXISTS spare",
  "CREATE USER spare",
  "CREATE DATABASE c",
  "USE c",
  "CREATE TABLE log (n INT)",
  "CREATE TABLE t (id INT PRIMARY KEY, a INT)",
  "CREATE TABLE u (id INT PRIMARY KEY, a INT, f_w INT)",
  "CREATE TABLE z (id INT PRIMARY KEY, b TEXT) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 4",
  "INSERT INTO z VALUES (1, REPEAT('a', 5000)), (2, REPEAT('b', 5000))",
  "INSERT INTO t VALUES (1, 1), (2, 2)",
  "INSERT INTO u VALUES (1, 1, 1)",
  ...FUNCTIONS.map((name) => `CREATE FUNCTION \`${name}\`() ${WRITER}`),
  "CREATE PROCEDURE p_w() BEGIN INSERT INTO c.log VALUES (2); END",
  "CREATE VIEW v_w AS SELECT f_w() AS x",
  ...extra,
  ...HIDING(readOnly).map((sql) => sql.replaceAll("{dir}", dir)),
  "CREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1",
  "CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
  "SET GLOBAL long_query_time = 10",
];

const TABLES = `SELECT table_schema, table_name, table_type, table_comment FROM information_schema.tables
  WHERE table_schema NOT IN ('information_schema', 'sys', 'performance_schema')`;
const STATE = [
  TABLES,
  "SELECT table_schema, table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = 'c'",
  "SELECT index_name, column_name FROM information_schema.statistics WHERE table_schema = 'c'",
  "SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = 'c'",
  "SELECT IS_USED_LOCK('x')",
];
const VOLATILE =
  "gtid|timestamp|binlog_|last_insert|pos|rand_seed|warning_count|error_count|pseudo_thread|identity|statement_id";

async function arrange(root: Connection, lines: readonly string[], dir: string): Promise<void> {
  for (const sql of lines) await root.query(sql);
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, "in"), "7\n", { mode: 0o666 });
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "handrail-files-"));
  chmodSync(dir, 0o777);
  return dir;
}

const grants = (user: string, password: string, rights: string): string[] => [
  `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${password}'`,
  `GRANT ALL ON c.* TO ${user}`,
  `GRANT ${rights} ON *.* TO ${user}`,
];

export async function deceivedMariadb(): Promise<Deceived> {
  const database = await startDatabase();
  const { rootPassword, omaPassword, ports } = database.lab;
  const dir = folder();
  const oma = { user: "oma_user", password: omaPassword };
  const root = { user: "root", password: rootPassword };
  const extra = [
    "CREATE SEQUENCE s",
    "CREATE TABLE d (id INT PRIMARY KEY, d INT DEFAULT (NEXT VALUE FOR s))",
    "INSERT INTO d (id) VALUES (1)",
    "CREATE VIEW v_next AS SELECT NEXT VALUE FOR s AS x",
    "CREATE VIEW v_reset AS SELECT page_size FROM information_schema.INNODB_CMP_RESET",
  ];
  return {
    port: ports.mysql,
    root,
    accounts: [oma, root],
    dir,
    state: [
      "CHECKSUM TABLE c.log, c.t, c.u, c.d, mysql.global_priv, mysql.db, mysql.proc, mysql.event, mysql.tables_priv",
      "SELECT next_not_cached_value FROM c.s",
      "SELECT SUM(compress_ops) > 0 FROM information_schema.INNODB_CMP",
      `SELECT variable_name, variable_value FROM information_schema.global_variables WHERE variable_name NOT REGEXP '${VOLATILE}'`,
      ...STATE,
    ],
    log: "SHOW MASTER STATUS",
    session: [
      `SELECT variable_name, variable_value FROM information_schema.session_variables WHERE variable_name NOT REGEXP '${VOLATILE}'`,
      "SELECT LAST_INSERT_ID(), @@in_transaction, CURRENT_ROLE()",
      "SELECT * FROM information_schema.user_variables",
    ],
    bound: (seconds) => `SET SESSION max_statement_time = ${2 * seconds}, lock_wait_timeout = ${seconds}`,
    setUp: () =>
      arrange(
        database.root,
        [...COMMON(dir, "tx_read_only", extra), ...grants("oma_user@'127.0.0.1'", omaPassword, "FILE, RELOAD")],
        dir,
      ),
    stop: async () => {
      await database.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function deceivedMysql(): Promise<Deceived> {
  const { port, database, ...root } = await startMysql();
  const connection = database.root;
  const dir = folder();
  const oma = { user: "oma_user", password: database.lab.omaPassword };
  return {
    port,
    root,
    accounts: [oma, root],
    dir,
    state: [
      "CHECKSUM TABLE c.log, c.t, c.u, c.z, mysql.user, mysql.db, mysql.tables_priv, mysql.role_edges, mysql.component",
      "SELECT SUM(compress_ops) > 0 FROM information_schema.INNODB_CMP",
      `SELECT variable_name, variable_value FROM performance_schema.global_variables WHERE variable_name NOT REGEXP '${VOLATILE}'`,
      "SELECT * FROM performance_schema.persisted_variables",
      "SELECT * FROM performance_schema.setup_consumers",
      "SELECT COUNT(*) > 0 FROM performance_schema.events_statements_summary_by_digest",
      "SELECT schema_name, table_name, column_name FROM information_schema.column_statistics",
      ...STATE,
    ],
    log: "SHOW BINARY LOG STATUS",
    session: [
      `SELECT variable_name, variable_value FROM performance_schema.session_variables WHERE variable_name NOT REGEXP '${VOLATILE}'`,
      "SELECT LAST_INSERT_ID(), CURRENT_ROLE()",
      "SELECT variable_name, variable_value FROM performance_schema.user_variables_by_thread WHERE thread_id = PS_CURRENT_THREAD_ID()",
    ],
    bound: (seconds) => `SET SESSION max_execution_time = ${2000 * seconds}, lock_wait_timeout = ${seconds}`,
    setUp: () =>
      arrange(
        connection,
        [
          "RESET PERSIST",
          "UPDATE performance_schema.setup_consumers SET enabled = 'YES'",
          ...COMMON(dir, "transaction_read_only", [
            "CREATE VIEW v_reset AS SELECT page_size FROM information_schema.INNODB_CMP_RESET",
          ]),
          ...grants("oma_user@'127.0.0.1'", oma.password, "FILE, RELOAD"),
        ],
        dir,
      ),
    stop: async () => {
      await database.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A site whose database is that one, as one of the accounts. */
export function siteOf({ port }: Deceived, { user, password }: Account): Site {
  const read = parseSite({
    name: "test",
    lab: { name: "test", world: "none", scale: 20, dir: tmpdir() },
    mysql: { host: "127.0.0.1", port, user, password, database: "c" },
    volume_daemon: { url: "http://127.0.0.1:1" },
    cloudstack: { from: "appliance" },
    oma_api: { url: "http://127.0.0.1:2" },
  });
  if (!read.ok) throw new Error(read.error.join("\n"));
  return read.value;
}

export const enter = ({ port }: Deceived, { user, password }: Account): Promise<Connection> =>
  createConnection({
    host: "127.0.0.1",
    port,
    user,
    password,
    database: "c",
    dateStrings: true,
    flags: ["-IGNORE_SPACE"],
  });

/** Everything that is to be seen of the server, as one text. */
export async function stateOf(watcher: Connection, { state, log, dir }: Deceived, withLog = true): Promise<string> {
  const found: unknown[] = [];
  for (const sql of [...state, ...(withLog ? [log] : [])]) found.push(await rowsOf(watcher, sql));
  found.push(existsSync(dir) ? readdirSync(dir).toSorted() : "the folder is gone");
  return JSON.stringify(found);
}

export const rowsOf = async (connection: Connection, sql: string): Promise<unknown> =>
  connection.query({ sql, rowsAsArray: true }).then(
    ([rows]) => rows,
    (error: unknown) => String(error),
  );
