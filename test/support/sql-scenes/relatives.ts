/** Tables that hang on others by foreign keys: children, grandchildren, in the same schema and in another. */
import { referring, type KeyColumn } from "./keys.ts";
import { atHome, type Stage } from "./stage.ts";
import type { MainTable } from "./tables.ts";

const ON_DELETE = ["CASCADE", "CASCADE", "CASCADE", "SET NULL"];
const ON_UPDATE = ["CASCADE", "CASCADE", "SET NULL"];

interface Child {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Adds children to the main table, for some scenes. */
export function drawRelatives(stage: Stage, main: MainTable): void {
  if (main.extras.has("partitioned")) return;
  const { draw } = stage;
  if (main.extras.has("boss")) offerToKin(stage, main);
  if (draw.once(4)) offerNewChild(stage, main);
  if (!draw.once(3)) return;
  const away = draw.once(3);
  const child = makeChild(stage, main.name, main.key.columns, away ? `${stage.schema()}.c` : stage.table("c"));
  if (draw.once(2)) fill(stage, main, child, draw.once(4) ? "" : " WHERE grp < 3");
  offerToChildren(stage, main, child);
  if (draw.once(3)) makeGrandchild(stage, child, draw.once(2) ? `${stage.schema()}.g` : stage.table("g"));
}

function makeChild(stage: Stage, parent: string, key: readonly KeyColumn[], name: string): Child {
  const { draw } = stage;
  const columns = key.map((_, at) => `parent${at}`);
  const lines = key.map((column, at) => referring(`parent${at}`, column));
  const rules = `ON DELETE ${draw.pick(ON_DELETE)} ON UPDATE ${draw.pick(ON_UPDATE)}`;
  const names = key.map((column) => column.name).join(", ");
  stage.run(
    `CREATE TABLE ${name} (n INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20), ${lines.join(", ")},
       FOREIGN KEY (${columns.join(", ")}) REFERENCES ${atHome(parent)} (${names}) ${rules})`,
  );
  return { name, columns };
}

const copySql = (main: MainTable, { name, columns }: Child, where: string): string =>
  `INSERT INTO ${name} (word, ${columns.join(", ")}) SELECT CONCAT('of ', grp), ${main.key.columns
    .map((column) => column.name)
    .join(", ")} FROM ${atHome(main.name)}${where}`;

function fill(stage: Stage, main: MainTable, child: Child, where: string): void {
  stage.run(copySql(main, child, where));
  if (stage.draw.once(2)) stage.run(copySql(main, child, where));
}

function makeGrandchild(stage: Stage, child: Child, name: string): void {
  const rule = stage.draw.pick(ON_DELETE);
  const parent = child.name.includes(".") ? child.name : atHome(child.name);
  stage.run(
    `CREATE TABLE ${name} (n INT AUTO_INCREMENT PRIMARY KEY, of_n INT, FOREIGN KEY (of_n) REFERENCES ${parent} (n) ON DELETE ${rule})`,
    `INSERT INTO ${name} (of_n) SELECT n FROM ${child.name}`,
  );
  stage.interfere("grandchild added", `INSERT INTO ${name} (of_n) SELECT n FROM ${child.name} LIMIT 2`);
  stage.interfere("grandchild removed", `DELETE FROM ${name} LIMIT 1`);
}

function offerToChildren(stage: Stage, main: MainTable, child: Child): void {
  stage.interfere("child added", copySql(main, child, ""));
  stage.interfere("child added", copySql(main, child, " WHERE grp IN (1, 2)"));
  stage.interfere("child removed", `DELETE FROM ${child.name} LIMIT 1`);
  stage.interfere("child changed", `UPDATE ${child.name} SET word = 'other'`);
}

/** Rows of the table itself become children of others, or no longer are. */
function offerToKin(stage: Stage, main: MainTable): void {
  const [last = "NULL"] = main.key.values(1);
  stage.interfere("parent moved", `UPDATE ${main.name} SET boss = NULL WHERE grp = 2 LIMIT 1`);
  stage.interfere("parent moved", `UPDATE ${main.name} SET boss = ${last} WHERE boss IS NULL AND grp = 3`);
}

/** A table that nobody had when the page was made. */
function offerNewChild(stage: Stage, { name, key }: MainTable): void {
  const child = stage.table("cn");
  const columns = key.columns.map((column, at) => referring(`parent${at}`, column)).join(", ");
  const names = key.columns.map((column) => column.name).join(", ");
  const own = key.columns.map((_, at) => `parent${at}`).join(", ");
  stage.interfere(
    "foreign key created",
    `CREATE TABLE ${child} (n INT AUTO_INCREMENT PRIMARY KEY, ${columns},
       FOREIGN KEY (${own}) REFERENCES ${name} (${names}) ON DELETE CASCADE ON UPDATE CASCADE)`,
    `INSERT INTO ${child} (${own}) SELECT ${names} FROM ${name}`,
  );
}
