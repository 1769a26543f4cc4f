/** Scenes of one purpose each: what ordinary ones meet too seldom, or what costs too much to be met often. */
import { numbers } from "./draw.ts";
import { CHANCES, CLOCKS, MOVING_CLOCKS, ORDERS } from "./predicates.ts";
import type { SceneChange } from "./scene.ts";
import { atHome, type Stage } from "./stage.ts";

/** Rows of a join beyond any limit that a preview may set itself. */
export function largeJoin(stage: Stage): SceneChange {
  const { draw } = stage;
  const [vm, ev] = [stage.table("vm"), stage.table("ev")];
  const partners = 210 + draw.below(60);
  stage.run(
    `CREATE TABLE ${vm} (id INT PRIMARY KEY, grp INT NOT NULL, st INT NOT NULL, KEY (grp))`,
    `CREATE TABLE ${ev} (id INT PRIMARY KEY, grp INT NOT NULL, KEY (grp))`,
    `INSERT INTO ${vm} SELECT seq, 1, 0 FROM seq_1_to_250`,
    `INSERT INTO ${ev} SELECT seq, 1 FROM seq_1_to_${partners}`,
  );
  stage.interfere("rows changed", `UPDATE ${vm} SET st = 1 WHERE id IN (3, 240)`);
  return draw.pick<SceneChange>([
    { sql: `DELETE v FROM ${vm} v JOIN ${ev} e ON e.grp = v.grp WHERE v.st = 0`, touched: [vm], plain: true },
    { sql: `UPDATE ${vm} v JOIN ${ev} e ON e.grp = v.grp SET v.st = 7 WHERE v.st = 0`, touched: [vm], plain: true },
  ]);
}

/** More rows than a page lists one by one, half of the time with children in the same or another schema. */
export function many(stage: Stage): SceneChange {
  const { draw } = stage;
  const table = stage.table("y");
  const count = 201 + draw.below(80);
  stage.run(
    `CREATE TABLE ${table} (id BIGINT UNSIGNED PRIMARY KEY, u INT NOT NULL, c VARCHAR(20), t TIMESTAMP(3) NULL, UNIQUE KEY (u))`,
    `INSERT INTO ${table} SELECT 9007199254740992 + seq, seq, 'c', '2024-10-27 00:30:00.5' FROM seq_1_to_${count}`,
  );
  const family = draw.once(2);
  if (family) {
    const child = draw.once(2) ? stage.table("z") : `${stage.schema()}.z`;
    stage.run(
      `CREATE TABLE ${child} (n INT AUTO_INCREMENT PRIMARY KEY, parent BIGINT UNSIGNED, FOREIGN KEY (parent) REFERENCES
         ${atHome(table)} (id) ON DELETE ${draw.pick(["CASCADE", "SET NULL"])} ON UPDATE CASCADE)`,
      `INSERT INTO ${child} (parent) SELECT id FROM ${atHome(table)}`,
    );
    stage.interfere("child added", `INSERT INTO ${child} (parent) SELECT id FROM ${atHome(table)} WHERE u > 100`);
  }
  stage.interfere("rows changed", `UPDATE ${table} SET c = 'other' WHERE u = 150`);
  const sql = draw.pick([
    `DELETE FROM ${table}`,
    `DELETE FROM ${table} WHERE u > 0 ORDER BY id DESC LIMIT 205`,
    `UPDATE ${table} SET c = CONCAT(c, u), t = NULL`,
    `UPDATE ${table} SET id = id + 1000`,
    `UPDATE ${table} SET id = id + 1 ORDER BY id DESC`,
    `UPDATE ${table} SET u = u + 1 ORDER BY u DESC`,
    `INSERT INTO ${table} SELECT id + 5000, u + 5000, c, t FROM ${table}`,
  ]);
  return family ? { sql, touched: [table] } : { sql, touched: [table], plain: true };
}

/** Rows whose picking hangs on chance, on the session or on the clock. */
export function picked(stage: Stage): SceneChange {
  const { draw } = stage;
  const table = numbered(stage);
  const moving = draw.once(5);
  const where = moving ? draw.pick(MOVING_CLOCKS) : draw.pick(draw.once(4) ? CLOCKS : CHANCES);
  const head = draw.pick([`DELETE FROM ${table}`, `DELETE FROM ${table}`, `UPDATE ${table} SET c = 'picked'`]);
  const change = { sql: `${head} WHERE ${where}`, touched: [table], plain: true } as const;
  stage.interfere("rows changed", `UPDATE ${table} SET grp = grp + 1 WHERE id = 3`);
  stage.interfere("row added", `INSERT INTO ${table} (id, grp) VALUES (77, 1)`);
  return moving ? { ...change, moving } : change;
}

function numbered(stage: Stage): string {
  const table = stage.table("n");
  stage.run(
    `CREATE TABLE ${table} (id INT PRIMARY KEY, grp INT NOT NULL, c VARCHAR(20), seen DATETIME(6) NOT NULL DEFAULT NOW(6),
       made DATETIME NOT NULL DEFAULT NOW(), KEY (grp))`,
    `INSERT INTO ${table} (id, grp) SELECT seq, seq % 4 FROM seq_1_to_${5 + stage.draw.below(8)}`,
  );
  return table;
}

/** LIMIT with an order that names each row, or that only looks as if it did. */
export function ordered(stage: Stage): SceneChange {
  const { draw } = stage;
  const table = stage.table("q");
  const words = draw.once(2);
  const key = words ? "VARCHAR(20)" : "INT";
  const ids = numbers(4 + draw.below(6)).map((n) =>
    words ? `'${"dbacfehgji"[n] ?? "z"}'` : String(n % 2 === 0 ? n + 1 : -n),
  );
  stage.run(
    `CREATE TABLE ${table} (id ${key} PRIMARY KEY, grp INT NOT NULL DEFAULT 0, c VARCHAR(200), KEY (grp))`,
    `INSERT INTO ${table} (id) VALUES ${ids.map((id) => `(${id})`).join(", ")}`,
  );
  stage.interfere("row added", `INSERT INTO ${table} (id) VALUES (${words ? "'aa'" : "-100"})`);
  const head = draw.pick([`DELETE FROM ${table}`, `UPDATE ${table} SET c = 'first'`]);
  const where = draw.pick(["", " WHERE grp = 0", " WHERE grp < 3"]);
  return {
    sql: `${head}${where} ORDER BY ${draw.pick(ORDERS)} LIMIT ${1 + draw.below(2)}`,
    touched: [table],
    plain: true,
  };
}

/** Values that must be unique change places, in one statement and in an order that lets them. */
export function swapped(stage: Stage): SceneChange {
  const { draw } = stage;
  const table = stage.table("w");
  stage.run(
    `CREATE TABLE ${table} (id INT PRIMARY KEY, u INT NOT NULL, w VARCHAR(10) NOT NULL, UNIQUE KEY (u), UNIQUE KEY (w))`,
    `INSERT INTO ${table} SELECT seq, seq, CONCAT('w', seq) FROM seq_1_to_${4 + draw.below(8)}`,
  );
  stage.interfere("rows changed", `UPDATE ${table} SET w = 'other' WHERE id = 1`);
  const sql = draw.pick([
    `UPDATE ${table} SET u = u + 1 ORDER BY u DESC`,
    `UPDATE ${table} SET u = u - 1 ORDER BY u`,
    `UPDATE ${table} SET u = 100 - u`,
    `UPDATE ${table} SET id = id + 10`,
    `UPDATE ${table} SET id = id + 1 ORDER BY id DESC`,
    `UPDATE ${table} SET u = u + 10, w = CONCAT(w, u)`,
    `UPDATE ${table} a JOIN ${table} b ON a.u = b.u + 1 SET a.u = a.u + 50`,
    `UPDATE ${table} SET u = IF(u = 1, 2, 1) WHERE u IN (1, 2)`,
    `DELETE FROM ${table} WHERE u > 1`,
  ]);
  return { sql, touched: [table], plain: true };
}
