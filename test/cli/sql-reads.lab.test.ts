/** Typed statements that only look: what acts is not sent, and what answers without acting needs nobody's approval. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run as sql } from "../../src/cli/commands/sql.ts";
import { startMysql, type MysqlServer } from "../support/mysql.ts";
import { MYSQL, needs } from "../support/needs.ts";
import { openSqlLab, type SqlLab, type Told } from "../support/sql-lab.ts";

let lab: SqlLab;
let root: Connection;

const SET_UP = `
  DROP DATABASE IF EXISTS looks; CREATE DATABASE looks;
  GRANT ALL ON looks.* TO oma_user@'127.0.0.1'; GRANT PROCESS, REPLICATION CLIENT, SLAVE MONITOR ON *.* TO oma_user@'127.0.0.1';
  CREATE TABLE looks.t (id INT PRIMARY KEY, a INT); INSERT INTO looks.t VALUES (1, 1), (2, 2);
  CREATE TABLE looks.z (id INT PRIMARY KEY, b TEXT) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 4;
  INSERT INTO looks.z VALUES (1, REPEAT('a', 5000));
  CREATE SEQUENCE looks.s; CREATE PROCEDURE looks.p() SELECT 1;
  CREATE DEFINER = oma_user@'127.0.0.1' FUNCTION looks.twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2;
  CREATE FUNCTION looks.switch() RETURNS INT DETERMINISTIC BEGIN SET GLOBAL long_query_time = 9; RETURN 1; END;
  CREATE VIEW looks.quiet AS SELECT looks.switch() AS x;
  CREATE VIEW looks.plain AS SELECT id, looks.twice(a) AS b FROM looks.t;
  SET GLOBAL long_query_time = 10; SELECT NEXTVAL(looks.s)`;

beforeAll(async () => {
  lab = await openSqlLab();
  ({ root } = lab);
  await root.query(SET_UP);
});
afterAll(() => lab.stop());

const look = (...texts: readonly string[]): Promise<Told> => lab.tell(sql, texts);
const one = async (text: string): Promise<unknown> => {
  const [rows] = await root.query({ sql: text, rowsAsArray: true });
  return (rows as unknown[][])[0]?.[0];
};

describe("a read that acts is not sent", () => {
  it.each(["INNODB_CMP_RESET", "INNODB_CMPMEM_RESET", "INNODB_CMP_PER_INDEX_RESET"])(
    "nothing is asked of %s, whose counters would begin anew",
    async (table) => {
      const ops = "SELECT SUM(compress_ops) > 0 FROM information_schema.INNODB_CMP";
      expect(await one(ops)).toBe(1);
      const { exit, shown } = await look(`SELECT * FROM information_schema.${table}`);
      expect(exit).toBe(64);
      expect(shown).toMatch(new RegExp(`reading ${table} sets its counters back`));
      expect(await one(ops)).toBe(1);
    },
  );

  it.each([
    "SELECT * FROM looks.quiet",
    "SELECT x FROM (SELECT * FROM looks.quiet) AS q",
    "EXPLAIN SELECT * FROM looks.quiet",
    "USE looks; SELECT * FROM quiet",
  ])("%s: the view hides a function that changes the server", async (text) => {
    const { exit, shown } = await look(text);
    expect(exit).toBe(64);
    expect(shown.replaceAll(/\s+/g, " ")).toMatch(
      /the view looks\.quiet calls looks\.switch\(\), which (?:does what this account may not see|is not known to be without effects: it sets GLOBAL)/,
    );
    expect(Number(await one("SELECT @@global.long_query_time"))).toBe(10);
  });
});

/** Each is an example of what was refused though it changes nothing. */
const ANSWERED = [
  "SHOW ALL SLAVES STATUS",
  "SHOW VARIABLES WHERE Variable_name IN ('sql_mode', 'read_only')",
  "SHOW GRANTS FOR CURRENT_USER()",
  "SHOW CREATE PROCEDURE looks.p",
  "EXPLAIN SELECT * FROM looks.t WHERE id = 1",
  "ANALYZE SELECT * FROM looks.t",
  "EXPLAIN UPDATE looks.t SET a = 3 WHERE id = 1",
  "EXPLAIN DELETE FROM looks.t",
  "CHECKSUM TABLE looks.t",
  "VALUES (1, 2), (3, 4)",
  "HELP 'SELECT'",
  "USE looks; SELECT * FROM t",
  "SELECT LASTVAL(looks.s)",
  "SELECT JSON_PRETTY('[1]'), JSON_OVERLAPS('[1]', '[1]'), JSON_NORMALIZE('[1]')",
  "SELECT ST_AsText(ST_Buffer(POINT(1, 1), 0)), ST_Area(ST_Envelope(POINT(1, 1)))",
  "SELECT CRC32C('a'), ADD_MONTHS('2025-01-31', 1)",
  "SHOW USER_STATISTICS",
  "SHOW PROFILES",
  "SELECT looks.twice(2)",
  "SELECT * FROM looks.plain",
] as const;

describe("what a server answers without changing anything is answered", () => {
  it.each(ANSWERED)("%s", async (text) => {
    expect(await look(text)).toMatchObject({ exit: 0 });
    const [rows] = await root.query("SELECT * FROM looks.t ORDER BY id");
    expect(rows).toEqual([
      { id: 1, a: 1 },
      { id: 2, a: 2 },
    ]);
  });

  it("SHOW EXPLAIN FOR somebody else's statement", async () => {
    const slow = root.query("SELECT COUNT(*), SLEEP(3) FROM looks.t");
    const id = "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(3)%' AND id <> CONNECTION_ID()";
    const watcher = await lab.tell(sql, [id], { json: true });
    const [row] = (JSON.parse(watcher.shown) as { rows: string[][] }).rows;
    const { exit, shown } = await look(`SHOW EXPLAIN FOR ${row?.[0] ?? ""}`);
    expect(shown).toContain("SIMPLE");
    expect(exit).toBe(0);
    await slow;
  });

  it("reads in the database that a USE names, and only there", async () => {
    const { exit, shown } = await look("USE looks; SELECT COUNT(*) AS n FROM t");
    expect(exit).toBe(0);
    expect(shown).toMatch(/read in the database looks/);
    expect((await look("SELECT COUNT(*) FROM t")).exit).not.toBe(0);
  });
});

it("--check says what a statement was taken for, and why it is no read", async () => {
  const file = join(lab.folder, "statements");
  const texts = ["SHOW TABLES", "SELECT c.f(1)", "CHECK TABLE t", "EXPLAIN UPDATE t SET a = 1"];
  writeFileSync(file, texts.map((text) => JSON.stringify({ sql: text })).join("\n"));
  const { exit, shown } = await lab.tell(sql, [], { check: file });
  expect(exit).toBe(0);
  expect(
    shown
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { took_for: "SHOW TABLES", class: "read", reasons: [] },
    { took_for: "SELECT", class: "unknown", server_decides: ["c.f()"] },
    { took_for: "CHECK", class: "unknown", reasons: [expect.stringContaining("mark a table")] },
    { took_for: "EXPLAIN of a change: UPDATE", class: "read", reasons: [] },
  ]);
});

describe("on MySQL", await needs(MYSQL), () => {
  let server: MysqlServer;
  let mysql: Connection;
  beforeAll(async () => {
    server = await startMysql();
    const { port, user, password } = server;
    mysql = server.database.root;
    await mysql.query(
      `DROP DATABASE IF EXISTS looks; CREATE DATABASE looks; USE looks; CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 2);
       SET GLOBAL log_bin_trust_function_creators = 1; SET GLOBAL long_query_time = 10;
       CREATE FUNCTION switch() RETURNS INT DETERMINISTIC BEGIN SET GLOBAL long_query_time = 9; RETURN 1; END;
       CREATE VIEW quiet AS SELECT looks.switch() AS x`,
    );
    writeFileSync(join(lab.folder, "word"), password, { mode: 0o600 });
    writeFileSync(
      join(lab.folder, "handrail", "config.yaml"),
      `sites:
  mysql:
    mysql: { host: 127.0.0.1, port: ${port}, user: ${user}, password: { file: ${join(lab.folder, "word")} }, database: looks }
    volume_daemon: { url: "http://127.0.0.1:1" }
    cloudstack: { from: appliance }
    oma_api: { url: "http://127.0.0.1:2" }
`,
      { mode: 0o600 },
    );
  });
  afterAll(async () => {
    await server.database.stop();
  });
  const asked = (text: string): Promise<Told> => lab.tell(sql, [text], { lab: false, site: "mysql" });

  it.each([
    "SELECT * FROM t WHERE id = 1",
    "TABLE t ORDER BY id",
    "VALUES ROW(1, 2), ROW(3, 4)",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "EXPLAIN UPDATE t SET a = 3",
    "EXPLAIN FORMAT=TREE DELETE FROM t WHERE id = 1",
    "SELECT /*+ MAX_EXECUTION_TIME(1000) */ COUNT(*) FROM t",
    "SELECT * FROM t, LATERAL (SELECT MAX(a) AS m FROM t AS u WHERE u.id = t.id) AS l",
    "SELECT 17 MEMBER OF ('[17]')",
    "SELECT REGEXP_LIKE('a', 'A'), FORMAT_BYTES(1024), BIN_TO_UUID(UUID_TO_BIN(UUID()))",
    "SHOW REPLICAS",
    "SHOW BINARY LOG STATUS",
    "CHECKSUM TABLE t",
    "HELP 'SELECT'",
    "USE looks; SELECT * FROM t",
    "SELECT * FROM sys.session LIMIT 1",
    "SELECT sys.format_path('/tmp/a')",
  ])("%s is answered", async (text) => {
    expect(await asked(text)).toMatchObject({ exit: 0 });
  });

  it.each(["SELECT * FROM quiet", "SELECT switch()", "EXPLAIN ANALYZE SELECT looks.switch()"])(
    "%s is not sent",
    async (text) => {
      expect(await asked(text)).toMatchObject({ exit: 64 });
      const [rows] = await mysql.query({ sql: "SELECT @@global.long_query_time", rowsAsArray: true });
      expect(Number((rows as unknown[][])[0]?.[0])).toBe(10);
    },
  );
});
