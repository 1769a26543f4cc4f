/** The statements of ordinary scenes, over the main table and the other one. */
import { numbers } from "./draw.ts";
import { drawWhere } from "./predicates.ts";
import type { SceneChange } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { quote, type Column, type MainTable, type Tables } from "./tables.ts";

type Make = (stage: Stage, tables: Tables) => SceneChange;

/** One of them. */
export const drawChange: Make = (stage, tables) => stage.draw.pick(CHANGES)(stage, tables);

const valueOf = (stage: Stage, { kind, nullable }: Column): string =>
  nullable && stage.draw.once(5) ? "NULL" : kind.value(stage.draw);

/** What an UPDATE sets; names stand bare, so that a statement of one table can hold it. */
function drawSet(stage: Stage, { key, columns, extras }: MainTable): string {
  const { draw } = stage;
  const column = draw.pick(columns);
  const value = valueOf(stage, column);
  const sets = [
    `${quote(column.name)} = ${value}`,
    `${quote(column.name)} = ${value}, grp = grp + 4`,
    "grp = grp + IF(grp = 1, 3, 0)",
    "grp = grp",
    ...(extras.has("made") ? ["made = NOW()", "made = made - INTERVAL 1 DAY, grp = grp + 1"] : []),
    ...(extras.has("hidden") ? ["hidden = hidden + grp", "hidden = FLOOR(RAND() * 1000)"] : []),
    ...(extras.has("u") ? ["u = u + 1", "u = u + 100", "u = 3 - u, grp = 7", "u = IF(u = 1, 2, IF(u = 2, 1, u))"] : []),
    ...(extras.has("boss") ? ["boss = NULL", "boss = id"] : []),
    ...key.moves.flatMap((move) => [`id = ${move}`, `id = ${move}, grp = 8`]),
  ];
  return draw.pick(sets);
}

const keyNames = ({ key }: MainTable): string => key.columns.map(({ name }) => name).join(", ");

const update: Make = (stage, tables) => {
  const { main } = tables;
  const set = drawSet(stage, main);
  const order = /\b(?:u|id) = /.test(set) && stage.draw.once(2) ? ` ORDER BY ${keyNames(main)} DESC` : "";
  return { sql: `UPDATE ${main.name} SET ${set} WHERE ${drawWhere(stage, tables)}${order}`, touched: [main.name] };
};

const updateLimited: Make = (stage, tables) => {
  const { main } = tables;
  const order = stage.draw.pick([`grp DESC, ${keyNames(main)}`, keyNames(main)]);
  const tail = `ORDER BY ${order} LIMIT ${1 + stage.draw.below(3)}`;
  const where = drawWhere(stage, tables).replace(/ -- why$/u, "");
  return { sql: `UPDATE ${main.name} SET ${drawSet(stage, main)} WHERE ${where} ${tail}`, touched: [main.name] };
};

/** With values that travel beside the statement. */
const bound: Make = ({ draw }, { main, other }) =>
  draw.pick<SceneChange>([
    {
      sql: `UPDATE ${main.name} SET grp = :to WHERE grp IN (:from)`,
      values: { to: "6", from: ["1", "2"] },
      touched: [main.name],
    },
    {
      sql: `UPDATE ${other} SET word = :word WHERE n > :n`,
      values: { word: draw.pick(WORDS), n: "1" },
      touched: [other],
    },
    { sql: `DELETE FROM ${main.name} WHERE grp = :grp`, values: { grp: "1" }, touched: [main.name] },
    {
      sql: `INSERT INTO ${other} VALUES (30, :grp, :word)`,
      values: { grp: "3", word: draw.pick(WORDS) },
      touched: [other],
    },
  ]);

const WORDS = ["it's", "", ":n", "ü😀", "a\\'b", "-- x", null];

/** Every row gets another value of what must be unique, or another key. */
const shiftAll: Make = (stage, { main }) => {
  const sets = [
    ...main.key.moves.map((move) => `id = ${move}`),
    ...(main.extras.has("u") ? ["u = u + 1", "u = -u"] : []),
  ];
  const set = sets.length === 0 ? "grp = grp + 1" : stage.draw.pick(sets);
  const order = stage.draw.pick([
    "",
    ` ORDER BY ${keyNames(main)} DESC`,
    main.extras.has("u") ? " ORDER BY u DESC" : "",
  ]);
  return { sql: `UPDATE ${main.name} SET ${set}${order}`, touched: [main.name] };
};

const updateJoined: Make = (stage, { main, other }) => {
  const column = stage.draw.pick(main.columns);
  const value = valueOf(stage, column);
  const name = `a.${quote(column.name)}`;
  const both = [main.name, other];
  return stage.draw.pick<SceneChange>([
    {
      sql: `UPDATE ${main.name} a JOIN ${other} b ON a.grp = b.grp SET ${name} = ${value}, b.word = CONCAT(b.word, 's')`,
      touched: both,
    },
    {
      sql: `UPDATE ${main.name} a LEFT JOIN ${other} b USING (grp) SET b.word = 'left', a.grp = 6 WHERE a.grp < 3`,
      touched: both,
    },
    {
      sql: `UPDATE ${other} b LEFT JOIN ${main.name} a ON a.grp = b.grp SET b.word = 'l', ${name} = ${value}`,
      touched: both,
    },
    {
      sql: `UPDATE ${main.name} a, ${other} b SET ${name} = ${value} WHERE a.grp = b.grp AND b.n > 1`,
      touched: [main.name],
    },
    {
      sql: `UPDATE ${main.name} a JOIN (SELECT grp FROM ${other} GROUP BY grp) d ON d.grp = a.grp SET a.grp = a.grp + 10`,
      touched: [main.name],
    },
    {
      sql: `UPDATE ${main.name} a RIGHT JOIN ${other} b ON a.grp = b.grp SET b.grp = b.grp + 1, ${name} = ${value}`,
      touched: both,
    },
  ]);
};

const remove: Make = (stage, tables) => {
  const { main } = tables;
  if (stage.draw.once(4)) return { sql: `DELETE FROM ${main.name}`, touched: [main.name] };
  return { sql: `DELETE FROM ${main.name} WHERE ${drawWhere(stage, tables)}`, touched: [main.name] };
};

/** One row alone: where others hang on it, they match nothing themselves. */
const removeOne: Make = (stage, { main }) => {
  const key = main.key.columns.map(
    ({ name }, at) => `${name} = ${main.key.values(stage.draw.once(2) ? 0 : 1)[at] ?? "0"}`,
  );
  const where = stage.draw.pick([key.join(" AND "), "grp = 0", "grp = 1"]);
  return { sql: `DELETE FROM ${main.name} WHERE ${where}`, touched: [main.name] };
};

const removeLimited: Make = (stage, { main }) => {
  const order = stage.draw.pick([`grp DESC, ${keyNames(main)}`, keyNames(main), `${keyNames(main)} DESC`]);
  return { sql: `DELETE FROM ${main.name} ORDER BY ${order} LIMIT ${1 + stage.draw.below(3)}`, touched: [main.name] };
};

const removeJoined: Make = (stage, { main, other }) => {
  const both = [main.name, other];
  return stage.draw.pick<SceneChange>([
    { sql: `DELETE a FROM ${main.name} a JOIN ${other} b ON a.grp = b.grp WHERE b.n < 3`, touched: [main.name] },
    { sql: `DELETE FROM a, b USING ${main.name} AS a JOIN ${other} AS b ON a.grp = b.grp`, touched: both },
    { sql: `DELETE a, b FROM ${main.name} a LEFT JOIN ${other} b ON a.grp = b.grp WHERE a.grp < 3`, touched: both },
    {
      sql: `DELETE ${main.name} FROM ${main.name} LEFT JOIN ${other} USING (grp) WHERE word IS NULL`,
      touched: [main.name],
    },
  ]);
};

const insert: Make = (stage, { main, other }) => {
  const { draw } = stage;
  const rows = numbers(1 + draw.below(3)).map((n) => main.row(12 + n));
  const into = `INSERT INTO ${main.name} (${main.named.join(", ")})`;
  const free = main.named.slice(main.key.columns.length).filter((name) => name !== "u");
  const copy: SceneChange = {
    sql: `INSERT INTO ${main.name} (${free.join(", ")}) SELECT ${free.join(", ")} FROM ${main.name} WHERE grp < 2`,
    touched: [main.name],
  };
  const automatic = /AUTO_INCREMENT/.test(main.key.columns[0]?.type ?? "") && !main.extras.has("u");
  return draw.pick<SceneChange>([
    { sql: `${into} VALUES ${rows.join(", ")}`, touched: [main.name] },
    { sql: `${into} VALUES ${rows.join(", ")}`, touched: [main.name] },
    {
      sql: `INSERT INTO ${other} (n, grp, word) SELECT n + 10, grp, CONCAT(word, '+') FROM ${other} WHERE n < 4`,
      touched: [other],
    },
    { sql: `INSERT INTO ${other} (n, grp) SELECT grp + 50, COUNT(*) FROM ${main.name} GROUP BY grp`, touched: [other] },
    { sql: `INSERT INTO ${other} SET n = 20, grp = (SELECT MAX(grp) FROM ${main.name})`, touched: [other] },
    ...(automatic ? [copy, copy, copy] : []),
  ]);
};

const CHANGES: readonly Make[] = [
  update,
  update,
  updateLimited,
  bound,
  shiftAll,
  updateJoined,
  updateJoined,
  remove,
  remove,
  removeOne,
  removeOne,
  removeLimited,
  removeJoined,
  insert,
  insert,
];
