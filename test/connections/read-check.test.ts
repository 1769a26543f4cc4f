/** What a read may reach over views, where the account sees only part of it; the server's catalogue is played. */
import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { checkRead } from "../../src/connections/mysql/read-check.ts";
import type { SqlSession } from "../../src/connections/mysql/session.ts";
import { dialectOf, readingLines } from "../../src/sql/dialects/dialect.ts";

/** Schema, name, and the text of the view; null for a table. */
type Listed = readonly [schema: string, name: string, view: string | null];

const SERVER = { dialect: dialectOf("mariadb", "10.11.14-MariaDB"), lines: readingLines("mariadb") };
const isAsked = (sql: string, text: string): boolean => sql.includes(`X'${Buffer.from(text).toString("hex")}'`);

/** A connection to a server with these databases, of which the account sees these tables and views. */
function sessionWith(schemas: readonly string[], listed: readonly Listed[]): SqlSession {
  const control = (sql: string) => {
    const seen = listed.filter(([schema, name]) => isAsked(sql, schema) && isAsked(sql, name));
    const rows = [
      ["state", "", "1", "c", null],
      ...schemas.map((name) => ["schema", name, null, null, null]),
      ...seen.map(([schema, name, view]) => [
        "relation",
        schema,
        name,
        view === null ? "BASE TABLE" : "VIEW",
        "InnoDB",
      ]),
      ...seen.flatMap(([schema, name, view]) => (view === null ? [] : [["view", schema, name, view, null]])),
    ];
    return Promise.resolve({ rows });
  };
  return { control } as unknown as SqlSession;
}

const check = (sql: string, schemas: readonly string[], listed: readonly Listed[]) =>
  checkRead(sessionWith(schemas, listed), SERVER, sql, { sqlMode: "", home: "c" });

it("a table behind a view that the account may not see is a reason: the view's rights may be wider", async () => {
  const view: Listed = ["c", "v", "select `c`.`hidden`.`id` AS `id` from `c`.`hidden`"];
  expect(await check("SELECT id FROM v", ["c"], [view])).toMatchObject({
    class: "unknown",
    reasons: ["the view c.v reads c.hidden, which this account may not see"],
  });
});

it("a column behind the alias of a table, of which a database has the name too, is taken for no hidden table", async () => {
  const view: Listed = ["c", "v", "select `t`.`id` AS `id`,`t`.`name` AS `name` from `c`.`seen` `t`"];
  expect(await check("SELECT id FROM v", ["c", "t"], [view, ["c", "seen", null]])).toMatchObject({
    class: "read",
    reasons: [],
  });
});

it("a table of the statement itself that is not to be seen is left to the server: it reads with the account's own rights", async () => {
  expect(await check("SELECT id FROM nothing", ["c"], [])).toMatchObject({ class: "read", reasons: [] });
});
