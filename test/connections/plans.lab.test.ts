/** What is sent in place of a typed statement goes the same way through the tables: the same plan, for every shape of change. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { DIALECTS } from "../../src/connections/mysql/dialects/index.ts";
import type { SqlChange } from "../../src/ports/sql.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { good } from "../support/result.ts";

await onServers((server) => {
  let database: Database;
  let world: Connections;
  const sent: string[] = [];

  beforeAll(async () => {
    database = await startDatabase(server);
    world = portsOf(database.site(), { redact: (text) => text, observe: (sql) => void sent.push(sql) });
    await database.root.query(
      `CREATE TABLE part (id INT PRIMARY KEY, grp INT NOT NULL, code VARCHAR(20) NOT NULL, note VARCHAR(20), UNIQUE (code), KEY (grp, note));
     CREATE TABLE pick (n INT PRIMARY KEY, grp INT NOT NULL, KEY (grp));
     INSERT INTO part SELECT seq, seq % 50, CONCAT('c', seq), 'x' FROM seq_1_to_3000; INSERT INTO pick SELECT seq, seq % 20 FROM seq_1_to_200;
     ANALYZE TABLE part, pick`,
    );
  });
  afterAll(async () => {
    await world.close();
    await database.stop();
  });

  interface Plan {
    readonly table: string;
    readonly type: string;
    readonly key: string | null;
    readonly Extra: string;
  }

  async function planOf(sql: string, values: readonly string[] = []): Promise<unknown> {
    const [rows] = await database.root.execute(`${DIALECTS[server].explain} ${sql}`, [...values]);
    const plan = (rows as Plan[]).map(({ table, type, key }) => [table, type, key]);
    expect(plan.every(([table, type]) => typeof table === "string" && typeof type === "string")).toBe(true);
    return plan;
  }

  it.each([
    "UPDATE part SET note = 'y' WHERE id = 7",
    "UPDATE part SET note = 'y' WHERE id BETWEEN 5 AND 9",
    "UPDATE part SET note = 'y' WHERE grp = 3",
    "UPDATE part SET note = 'y' WHERE grp = 3 ORDER BY id LIMIT 4",
    "UPDATE part SET note = 'y' WHERE code IN ('c1', 'c5', 'c9')",
    "UPDATE part SET id = id + 10000 WHERE grp = 3 ORDER BY id DESC",
    "DELETE FROM part WHERE code = 'c77'",
    "DELETE FROM part WHERE grp = 5 AND note = 'x'",
    "DELETE FROM part WHERE grp = 5 ORDER BY id LIMIT 2",
    "UPDATE part JOIN pick ON pick.grp = part.grp SET part.note = 'y' WHERE pick.n = 4",
    "UPDATE part LEFT JOIN pick ON pick.grp = part.grp SET part.note = 'y' WHERE pick.n IS NULL AND part.id < 100",
    "DELETE part FROM part JOIN pick ON pick.grp = part.grp WHERE pick.n < 3",
    "UPDATE part SET note = 'y' WHERE grp IN (SELECT grp FROM pick WHERE n < 3)",
  ])("%s", async (sql) => {
    const touches = { table: "part", rows: { at_most: 10_000 }, within: null } as const;
    const change: SqlChange = { sql, values: {}, touches, also: [{ ...touches, table: "pick" }] };
    sent.length = 0;
    const { keys } = good(await world.sql.preview(change));
    const narrowed = sent.find((text) => text.includes("CASE WHEN")) ?? "";
    expect(narrowed).not.toBe("");
    expect(
      await planOf(
        narrowed,
        keys.map(([key = ""]) => key),
      ),
    ).toEqual(await planOf(sql));
  });
});
