/** Rows that could not be written today: their undo writes them again, and the server would refuse or change them. */
import type { SceneChange } from "./scene.ts";
import type { Stage } from "./stage.ts";

interface Breaker {
  readonly columns: string;
  /** Session settings under which such rows are accepted. */
  readonly off: string;
  readonly select: string;
}

const BREAKERS: readonly ((stage: Stage) => Breaker)[] = [
  (stage) => {
    const parent = stage.table("p");
    stage.run(`CREATE TABLE ${parent} (id INT PRIMARY KEY)`);
    return {
      columns: `p INT, FOREIGN KEY (p) REFERENCES ${parent} (id)`,
      off: "foreign_key_checks = 0",
      select: "seq, seq % 3, seq + 5000",
    };
  },
  () => ({ columns: "v INT CHECK (v > 0)", off: "check_constraint_checks = 0", select: "seq, seq % 3, -seq" }),
  () => ({ columns: "d DATETIME NOT NULL", off: "sql_mode = ''", select: "seq, seq % 3, '0000-00-00'" }),
  () => ({ columns: "d DATE NULL", off: "sql_mode = 'ALLOW_INVALID_DATES'", select: "seq, seq % 3, '2024-02-31'" }),
  () => ({ columns: "v INT", off: "sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", select: "seq - 1, seq % 3, seq" }),
];

/** More rows than a preview may care to try, or a few. */
export function broken(stage: Stage): SceneChange {
  const { draw } = stage;
  const table = stage.table("b");
  const { columns, off, select } = draw.pick(BREAKERS)(stage);
  const count = draw.once(4) ? 5 + draw.below(20) : 201 + draw.below(60);
  const [name = ""] = off.split(" ");
  stage.run(
    `CREATE TABLE ${table} (id INT AUTO_INCREMENT PRIMARY KEY, grp INT NOT NULL, ${columns})`,
    `SET @kept = @@${name}, ${off}`,
    `INSERT INTO ${table} SELECT ${select} FROM seq_1_to_${count}`,
    `SET ${name} = @kept`,
  );
  stage.interfere("rows changed", `UPDATE ${table} SET grp = 9 WHERE id = 2`);
  const sql = draw.pick([
    `DELETE FROM ${table}`,
    `DELETE FROM ${table}`,
    `DELETE FROM ${table} WHERE grp < 9`,
    `UPDATE ${table} SET grp = grp + 10`,
    `UPDATE ${table} SET id = id + 10000`,
    `UPDATE ${table} SET ${/^\w+/.exec(columns)?.[0] ?? "grp"} = NULL WHERE id > 0`,
  ]);
  return { sql, touched: [table] };
}
