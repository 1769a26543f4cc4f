/** What somebody else may do to the tables of an ordinary scene between the preview and the apply. */
import type { Stage } from "./stage.ts";
import type { Tables } from "./tables.ts";

/** Adds what the two tables allow; children and triggers bring their own. */
export function offerInterferences(stage: Stage, { main, other }: Tables): void {
  const { name, named } = main;
  const row = main.row(15 + stage.draw.below(3));
  stage.interfere("rows changed", `UPDATE ${name} SET grp = grp + 1 WHERE grp = 1`);
  stage.interfere("rows changed", `UPDATE ${name} SET grp = 5 LIMIT 1`);
  stage.interfere(
    "rows removed",
    `SET foreign_key_checks = 0`,
    `DELETE FROM ${name} WHERE grp = 2 LIMIT 1`,
    `SET foreign_key_checks = 1`,
  );
  stage.interfere("row added", `INSERT INTO ${name} (${named.join(", ")}) VALUES ${row}`);
  stage.interfere("source changed", `UPDATE ${other} SET grp = 2 WHERE n = 1`);
  stage.interfere("source changed", `DELETE FROM ${other} WHERE n IN (1, 2)`);
  stage.interfere("source added", `INSERT INTO ${other} VALUES (0, 0, 'zero'), (9, 3, 'nine')`);
  if (stage.draw.once(2))
    stage.interfere("column added", `ALTER TABLE ${name} ADD COLUMN later INT NOT NULL DEFAULT 3`);
  if (stage.draw.once(2)) stage.interfere("column widened", `ALTER TABLE ${name} MODIFY COLUMN grp BIGINT NOT NULL`);
}
