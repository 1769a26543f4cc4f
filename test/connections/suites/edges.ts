/** Changes at the edge of what can be previewed: what is said of them, and what of them is. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connections } from "../../../src/connections/connect.ts";
import { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { ServerName } from "../../../src/packs/appliance/lab/servers/names.ts";
import type { ChangePreview } from "../../../src/ports/sql.ts";
import type { Result } from "../../../src/ports/result.ts";
import type { Failure } from "../../../src/ports/outcome.ts";
import type { Stage } from "../../support/recorded/database.ts";
import { bad, good } from "../../support/result.ts";

/** `open`: a database of the tests' own, real or recorded, of this server. */
export function edgeTests(server: ServerName, open: () => Promise<Stage & { stop(): Promise<void> }>): void {
  let database: Awaited<ReturnType<typeof open>>;
  let world: Connections;

  beforeAll(async () => {
    database = await open();
    await database.root.query(
      `CREATE TABLE part (id INT PRIMARY KEY, code INT, note VARCHAR(20), hidden INT INVISIBLE DEFAULT 7, KEY (code));
       CREATE TABLE child (id INT PRIMARY KEY, part INT, note VARCHAR(20), FOREIGN KEY (part) REFERENCES part (id) ON UPDATE CASCADE ON DELETE CASCADE);
       CREATE TABLE echo (id INT PRIMARY KEY, note VARCHAR(40));
       CREATE TABLE many (id INT PRIMARY KEY, note VARCHAR(20));
       CREATE TABLE large (id BIGINT UNSIGNED PRIMARY KEY, note VARCHAR(20));
       CREATE TABLE word (id VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, part INT, note VARCHAR(20), PRIMARY KEY (id, part));
       INSERT INTO large VALUES (9007199254740992, 'x'), (9007199254740993, 'x'), (18446744073709551614, 'x'), (18446744073709551615, 'x');
       INSERT INTO word VALUES ('a', 1, 'x'), ('A', 1, 'x'), ('ä', 1, 'x'), ('it''s', 1, 'x'), ('it''s', 2, 'x');
       INSERT INTO part (id, code, note) VALUES (1, 10, 'a'), (2, 20, 'b'); INSERT INTO child VALUES (5, 1, 'of a'), (6, 2, 'of b');
       INSERT INTO echo VALUES (1, 'x'); INSERT INTO many SELECT seq, 'x' FROM seq_1_to_10001;
       CREATE TRIGGER louder BEFORE UPDATE ON echo FOR EACH ROW SET NEW.note = CONCAT(NEW.note, '!');
       ANALYZE TABLE part, child, echo, many`,
    );
    world = portsOf(database.site(), { redact: (text) => text });
  });
  afterAll(async () => {
    await world.close();
    await database.stop();
  });

  const preview = (sql: string, table = "part"): Promise<Result<ChangePreview, Failure>> =>
    world.sql.preview({ sql, values: {}, touches: { table, rows: { at_most: 20_000 }, within: null } });
  const refusal = async (sql: string, table?: string): Promise<string> => bad(await preview(sql, table)).message;

  const cascades = ({ effects = [] }: ChangePreview) =>
    effects.filter(({ kind }) => kind === "cascade").map(({ table, rows }) => [table, rows]);

  it("a statement of another shape is refused for its shape", async () => {
    expect(await refusal("REPLACE INTO part (id, note) VALUES (1, 'c')")).toMatch(
      /it is no UPDATE, DELETE or INSERT of a plain shape\.$/u,
    );
  });

  it("a column that several tables may have, or a table that is not among them, is named", async () => {
    expect(await refusal("UPDATE part p JOIN child c ON c.part = p.id SET note = 'c'")).toMatch(
      /sets note, which may be of several tables: it cannot be previewed\.$/u,
    );
    expect(await refusal("UPDATE part p JOIN child c ON c.part = p.id SET q.note = 'c'")).toMatch(
      /sets q\.note, which is no table of it: it cannot be previewed\.$/u,
    );
    const joined = good(await preview("UPDATE part p JOIN child c ON c.part = p.id SET code = 11 WHERE c.id = 5"));
    expect([joined.keys, joined.diff?.changed]).toEqual([[["1"]], 1]);
  });

  it.each([
    ["large", "id = 9007199254740993", ["9007199254740993"]],
    ["large", "id = 18446744073709551615", ["18446744073709551615"]],
    ["word", "id = 'A'", ["A", "1"]],
    ["word", "id = 'ä'", ["ä", "1"]],
    ["word", String.raw`id = 'it''s' AND part = 2`, ["it's", "2"]],
  ])("one row of %s is found by its key alone, whoever stands beside it: %s", async (table, where, key) => {
    for (const note of ["y", "z"]) {
      const shown = good(await preview(`UPDATE ${table} SET note = '${note}' WHERE ${where}`, table));
      expect([shown.keys, shown.diff?.rows.map((row) => row.cells.map(({ after }) => after))]).toEqual([
        [key],
        [[note]],
      ]);
      expect(shown.undo).toEqual({ kind: "complete", why: [] });
    }
  });

  it("new rows are found without a list of columns, whatever column is hidden, and by keys in any spelling", async () => {
    const whole = good(await preview("INSERT INTO part VALUES (7, 70, 'c'), (8, NOW() IS NULL, NULL)"));
    expect([
      whole.keys.map(([id]) => id).toSorted((a = "", b = "") => a.localeCompare(b)),
      whole.diff?.verb,
      whole.undo?.kind,
    ]).toEqual([["7", "8"], "insert", "complete"]);
    const spelled = good(await preview("INSERT INTO many (NOTE, ID) VALUES ('y', 20001), ('z', 20000 + 2)", "many"));
    expect(spelled.keys).toEqual([["20001"], ["20002"]]);
    expect(spelled.diff?.rows.map(({ cells }) => cells.map(({ after }) => after))).toEqual([
      ["20001", "y"],
      ["20002", "z"],
    ]);
  });

  it("rows that a query adds to a long table are previewed where the server tells them, else what to write instead is said", async () => {
    const added = await preview("INSERT INTO many (id, note) SELECT id + 30000, note FROM part", "many");
    const words: Readonly<Record<ServerName, RegExp>> = {
      mariadb: /^30001,30002$/u,
      mysql:
        /MySQL does not tell which rows an INSERT makes, and many has too many to compare: it cannot be previewed\. Write the keys of the new rows down, as VALUES\.$/u,
    };
    expect(added.ok ? added.value.keys.join() : added.error.message).toMatch(words[server]);
  });

  it("no way back is promised that was seen not to work, and the reason is said", async () => {
    const echoed = good(await preview("UPDATE echo SET note = 'y' WHERE id = 1", "echo"));
    expect(echoed.diff?.rows[0]?.cells).toEqual([{ column: "note", before: "x", after: "y!" }]);
    expect(echoed.undo).toEqual({
      kind: "none",
      why: ["tried out, it would not bring 1 row(s) of echo back as they were: 1"],
    });
  });

  it("only what a key passes on reaches other tables", async () => {
    const own = good(await preview("UPDATE part SET code = 99 WHERE id = 1"));
    expect(cascades(own)).toEqual([]);
    const key = good(await preview("UPDATE part SET id = 9 WHERE id = 1"));
    expect(cascades(key)).toEqual([["child", 1]]);
    const gone = good(await preview("DELETE FROM part WHERE id = 2"));
    expect(cascades(gone)).toEqual([["child", 1]]);
  });
}
