/** A target of which nobody can tell whether it is stuck is none that is well. */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const BOOK = `handrail: 1
runbooks:
  - id: bail
    title: Bail a boat out
    action: { key: d, title: Bail, help: bails it out }
    target: { noun: boat, nouns: boats }
    summary: A boat leaks.
    severity: low
    select:
      sql: SELECT name, leaks FROM boats ORDER BY name
      columns: { leaks: bool }
      key: name
      label: name
      stuck: target.leaks
      show: [leaks]
    phases:
      - id: bail
        title: Bail
        steps:
          - id: bail
            title: Bail \${target.name} out
            sql.change: UPDATE boats SET leaks = 0 WHERE name = :{target.name}
            touches: { table: boats, exactly: "1", within: { name: "[target.name]" } }
            verify:
              title: \${target.name} is dry
              sql.read: SELECT name FROM boats WHERE name = :{target.name} AND leaks = 0
              expect: result.size() == 1
    success:
      - { id: dry, probe: bail-verify }
`;

let database: OwnDatabase;
let site: OwnSite;

beforeAll(async () => {
  database = await ownDatabase(
    "CREATE TABLE boats (name VARCHAR(20) PRIMARY KEY, leaks TINYINT NULL) ENGINE=InnoDB; INSERT INTO boats VALUES ('anna', NULL), ('berta', 0)",
  );
  site = ownSite({ db: { mysql: database.mysql } }, "boats.yaml");
  writeFileSync(join(site.root, "boats.yaml"), BOOK);
});
afterAll(async () => {
  site.remove();
  await database.stop();
});

const cli = (name: string, rest: readonly string[], values = {}) =>
  site.cli(name, rest, { file: [join(site.root, "boats.yaml")], ...values });

it("is said to be so by the board, by --all-stuck and where nobody was named", async () => {
  const board = await cli("console", [], { "screen-reader": true });
  expect(board.err).toBe("");
  expect(board.out).toContain("1 of 2 boats need you");
  expect(board.out).toContain("anna: not known");
  expect(board.out).toContain("berta: not stuck");
  const all = await cli("plan", ["bail"], { "all-stuck": true });
  expect([all.exit, all.err]).toEqual([64, expect.stringContaining("Whether anna is stuck cannot be told")]);
  const nobody = await cli("plan", ["bail"]);
  expect(nobody.err).toContain("Whether anna is stuck cannot be told");
  expect(nobody.err).not.toContain("No boat is stuck now");
});
