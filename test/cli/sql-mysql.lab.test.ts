/** Typed statements on MySQL, as a person types them: shown, approved, carried out, taken back. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answered, type Answered } from "../support/answered.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { MYSQL, needs } from "../support/needs.ts";
import { HANDRAIL } from "../support/program.ts";

describe("on MySQL", await needs(MYSQL), () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-sql-mysql-"));
  const config = join(folder, "config.yaml");
  let database: Database;

  beforeAll(async () => {
    database = await startDatabase("mysql");
    const { lab } = database;
    const secret = join(folder, "secret");
    writeFileSync(secret, lab.omaPassword, { mode: 0o600 });
    const site = {
      mysql: {
        host: "127.0.0.1",
        port: lab.ports.mysql,
        user: "oma_user",
        password: { file: secret },
        database: "migratekit_oma",
      },
      volume_daemon: { url: "http://127.0.0.1:1" },
      cloudstack: { from: "appliance" },
      oma_api: { url: "http://127.0.0.1:1" },
    };
    writeFileSync(config, JSON.stringify({ sites: { shop: site } }), { mode: 0o600 });
  });
  afterAll(async () => {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await database.root.query(
      `DROP TABLE IF EXISTS line; DROP TABLE IF EXISTS orders;
       CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, state VARCHAR(20) NOT NULL, extra JSON, at TIMESTAMP(3) NULL);
       CREATE TABLE line (code VARCHAR(20) PRIMARY KEY, order_id INT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
       INSERT INTO orders (state, extra, at) VALUES ('open', '{"a": [1, 2.5]}', '2026-11-01 03:00:00.125'), ('open', NULL, NULL), ('done', NULL, NULL);
       INSERT INTO line VALUES ('x', 1), ('y', 1), ('z', 3)`,
    );
  });

  const rows = async (): Promise<unknown> => [
    (await database.root.query("SELECT * FROM orders ORDER BY id"))[0],
    (await database.root.query("SELECT * FROM line ORDER BY code"))[0],
  ];

  const handrail = (args: readonly string[], approves = true): Promise<Answered> =>
    answered(HANDRAIL, [...args, "--config", config], {
      env: { ...process.env, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
      cwd: folder,
      approves,
    });

  it.each([
    [
      "an UPDATE",
      "UPDATE orders SET state = 'late', extra = NULL, at = NULL WHERE state = 'open'",
      /update 2 rows of orders/iu,
    ],
    [
      "an INSERT with numbers of the server's",
      "INSERT INTO orders (state) VALUES ('new'), ('newer')",
      /insert 2 rows of orders/iu,
    ],
    ["an INSERT with keys of its own", "INSERT INTO line VALUES ('w', 2), ('v', 3)", /insert 2 rows of line/iu],
    ["a DELETE that goes on to children", "DELETE FROM orders WHERE id = 1", /delete 2 rows of line/iu],
    [
      "a join",
      "UPDATE orders o JOIN line l ON l.order_id = o.id SET o.state = 'joined' WHERE l.code < 'z'",
      /update 1 row of orders/iu,
    ],
  ])("shows %s, carries it out, and takes it back to the byte", async (_what, statement, page) => {
    const before = await rows();
    const done = await handrail(["sql", statement]);
    expect(done).toMatchObject({ exit: 0, shown: expect.stringMatching(page) });
    expect(await rows()).not.toEqual(before);
    const back = await handrail(["undo", "last"]);
    expect(back.exit).toBe(0);
    expect(await rows()).toEqual(before);
  });

  it("knows a replica, and sends nothing to it", async () => {
    await database.root.query(
      "GRANT REPLICATION CLIENT ON *.* TO oma_user@'127.0.0.1'; CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'primary.example', SOURCE_PORT = 3307",
    );
    const before = await rows();
    try {
      const { exit, shown } = await handrail(["sql", "UPDATE orders SET state = 'late'"], false);
      expect(shown).toContain("is a replica of primary.example:3307");
      expect(exit).not.toBe(0);
    } finally {
      await database.root.query("RESET REPLICA ALL; REVOKE REPLICATION CLIENT ON *.* FROM oma_user@'127.0.0.1'");
    }
    expect(await rows()).toEqual(before);
  });
});
