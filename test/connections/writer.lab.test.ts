/** Somebody writes all the time: rows, their children, the rows that a subquery reads. Nothing but approved rows changes. */
import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import type { ChangePreview, SqlChange } from "../../src/ports/sql.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { randomOf, type Random } from "../support/random.ts";
import { trials } from "../support/sample.ts";

await onServers((server) => {
  let database: Database;
  let world: Connections;
  let writer: Connection;

  beforeAll(async () => {
    database = await startDatabase(server);
    writer = await database.stranger();
    world = portsOf(database.site(), { redact: (text) => text });
    await database.root.query(
      `CREATE TABLE part (id INT PRIMARY KEY, grp INT NOT NULL, mark VARCHAR(20) NOT NULL DEFAULT '', KEY (grp));
     CREATE TABLE child (id INT AUTO_INCREMENT PRIMARY KEY, part INT NULL, FOREIGN KEY (part) REFERENCES part (id) ON DELETE SET NULL);
     CREATE TABLE pick (grp INT PRIMARY KEY);`,
    );
  });
  afterAll(async () => {
    await world.close();
    await writer.end();
    await database.stop();
  });

  const GROUPS = 4;
  const ROWS = 40;

  async function fill(): Promise<void> {
    await database.root.query(
      `DELETE FROM child; DELETE FROM part; DELETE FROM pick; INSERT INTO part SELECT seq, seq % ${GROUPS}, 'first' FROM seq_1_to_${ROWS};
     INSERT INTO child (part) SELECT id FROM part; INSERT INTO pick VALUES (1), (2)`,
    );
  }

  /** Statements of the other one. It never marks a row, and takes none away; a row that it inserts is not one of the first. */
  const STATEMENTS: readonly ((random: Random) => string)[] = [
    (random) => `UPDATE part SET grp = ${random(GROUPS)} WHERE id = ${1 + random(60)}`,
    (random) => `INSERT IGNORE INTO part (id, grp) VALUES (${1 + random(60)}, ${random(GROUPS)})`,
    (random) => `INSERT INTO child (part) SELECT id FROM part WHERE id = ${1 + random(60)}`,
    (random) => `REPLACE INTO pick VALUES (${random(GROUPS)})`,
    (random) => `DELETE FROM pick WHERE grp = ${random(GROUPS)}`,
  ];

  /** Changes beside it, each with what it does to a row that it may reach. */
  const CHANGES: readonly ((mark: string) => string)[] = [
    (mark) => `UPDATE part SET mark = '${mark}' WHERE grp = 1`,
    (mark) => `UPDATE part SET mark = '${mark}' WHERE grp IN (SELECT grp FROM pick)`,
    (mark) => `UPDATE part SET mark = '${mark}' WHERE grp < 3 ORDER BY grp, id LIMIT 3`,
    (mark) => `UPDATE part JOIN pick ON pick.grp = part.grp SET part.mark = '${mark}'`,
    () => "DELETE FROM part WHERE grp = 2",
    () => "DELETE part FROM part JOIN pick ON pick.grp = part.grp WHERE part.id % 2 = 0",
  ];

  async function column(sql: string): Promise<string[]> {
    const [rows] = await database.root.query({ sql, rowsAsArray: true });
    return (rows as unknown[][]).map(([value]) => String(value));
  }

  /** One change beside the writer; gives how it ended. Throws where a row changed that was not approved. */
  async function play(seed: number): Promise<string> {
    const random = randomOf(seed);
    const mark = `mark ${seed}`;
    const sql = (CHANGES[random(CHANGES.length)] as (typeof CHANGES)[number])(mark);
    const touches = { table: "part", rows: { at_most: 10_000 }, within: null } as const;
    const change: SqlChange = { sql, values: {}, touches, also: [{ ...touches, table: "pick" }] };
    await fill();
    const other = { stops: false };
    const others = (async () => {
      while (!other.stops) {
        const statement = (STATEMENTS[random(STATEMENTS.length)] as (typeof STATEMENTS)[number])(random);
        await writer.query(statement).catch(() => undefined);
      }
    })();
    const preview = await world.sql.preview(change);
    if (!preview.ok) {
      other.stops = true;
      await others;
      return `no preview (${preview.error.code ?? ""})`;
    }
    const outcome = await world.sql.apply(change, preview.value, { run: "r", step: "s", attempt: "a" });
    other.stops = true;
    await others;
    const first = new Set(await column("SELECT id FROM part WHERE mark = 'first'"));
    const marked = await column(`SELECT id FROM part WHERE mark = '${mark}'`);
    const gone = Array.from({ length: ROWS }, (_, at) => String(at + 1)).filter((id) => !first.has(id));
    const reached = new Set(sql.startsWith("UPDATE") ? marked : gone);
    return verdict(preview.value, outcome.kind, reached);
  }

  function verdict({ keys, diff }: ChangePreview, kind: string, reached: ReadonlySet<string>): string {
    // Of rows that the other one inserted nobody can tell whether they went: he may have inserted them again.
    const told = keys.map(([key = ""]) => key).filter((key) => diff?.verb !== "delete" || Number(key) <= ROWS);
    const approved = new Set(told);
    const expected = kind === "applied" ? approved : new Set<string>();
    expect([...reached].toSorted()).toEqual([...expected].toSorted());
    return kind;
  }

  it("beside a writer that never stops", async () => {
    const ends = new Map<string, number>();
    for (let seed = 1; seed <= trials(30, 360); seed += 1) {
      const end = await play(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    process.stdout.write(`${JSON.stringify([...ends])}\n`);
    expect(ends.get("applied")).toBeGreaterThan(0);
  });
});
