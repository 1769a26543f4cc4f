import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { parseSite, type ApplianceSite as Site } from "../../src/packs/appliance/site-schema.ts";
import type { SqlChange } from "../../src/ports/sql.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { needs, ON_MARIADB } from "../support/needs.ts";
import { bad, good } from "../support/result.ts";

const CHANGE: SqlChange = {
  sql: "UPDATE kept SET note = 'changed' WHERE id = 1",
  values: {},
  touches: { table: "kept", rows: { exactly: 1 }, within: null },
};
const TAG = { run: "run1", step: "step1", attempt: "try1" };

let database: Database;
let primary: Database;
const worlds: Connections[] = [];

/** The site as one of its accounts sees it. */
function as(user: string): Connections {
  const site: Site = database.site();
  const password = user === "oma_user" ? database.lab.omaPassword : "of-the-test";
  const read = parseSite({
    name: "test",
    mysql: { host: "127.0.0.1", port: database.lab.ports.mysql, user, password, database: "migratekit_oma" },
    volume_daemon: { url: site.volume_daemon.url },
    cloudstack: { from: "appliance" },
    oma_api: { url: site.oma_api.url },
  });
  const world = portsOf(good(read), { redact: (text) => text });
  worlds.push(world);
  return world;
}

const notes = async (connection: Connection): Promise<unknown> =>
  ((await connection.query("SELECT note FROM kept ORDER BY id"))[0] as { note: string }[]).map(({ note }) => note);

beforeAll(async () => {
  [database, primary] = await Promise.all([startDatabase(), startDatabase()]);
  await database.root.query(
    `CREATE TABLE kept (id INT PRIMARY KEY, note VARCHAR(20)); INSERT INTO kept VALUES (1, 'before');
     CREATE USER watcher@'127.0.0.1' IDENTIFIED BY 'of-the-test'; GRANT PROCESS, SLAVE MONITOR ON *.* TO watcher@'127.0.0.1';
     CREATE USER mighty@'127.0.0.1' IDENTIFIED BY 'of-the-test'; GRANT ALL ON *.* TO mighty@'127.0.0.1';
     GRANT ALL ON migratekit_oma.* TO watcher@'127.0.0.1'`,
  );
});
afterEach(async () => {
  await database.root.query("SET GLOBAL read_only = 0");
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});
afterAll(async () => {
  await Promise.all([database.stop(), primary.stop()]);
});

/** Typed and approved without a preview: it may set anything about its own connection. */
async function typed(world: Connections, sql: string): Promise<void> {
  const change = { ...CHANGE, sql, blind: true };
  const shown = good(await world.sql.preview(change));
  expect(await world.sql.apply(change, shown, TAG)).toMatchObject({ kind: "applied" });
}

it("reads every statement by the mode that its connection has by then", async () => {
  const world = as("oma_user");
  const commit = async (text: string): Promise<unknown> => {
    const change = { ...CHANGE, sql: `UPDATE kept SET note = ${text} WHERE id = 1` };
    const outcome = await world.sql.apply(change, good(await world.sql.preview(change)), TAG);
    return [outcome.kind, ...((await notes(database.root)) as string[])];
  };
  try {
    expect(await commit(String.raw`'a\\b'`)).toEqual(["applied", String.raw`a\b`]);
    await typed(world, "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
    expect(await commit(String.raw`'a\\b'`)).toEqual(["applied", String.raw`a\\b`]);
    await typed(world, "SET SESSION sql_mode = ''");
    expect(await commit(String.raw`'it\'s'`)).toEqual(["applied", "it's"]);
    await typed(world, "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
    expect(await commit(String.raw`CONCAT('end\', 's')`)).toEqual(["applied", String.raw`end\s`]);
  } finally {
    await database.root.query("UPDATE kept SET note = 'before'");
  }
});

describe("a read-only server", () => {
  it.each(["oma_user", "watcher", "mighty"])(
    "gives %s no preview, and says why before anyone is asked",
    async (user) => {
      await database.root.query("SET GLOBAL read_only = 1");
      const refused = bad(await as(user).sql.preview(CHANGE));
      expect(refused).toMatchObject({ kind: "refused", code: "no-preview" });
      expect(refused.message).toMatch(/server is read-only: .* Nothing was changed\. Changes belong on the primary/);
    },
  );

  it("takes nothing that was approved before it became one", async () => {
    const world = as("mighty");
    const approved = good(await world.sql.preview(CHANGE));
    await database.root.query("SET GLOBAL read_only = 1");
    const outcome = await world.sql.apply(CHANGE, approved, TAG);
    expect(outcome).toMatchObject({ kind: "not-applied", why: "not-sent" });
    expect(bad(await world.sql.preview(CHANGE)).message).toMatch(/server is read-only/);
    expect(bad(await world.sql.preview({ ...CHANGE, sql: "DROP TABLE kept" })).message).toMatch(/server is read-only/);
    expect(await notes(database.root)).toEqual(["before"]);
  });

  it("lets a typed statement through only as one without a preview, with the reason", async () => {
    await database.root.query("SET GLOBAL read_only = 1");
    const world = as("oma_user");
    const blind = { ...CHANGE, blind: true };
    const shown = good(await world.sql.preview(blind));
    expect(shown).toMatchObject({ raises: ["it cannot be previewed"], undo: { kind: "none" } });
    expect(shown.blind).toMatch(/server is read-only/);
    expect(await world.sql.apply(blind, shown, TAG)).toMatchObject({
      kind: "not-applied",
      why: "refused",
      code: "1290",
    });
  });
});

describe("a replica", async () => {
  beforeAll(async () => {
    await primary.root.query("GRANT REPLICATION SLAVE ON *.* TO copier@'127.0.0.1' IDENTIFIED BY 'of-the-test'");
    await database.root.query(
      `SET GLOBAL server_id = 2; CHANGE MASTER TO master_host = '127.0.0.1', master_port = ${primary.lab.ports.mysql},
         master_user = 'copier', master_password = 'of-the-test', master_use_gtid = no`,
    );
  });
  afterAll(async () => {
    await database.root.query("STOP SLAVE; RESET SLAVE ALL");
  });

  it("gives no preview while it stands still, where the account may see that it is one", async () => {
    const refused = bad(await as("watcher").sql.preview(CHANGE));
    expect(refused).toMatchObject({ kind: "refused", code: "no-preview" });
    expect(refused.message).toContain(`is a replica of 127.0.0.1:${primary.lab.ports.mysql}: a change made here`);
  });

  // MySQL tells an account without the right nothing of it.
  it("gives no preview while it copies, whatever the account may see", await needs(ON_MARIADB), async () => {
    await database.root.query("START SLAVE");
    const refused = bad(await as("oma_user").sql.preview(CHANGE));
    expect(refused).toMatchObject({ kind: "refused", code: "no-preview" });
    expect(refused.message).toContain("is a replica of another one");
    expect(bad(await as("mighty").sql.preview(CHANGE)).message).toContain(":" + primary.lab.ports.mysql);
    await database.root.query("STOP SLAVE");
  });
});

it("a primary is not suspected, whoever asks", async () => {
  for (const user of ["oma_user", "watcher", "mighty"])
    expect(good(await as(user).sql.preview(CHANGE)).matched).toBe(1);
});
