/** Tests prepare their tables in MariaDB's words. What MySQL says otherwise, and what it does not have, is in this table. */
import type { Connection } from "mysql2/promise";
import type { ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import type { Interference, Scene } from "./sql-scenes/scene.ts";

const CREATES = /\bCREATE TABLE /iu;

/** What MariaDB calls `seq_FIRST_to_LAST`. */
const numbers = (first: string, last: string, name = "seq_rows"): string =>
  `(SELECT n + ${Number(first) - 1} AS seq FROM JSON_TABLE(CONCAT('[', REPEAT('1,', ${Number(last) - Number(first)}), '1]'), '$[*]' COLUMNS (n FOR ORDINALITY)) AS numbered) AS ${name}`;

/** Each with what stands for it; `tables`: only where a table is made. */
const DIFFERENCES: readonly {
  readonly from: RegExp;
  readonly to: (match: string, ...parts: [string, string, string?]) => string;
  readonly tables?: true;
}[] = [
  {
    from: /\bseq_(\d+)_to_(\d+)\b(?: (?:AS )?(?!(?:WHERE|JOIN|CROSS|ORDER|LIMIT|ON)\b)([a-z]\w*))?/giu,
    to: (_, first, last, name) => numbers(first, last, name),
  },
  { from: /\bCREATE OR REPLACE TABLE (\w+)/gu, to: (_, name) => `DROP TABLE IF EXISTS ${name}; CREATE TABLE ${name}` },
  { from: /\bSLAVE MONITOR\b/gu, to: () => "REPLICATION CLIENT" },
  {
    from: /(GRANT REPLICATION SLAVE ON \*\.\* TO (\S+)) (IDENTIFIED BY '[^']*')/gu,
    to: (_, grant, user, password) => `CREATE USER ${user} ${password}; ${grant}`,
  },
  { from: /\bCHANGE MASTER TO\b/gu, to: () => "CHANGE REPLICATION SOURCE TO" },
  { from: /\bmaster_use_gtid = no\b/gu, to: () => "get_source_public_key = 1" },
  { from: /\bmaster_(host|port|user|password)\b/gu, to: (_, what) => `source_${what}` },
  { from: /\b(START|STOP|RESET) SLAVE\b/gu, to: (_, verb) => `${verb} REPLICA` },
  { from: /\bENGINE = Aria\b/gu, to: () => "ENGINE = MyISAM" },
  { from: /\bUUID\b(?!\()/gu, to: () => "VARCHAR(36)", tables: true },
  { from: /\bINET6\b/gu, to: () => "VARCHAR(45)", tables: true },
  { from: /, begins TIMESTAMP.*PERIOD FOR SYSTEM_TIME \(begins, ends\)/gu, to: () => "", tables: true },
  { from: / WITH SYSTEM VERSIONING/gu, to: () => "", tables: true },
  // It has one character set more, of which this is a part.
  { from: /\bgb2312\b/gu, to: () => "gb18030" },
  // It keeps no bytes that are no characters.
  { from: /CONVERT\(x'(?:80|ff)' USING ascii\)/gu, to: () => "CONVERT(x'7e' USING ascii)" },
  // Degrees end at 90 and 180 there.
  { from: /POINT\(-7\.5 1e9\)', 4326/gu, to: () => "POINT(-7.5 1e9)', 0" },
  // A check cannot be left out for a while.
  { from: /\bSET (?:@kept = @@)?check_constraint_checks\b[^;]*/gu, to: () => "DO 0" },
  { from: /SELECT seq, seq % 3, -seq FROM/gu, to: () => "SELECT seq, seq % 3, seq FROM" },
];

/** One statement as that server understands it. */
export function inTongue(server: ServerName, sql: string): string {
  if (server === "mariadb") return sql;
  return DIFFERENCES.reduce(
    (text, { from, to, tables }) => (tables === true && !CREATES.test(text) ? text : text.replaceAll(from, to)),
    sql,
  );
}

/** A whole scene. */
export function sceneInTongue(server: ServerName, scene: Scene): Scene {
  const all = (list: readonly string[]): string[] => list.map((sql) => inTongue(server, sql));
  const of = (one: Interference | null): Interference | null =>
    one === null ? null : { ...one, statements: all(one.statements) };
  return {
    ...scene,
    sql: inTongue(server, scene.sql),
    setup: all(scene.setup),
    teardown: all(scene.teardown),
    meanwhile: of(scene.meanwhile),
    since: of(scene.since),
  };
}

/** A connection that says what it is told in the server's own words. */
export function speaking(server: ServerName, connection: Connection): Connection {
  if (server === "mariadb") return connection;
  const query = connection.query.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  const said = (sql: unknown): unknown => (typeof sql === "string" ? inTongue(server, sql) : sql);
  return Object.assign(connection, { query: (sql: unknown, ...rest: unknown[]) => query(said(sql), ...rest) });
}
