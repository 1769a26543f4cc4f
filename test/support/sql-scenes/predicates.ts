/** What picks rows: plain conditions, subqueries, chance, clocks, and orders that are total or only look so. */
import type { Stage } from "./stage.ts";
import type { Tables } from "./tables.ts";

const PLAIN = [
  "grp = 1",
  "grp IN (1, 2)",
  "grp > 0",
  "grp < 9",
  "NOT (grp = 3)",
  "grp = 77",
  "grp = 1 OR grp = 2 -- why",
];

/** Conditions on the main table, under its own name. */
export function drawWhere(stage: Stage, tables: Tables): string {
  const { draw } = stage;
  if (!draw.once(3)) return draw.pick(PLAIN);
  return draw.pick(RICH)(stage, tables);
}

const RICH: readonly ((stage: Stage, tables: Tables) => string)[] = [
  (_stage, { other }) => `grp = (SELECT MIN(grp) FROM ${other})`,
  (_stage, { other }) => `grp IN (WITH c AS (SELECT grp FROM ${other} WHERE n < 3) SELECT grp FROM c)`,
  (_stage, { main, other }) => `EXISTS (SELECT 1 FROM ${other} o WHERE o.grp = ${main.name}.grp AND o.n <> 2)`,
  (_stage, { other }) => `grp NOT IN (SELECT grp FROM ${other} WHERE word IS NOT NULL)`,
  (stage, { main }) => `id = ${main.key.values(stage.draw.below(4))[0] ?? "0"}`,
  (stage, { main }) => `id IN (${[0, 1].map((n) => main.key.values(n)[0]).join(", ")}) AND ${stage.draw.pick(PLAIN)}`,
  (stage, { main }) => `NOT id = ${main.key.values(1)[0] ?? "0"}`,
  (stage, { main }) => `id = '${(main.key.values(stage.draw.below(3))[0] ?? "").replaceAll("'", "''")}'`,
  (stage, { other }) => {
    const view = viewed(stage, `SELECT grp AS g FROM ${other} WHERE n < 4`);
    return `grp IN (SELECT g FROM ${view})`;
  },
  (stage, { other }) => {
    const view = viewed(stage, `SELECT ${counting(stage)}(grp) AS g FROM ${other}`);
    return `grp IN (SELECT g FROM ${view})`;
  },
];

function viewed(stage: Stage, select: string): string {
  const view = stage.name("v");
  stage.run(`CREATE VIEW ${view} AS ${select}`);
  stage.cleanUp(`DROP VIEW IF EXISTS ${view}`);
  return view;
}

/** A function that gives back what it is given, and writes that down where no rollback reaches. */
function counting(stage: Stage): string {
  const [name, schema] = [stage.name("f"), stage.schema()];
  stage.run(
    `CREATE TABLE ${schema}.asked (g INT) ENGINE = MyISAM`,
    `CREATE FUNCTION ${name}(g INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO ${schema}.asked VALUES (g); RETURN g; END`,
  );
  stage.cleanUp(`DROP FUNCTION IF EXISTS ${name}`);
  return name;
}

/** Orders of a table whose key is `id`: some name each row, some only seem to. */
export const ORDERS = [
  "id",
  "id DESC",
  "grp DESC, id",
  "!id",
  "!id DESC",
  "NOT id",
  "-id",
  "+id DESC",
  "~id",
  "id IS NULL",
  "id = 1",
  "grp",
  "id COLLATE utf8mb4_general_ci",
  "BINARY id",
  "(id)",
  "-(id)",
  "RAND()",
] as const;

/** Conditions whose value differs from one asking to the next, though the rows stay the same. */
export const CHANCES = [
  "id = ROW_COUNT() + 3",
  "id > ROW_COUNT() + 3",
  "grp = ABS(ROW_COUNT()) % 4",
  "grp = FOUND_ROWS() % 3",
  "id <> LAST_INSERT_ID() + 1",
  "CONNECTION_ID() % 2 = grp % 2",
  "RAND() < 0.5",
  "id = FLOOR(1 + RAND() * 9)",
  "id = (SELECT FLOOR(1 + RAND() * 5))",
  "grp = 1 AND RAND() < 0.9",
  "UUID() > '7'",
  "id > CRC32(UUID()) % 6",
] as const;

/** Conditions that read the clock; the second half moves with it. */
export const CLOCKS = [
  "seen <= NOW(6)",
  "seen < SYSDATE(6) + INTERVAL 1 DAY",
  "made > CURRENT_TIMESTAMP - INTERVAL 2 DAY AND grp = 1",
  "DATE(made) <= CURDATE()",
] as const;
export const MOVING_CLOCKS = [
  "MICROSECOND(SYSDATE(6)) % 2 = id % 2",
  "seen < NOW(6) - INTERVAL 30 * id MICROSECOND",
  "MICROSECOND(NOW(6)) DIV 1000 % 3 = grp % 3",
] as const;
