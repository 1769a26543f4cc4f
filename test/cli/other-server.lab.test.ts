/** A run over a named connection is undone on the server that it was on, under the locks of that server. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { undoByPerson } from "../support/person.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const BOOK = `handrail: 1
runbooks:
  - id: mend
    title: Mend a boat
    action: { key: d, title: Mend, help: mends it }
    target: { noun: boat, nouns: boats }
    summary: A boat leaks.
    severity: low
    select:
      connection: other
      sql: SELECT name, state, state = 'leaks' AS is_stuck FROM boats
      columns: { name: text, state: text, is_stuck: bool }
      key: name
      label: name
      stuck: target.is_stuck
    probes:
      mended:
        title: \${target.name} is mended
        connection: other
        sql.read: SELECT state FROM boats WHERE name = :{target.name}
        expect: result.size() == 1 && result[0].state == 'afloat'
      greets:
        title: new connections are greeted
        connection: other
        sql.read: SELECT @@GLOBAL.init_connect AS word
        expect: result.size() == 1 && result[0].word.contains('greeting')
    phases:
      - id: mend
        title: Mend
        steps:
          - id: mend
            title: Mend \${target.name}
            connection: other
            sql.change: UPDATE boats SET state = 'afloat' WHERE name = :{target.name}
            touches: { table: boats, exactly: "1", within: { name: "[target.name]" } }
            verify: mended
          - id: greet
            title: Set what new connections say
            connection: other
            sql.admin.set_global: init_connect
            value: '"SET @greeting = 1"'
            verify: greets
    success:
      - { id: mended, probe: mended }
`;
const TABLES = ["shop", "dock", "pier"]
  .map(
    (name) =>
      `CREATE DATABASE IF NOT EXISTS ${name}; CREATE TABLE ${name}.boats (name VARCHAR(20) PRIMARY KEY, state VARCHAR(20)) ENGINE=InnoDB; INSERT INTO ${name}.boats VALUES ('anna', 'leaks')`,
  )
  .join("; ");

let database: OwnDatabase;
let site: OwnSite;
let dir: string;

const connections = (name: string): object => ({
  first: { mysql: database.mysql },
  // A configuration has no aliases: the password is written twice.
  other: { mysql: { ...structuredClone(database.mysql), database: name } },
});
const stateIn = async (name: string): Promise<unknown> => {
  const [rows] = await database.server.root.query(`SELECT state FROM ${name}.boats`);
  return (rows as { state: unknown }[])[0]?.state;
};

beforeAll(async () => {
  database = await ownDatabase(TABLES);
  await database.server.root.query(
    "GRANT ALL ON dock.* TO sre@'127.0.0.1'; GRANT ALL ON pier.* TO sre@'127.0.0.1'; GRANT CONNECTION ADMIN ON *.* TO sre@'127.0.0.1'",
  );
  dir = mkdtempSync(join(tmpdir(), "handrail-boats-"));
  const file = join(dir, "boats.yaml");
  writeFileSync(file, BOOK);
  site = ownSite(connections("dock"), file);
});
afterAll(async () => {
  site.remove();
  rmSync(dir, { recursive: true, force: true });
  await database.stop();
});

it("shows a variable as final whose value of before no statement could set again, and undoes the rest", async () => {
  await database.server.root.query(`SET GLOBAL init_connect = "SET @was = 'quoted'"`);
  const plan = await site.cli("plan", ["mend"], { vm: ["anna"] });
  expect(plan.err).toBe("");
  expect(plan.out).toContain("the value that it has cannot be set again");
  const { exit, run, err } = await site.run("mend", { vm: ["anna"] });
  expect([exit, err, await stateIn("dock")]).toEqual([0, "", "afloat"]);

  await database.server.root.query("UPDATE pier.boats SET state = 'afloat'");
  site.connect(connections("pier"));
  const elsewhere = await site.cli("undo", [run]);
  expect([elsewhere.exit, elsewhere.err]).toEqual([64, expect.stringContaining("is undone there only")]);
  site.connect({ first: { mysql: database.mysql } });
  const missing = await site.cli("undo", [run]);
  expect([missing.exit, missing.err]).toEqual([69, expect.stringContaining("no mysql connection other")]);
  site.connect(connections("dock"));
  const undone = await undoByPerson(site.env, run);
  expect([undone.exit, await stateIn("dock"), await stateIn("pier"), await stateIn("shop")]).toEqual([
    0,
    "leaks",
    "afloat",
    "leaks",
  ]);
  expect(JSON.stringify(undone.asked)).toContain("the value that it has cannot be set again");
});

it("takes no name that every object has for a connection", async () => {
  const file = join(dir, "constructor.yaml");
  writeFileSync(file, BOOK.replaceAll("connection: other", "connection: constructor"));
  const plan = await site.cli("plan", ["mend"], { vm: ["anna"], file });
  expect([plan.exit, plan.err]).toEqual([65, expect.stringContaining("the site has no mysql connection constructor")]);
});
