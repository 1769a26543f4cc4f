/** Statements that once did something else than was shown, each from its typing to its undo. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { run as sql } from "../../src/cli/commands/sql.ts";
import { run as undo } from "../../src/cli/commands/undo.ts";
import { needs, ON_MARIADB } from "../support/needs.ts";
import { openSqlLab, type SqlLab, type Told } from "../support/sql-lab.ts";

const mariadbOnly = await needs(ON_MARIADB);

let lab: SqlLab;
let root: Connection;

beforeAll(async () => {
  lab = await openSqlLab();
  ({ root } = lab);
});
afterEach(async () => {
  await root.query(
    "DROP DATABASE IF EXISTS elsewhere; SET FOREIGN_KEY_CHECKS = 0; DROP VIEW IF EXISTS f_view; DROP TABLE IF EXISTS f_child, f; SET FOREIGN_KEY_CHECKS = 1",
  );
});
afterAll(() => lab.stop());

/** Whatever is asked beyond that is answered with no. */
const NO = [/Type \w+ and Enter|Press a to/, "\u001b"] as const;

const tell: SqlLab["tell"] = (command, rest, values = {}, answers = []) =>
  lab.tell(command, rest, values, answers.length === 0 ? [] : [...answers, NO, NO, NO, NO, NO, NO]);

/** The statement is typed and its page approved by the word that it asks for. */
const carriedOut = (text: string, table = "f"): Promise<Told> =>
  tell(sql, [text], {}, [[/Type \w+ and Enter/, `${table}\r`]]);
const takenBack = async (
  { shown }: Told,
  yes: readonly [RegExp, string] = [/Press a to|Type \w+ and Enter/, "a"],
): Promise<Told> => tell(undo, [/run (\d{8}-\d{4}-\w+):/.exec(shown)?.[1] ?? ""], {}, [yes, yes, yes, yes]);

const rowsOf = async (table = "f", order = "1"): Promise<unknown[]> =>
  (await root.query(`SELECT * FROM ${table} ORDER BY ${order}`))[0] as unknown[];
const countOf = async (table = "f"): Promise<number> => (await rowsOf(table)).length;
const shownCount = ({ shown }: Told, verb = "DELETE"): number =>
  Number(new RegExp(`${verb} (\\d+) row(?:s|\\(s\\))? of f\\b`).exec(shown)?.[1] ?? NaN);

/** The rows after an undo that was called complete; of one that was not, nobody said what it brings back. */
async function afterUndo(told: Told, before: unknown[], table = "f"): Promise<unknown[]> {
  expect(told.shown).toMatch(/undo: |CANNOT BE UNDONE/);
  if (!told.shown.includes("undo: complete")) return before;
  await takenBack(told);
  return rowsOf(table);
}

describe("what is deleted is what was shown", () => {
  it("by a join over more rows than are looked through", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY, grp INT, st INT); INSERT INTO f SELECT seq, 1, 0 FROM seq_1_to_250;
       CREATE TABLE f_child (id INT PRIMARY KEY, grp INT, KEY (grp)); INSERT INTO f_child SELECT seq, 1 FROM seq_1_to_500`,
    );
    const before = await rowsOf();
    const told = await carriedOut("DELETE v FROM f v JOIN f_child e ON e.grp = v.grp WHERE v.st = 0");
    expect(shownCount(told)).toBe(250 - (await countOf()));
    expect(await afterUndo(told, before)).toEqual(before);
  });

  it.each([
    ["a predicate that reads the state of the connection", "DELETE FROM f WHERE id = ROW_COUNT() + 3"],
    ["a predicate that reads chance", "DELETE FROM f WHERE RAND() < 0.5"],
    ["an order by chance", "DELETE FROM f ORDER BY RAND() LIMIT 1"],
    ["an order by whether the key is zero", "DELETE FROM f ORDER BY !id LIMIT 1"],
    ["an order by not", "DELETE FROM f ORDER BY NOT id LIMIT 1"],
    ["an order by a text as a number", "DELETE FROM f ORDER BY -name LIMIT 1"],
  ])("with %s", async (_, text) => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY, name VARCHAR(9), KEY (name)); INSERT INTO f VALUES (-1, 'c'), (1, 'b'), (2, 'a'), (3, 'd')",
    );
    const told = await carriedOut(text);
    if (told.shown.includes("NO PREVIEW")) return;
    const left = new Set((await rowsOf()).map((row) => String((row as { id: number }).id)));
    const gone = ["-1", "1", "2", "3"].filter((id) => !left.has(id));
    const keys = /DELETE \d+ row(?:s|\(s\))? of f\b.*\n[^-\d]*([-\d][-\d, ]*)/.exec(told.shown)?.[1] ?? "";
    expect((keys.match(/[-\d]+/gu) ?? []).toSorted()).toEqual(gone.toSorted());
  });
});

describe("what goes with it", () => {
  const JOB = "DELETE FROM job_tracking WHERE id = 'job-fault'";
  const step = (seq: number): string =>
    `INSERT INTO job_steps (job_id, name, seq, status) VALUES ('job-fault', 'step ${seq}', ${seq}, 'running')`;
  const tracked = (id: string, parent: string | null): string =>
    `INSERT INTO job_tracking (id, parent_job_id, job_type, operation, status) VALUES ('${id}', ${parent === null ? "NULL" : `'${parent}'`}, 'failover', 'fault', 'completed')`;
  afterEach(() => root.query("DELETE FROM job_tracking WHERE operation = 'fault' ORDER BY id DESC"));

  it("is looked at again before it is carried out: children that came meanwhile", async () => {
    await root.query(tracked("job-fault", null));
    const told = await tell(sql, [JOB], {}, [
      [
        /Type \w+ and Enter/,
        async () => {
          await root.query(`${step(1)}; ${step(2)}`);
          return "job_tracking\r";
        },
      ],
    ]);
    expect(told.exit).toBe(4);
    const [rows] = await root.query("SELECT COUNT(*) AS n FROM job_steps WHERE job_id = 'job-fault'");
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("is looked at again before it is carried out: a trigger that came meanwhile", async () => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY); CREATE TABLE f_child (id INT PRIMARY KEY); INSERT INTO f VALUES (1); INSERT INTO f_child VALUES (7)",
    );
    await tell(sql, ["DELETE FROM f WHERE id = 1"], {}, [
      [
        /Type \w+ and Enter/,
        async () => {
          await root.query("CREATE TRIGGER f_gone AFTER DELETE ON f FOR EACH ROW DELETE FROM f_child");
          return "f\r";
        },
      ],
    ]);
    expect(await countOf("f_child")).toBe(1);
  });

  // MySQL 9.7 itself refuses it (6575), as it does the bare statement.
  it("is followed through references of a table to itself, shown, and taken back", mariadbOnly, async () => {
    await root.query(
      [
        tracked("job-fault", null),
        tracked("job-fault-a", "job-fault"),
        tracked("job-fault-b", "job-fault-a"),
        step(1),
        step(2),
      ].join("; "),
    );
    const before = [await rowsOf("job_tracking", "id"), await rowsOf("job_steps", "id")];
    const told = await carriedOut(JOB, "job_tracking");
    expect(told.shown).toMatch(/DELETE 2 rows of job_tracking/);
    expect(told.shown).toMatch(/DELETE 2 rows of job_steps/);
    expect(told.shown).toContain("undo: complete");
    expect((await takenBack(told)).exit).toBe(0);
    expect([await rowsOf("job_tracking", "id"), await rowsOf("job_steps", "id")]).toEqual(before);
  });

  it("is never tried out where no rollback reaches: a trigger that writes a table of another database", async () => {
    await root.query(
      `CREATE DATABASE elsewhere; CREATE TABLE elsewhere.log (n INT) ENGINE=MyISAM;
       CREATE TABLE f (id INT PRIMARY KEY, a INT); INSERT INTO f VALUES (1, 1);
       CREATE TRIGGER f_log AFTER UPDATE ON f FOR EACH ROW INSERT INTO elsewhere.log VALUES (1)`,
    );
    const told = await tell(sql, ["UPDATE f SET a = 2 WHERE id = 1"]);
    expect(await countOf("elsewhere.log")).toBe(0);
    expect(told.shown).toMatch(/NO PREVIEW: .*f_log/s);
  });

  it("is never tried out where no rollback reaches: a trigger in which double quotes are names", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY, a INT); CREATE TABLE f_child (n INT) ENGINE=MyISAM; INSERT INTO f VALUES (1, 1);
       SET sql_mode = 'ANSI_QUOTES'; CREATE TRIGGER f_log AFTER UPDATE ON f FOR EACH ROW INSERT INTO "f_child" VALUES (1); SET sql_mode = DEFAULT`,
    );
    const told = await tell(sql, ["UPDATE f SET a = 2 WHERE id = 1"]);
    expect(await countOf("f_child")).toBe(0);
    expect(told.shown).toMatch(/NO PREVIEW: .*f_log/s);
  });

  it.each([
    ["at once", "SET GLOBAL long_query_time = 9"],
    [
      "in its handler",
      "BEGIN DECLARE n INT; DECLARE CONTINUE HANDLER FOR NOT FOUND SET @@global.long_query_time = 9; SELECT id INTO n FROM f_child; END",
    ],
  ])(
    "is never tried out where no rollback reaches: a trigger that sets a variable of the server, %s",
    async (_how, body) => {
      await root.query(
        `SET GLOBAL long_query_time = 10; CREATE TABLE f (id INT PRIMARY KEY, a INT); CREATE TABLE f_child (id INT); INSERT INTO f VALUES (1, 1);
       CREATE TRIGGER f_log AFTER UPDATE ON f FOR EACH ROW ${body}`,
      );
      const told = await tell(sql, ["UPDATE f SET a = 2 WHERE id = 1"]);
      const [rows] = await root.query({ sql: "SELECT @@global.long_query_time", rowsAsArray: true });
      expect(Number((rows as unknown[][])[0]?.[0])).toBe(10);
      expect(told.shown).toMatch(/NO PREVIEW: .*f_log/s);
    },
  );

  it("sets the new row and variables of its own, and is tried out", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY, a INT, b INT); INSERT INTO f VALUES (1, 1, 1);
       CREATE TRIGGER f_log BEFORE UPDATE ON f FOR EACH ROW BEGIN DECLARE n INT; SET n = 3; IF n > 2 THEN SET NEW.b = n, @seen = 1; END IF; END`,
    );
    expect((await tell(sql, ["UPDATE f SET a = 2 WHERE id = 1"])).shown).toMatch(/the trigger f_log/u);
  });

  it("is named where it is out of sight: tables of other databases that may point here", async () => {
    await root.query("CREATE TABLE f (id INT PRIMARY KEY); INSERT INTO f VALUES (1)");
    const told = await tell(sql, ["DELETE FROM f WHERE id = 1"]);
    expect(told.shown.replaceAll(/\s+/gu, " ")).toContain("whether tables of other databases point at f is not known");
  });
});

describe("an undo that is called complete brings everything back", () => {
  it("of more than 200 rows: orphans", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY); CREATE TABLE f_child (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES f (id));
       SET FOREIGN_KEY_CHECKS = 0; INSERT INTO f_child SELECT seq, seq FROM seq_1_to_201; SET FOREIGN_KEY_CHECKS = 1`,
    );
    const before = await rowsOf("f_child");
    expect(await afterUndo(await carriedOut("DELETE FROM f_child", "f_child"), before, "f_child")).toEqual(before);
  });

  async function brought(column: string, before: string, values: string): Promise<void> {
    await root.query(
      `CREATE TABLE f (id INT AUTO_INCREMENT PRIMARY KEY, ${column}); ${before}; INSERT INTO f SELECT ${values} FROM seq_1_to_201;
       SET check_constraint_checks = DEFAULT; SET sql_mode = DEFAULT`,
    );
    const rows = await rowsOf();
    expect(await afterUndo(await carriedOut("DELETE FROM f"), rows)).toEqual(rows);
  }

  it.each([
    ["dates that are none", "a DATE", "SET sql_mode = ''", "seq, '0000-00-00'"],
    ["a key of zero", "a INT", "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", "seq - 1, 1"],
  ])("of more than 200 rows: %s", async (_, ...made) => {
    await expect(brought(...made)).resolves.toBeUndefined();
  });

  it("of more than 200 rows: rows that break a check", mariadbOnly, async () => {
    const made = brought("a INT CHECK (a > 0)", "SET check_constraint_checks = 0", "seq, -1");
    await expect(made).resolves.toBeUndefined();
  });

  it("of texts that are no characters", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET utf8mb4, b VARCHAR(9) CHARACTER SET ucs2);
       INSERT INTO f VALUES (1, '\uFFFD', CONVERT(X'D800' USING ucs2)), (2, 'plain', 'plain')`,
    );
    const exact = async (): Promise<unknown> => (await root.query("SELECT id, HEX(a), HEX(b) FROM f ORDER BY id"))[0];
    const before = await exact();
    const told = await carriedOut("DELETE FROM f");
    expect(told.shown).toContain("undo: complete");
    expect((await takenBack(told)).exit).toBe(0);
    expect(await exact()).toEqual(before);
  });

  it("or there is no preview: of texts that no client can give back", mariadbOnly, async () => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET utf8mb4); INSERT INTO f VALUES (1, X'EDA080')",
    );
    expect((await tell(sql, ["DELETE FROM f"])).shown).toMatch(/NO PREVIEW: .*no characters/s);
  });

  it("of children that lose their parent by a key that passes its changes on as well", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY); INSERT INTO f VALUES (1), (2);
       CREATE TABLE f_child (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES f (id) ON DELETE SET NULL ON UPDATE CASCADE);
       INSERT INTO f_child VALUES (1, 1), (2, 2)`,
    );
    const typed = [/Press a to|Type \w+ and Enter/, "f\r"] as const;
    for (const [text, yes] of [
      ["DELETE FROM f WHERE id = 1", undefined],
      ["UPDATE f SET id = 9 WHERE id = 1", typed],
    ] as const) {
      const before = [await rowsOf(), await rowsOf("f_child")];
      const told = await carriedOut(text);
      expect(told.shown).toContain("undo: complete");
      expect((await takenBack(told, yes)).exit).toBe(0);
      expect([await rowsOf(), await rowsOf("f_child")]).toEqual(before);
    }
  });

  it("of a table with times for keys", async () => {
    await root.query(
      "CREATE TABLE f (t TIME(3) PRIMARY KEY, a INT); INSERT INTO f VALUES ('-12:30:00.5', 1), ('700:00:00', 2)",
    );
    const before = await rowsOf();
    const told = await carriedOut("UPDATE f SET a = a + 1");
    expect(told).toMatchObject({ exit: 0, shown: expect.stringContaining("undo: complete") });
    expect((await takenBack(told)).exit).toBe(0);
    expect(await rowsOf()).toEqual(before);
  });

  it("of a table with a trigger that copies a clock column, which is asked about once", async () => {
    await root.query(
      `CREATE TABLE f (id INT PRIMARY KEY, a INT, ts TIMESTAMP(6) DEFAULT NOW(6) ON UPDATE NOW(6), b TIMESTAMP(6) NULL);
       INSERT INTO f (id, a) VALUES (1, 1); CREATE TRIGGER f_copy BEFORE UPDATE ON f FOR EACH ROW SET NEW.b = NEW.ts`,
    );
    expect((await carriedOut("UPDATE f SET a = 2 WHERE id = 1")).exit).toBe(0);
  });

  it("of instants in the hour that a clock has twice", async () => {
    await root.query("CREATE TABLE f (id INT PRIMARY KEY, at TIMESTAMP NULL, a INT)");
    await root.query(
      "SET time_zone = '+00:00'; INSERT INTO f VALUES (1, '2026-10-25 00:30:00', 1), (2, '2026-10-25 01:30:00', 1)",
    );
    const before = await rowsOf();
    const told = await carriedOut("UPDATE f SET at = NULL");
    expect(told.shown).toContain("2026-10-25 00:30:00 UTC");
    expect(await afterUndo(told, before)).toEqual(before);
  });
});

describe("statements of ordinary shapes", () => {
  it("have a preview under ANSI_QUOTES", async () => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY); INSERT INTO f VALUES (1); SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',ANSI_QUOTES')",
    );
    try {
      expect(await carriedOut('DELETE FROM "f" WHERE id = 1')).toMatchObject({
        exit: 0,
        shown: expect.stringMatching(/undo: complete/),
      });
      expect(await countOf()).toBe(0);
    } finally {
      await root.query("SET GLOBAL sql_mode = DEFAULT");
    }
  });

  it("have one on tables that keep their history, which the page names", mariadbOnly, async () => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY, a INT) WITH SYSTEM VERSIONING; INSERT INTO f VALUES (1, 1), (2, 2)",
    );
    const before = await rowsOf();
    const told = await carriedOut("DELETE FROM f WHERE id = 1");
    expect(told.shown.replaceAll(/\s+/gu, " ")).toContain("keeps the rows of before as history of f");
    expect(told.shown).toContain("undo: complete");
    expect((await takenBack(told)).exit).toBe(0);
    expect(await rowsOf()).toEqual(before);
  });

  it("have none through a view, for the reason that is true", async () => {
    await root.query(
      "CREATE TABLE f (id INT PRIMARY KEY); INSERT INTO f VALUES (1); CREATE VIEW f_view AS SELECT id FROM f",
    );
    const told = await tell(sql, ["DELETE FROM f_view"]);
    expect(told.shown).toMatch(/NO PREVIEW: .*is a view/s);
    expect(told.shown).not.toMatch(/cannot be rolled back/);
  });

  it("have one that inserts nothing but defaults", async () => {
    await root.query("CREATE TABLE f (id INT AUTO_INCREMENT PRIMARY KEY, a INT DEFAULT 7)");
    expect((await carriedOut("INSERT INTO f () VALUES ()")).shown).toMatch(/insert 1 row of f/);
    expect(await countOf()).toBe(1);
  });

  it("have none where a duplicate becomes an update, and the column is not taken for a table", async () => {
    await root.query("CREATE TABLE f (id INT PRIMARY KEY, a INT); INSERT INTO f VALUES (1, 1)");
    const text = "INSERT INTO f VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 2";
    const told = await tell(sql, [text]);
    expect(told.shown).toContain("NO PREVIEW");
    expect(told.shown).not.toMatch(/\b0 row/);
    const file = join(lab.folder, "check.sql");
    writeFileSync(file, `${text};\n`);
    expect((await tell(sql, [], { check: file })).shown).not.toMatch(/\bf, a\b/);
  });

  it("say one thing of their way back", async () => {
    await root.query("CREATE TABLE f (id INT PRIMARY KEY, a INT); INSERT INTO f VALUES (1, 1)");
    for (const text of ["UPDATE f SET a = 2 WHERE id = 1", "DELETE FROM f WHERE id = 1"]) {
      const { shown } = await tell(sql, [text], {}, [NO]);
      expect(shown).toContain("undo: complete");
      expect(shown).not.toMatch(/cannot be undone/);
    }
  });

  it("that match nothing say so, and are not called done", async () => {
    await root.query("CREATE TABLE f (id INT PRIMARY KEY, a INT); INSERT INTO f VALUES (1, 1)");
    const told = await carriedOut("UPDATE f SET a = 2 WHERE id = 5");
    expect(told.shown).toMatch(/no row matches|matches no row/i);
    expect(told.shown).not.toMatch(/done: 1 statement committed/);
  });
});
