/** The tables of an ordinary scene: a main one with a random key and columns, and another that it is joined with. */
import { numbers, type Draw } from "./draw.ts";
import { drawKey, referring, type Key } from "./keys.ts";
import type { Stage } from "./stage.ts";
import { columnKind, type ColumnKind } from "./values.ts";

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
}

export interface MainTable {
  readonly name: string;
  readonly key: Key;
  readonly columns: readonly Column[];
  /**
   * What some scenes have: the columns `u` (unique numbers), `up` (set by the server), `made`, `boss` (its own parent),
   * history, partitions, or a unique key in the place of a primary one.
   */
  readonly extras: ReadonlySet<string>;
  /** The columns that its rows are written with, in the order of `row`. */
  readonly named: readonly string[];
  /** The n-th row, as SQL; values of other columns than its key are drawn anew. Rows 0 to 17 have keys of their own. */
  row(n: number): string;
}

export interface Tables {
  readonly main: MainTable;
  /** (n, grp, word), its rows 1 to 4 of the groups 1, 2, 1 and 9. */
  readonly other: string;
}

const EXTRAS: Readonly<Record<string, readonly string[]>> = {
  up: ["up TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"],
  made: ["made DATETIME NOT NULL DEFAULT NOW()"],
  generated: ["gv INT AS (grp * 2) VIRTUAL", "gs VARCHAR(20) AS (CONCAT('g', grp)) STORED"],
  hidden: ["hidden INT INVISIBLE DEFAULT 5"],
  copy: ["copied DATETIME(6) NULL", "seen TIMESTAMP(6) NOT NULL DEFAULT NOW(6)"],
  u: ["u INT NOT NULL", "UNIQUE KEY by_u (u)"],
};

/** Of a table without foreign keys and other unique keys. */
const PARTITIONS = ["PARTITION BY KEY () PARTITIONS 3", "PARTITION BY KEY () PARTITIONS 2"];
const BY_NUMBER = "PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (3), PARTITION b VALUES LESS THAN MAXVALUE)";

const VERSIONED = [
  "",
  "begins TIMESTAMP(6) GENERATED ALWAYS AS ROW START, ends TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (begins, ends)",
];

export const quote = (name: string): string => `\`${name}\``;

/** Makes both tables with their rows. */
export function drawTables(stage: Stage): Tables {
  const main = drawMain(stage);
  const other = stage.table("o");
  stage.run(
    `CREATE TABLE ${other} (n INT PRIMARY KEY, grp INT NOT NULL, word VARCHAR(20), KEY (grp))`,
    `INSERT INTO ${other} VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 1, 'three'), (4, 9, NULL)`,
  );
  return { main, other };
}

function drawColumns(draw: Draw): Column[] {
  return numbers(1 + draw.below(5)).map((at) => {
    const kind = columnKind(draw);
    const free = /TIMESTAMP/.test(kind.type);
    return { name: at === 1 ? "c'1 x" : `c${at}`, kind, nullable: free || draw.below(3) > 0 };
  });
}

function drawExtras(draw: Draw, key: Key, columns: readonly Column[]): Set<string> {
  const chances: readonly (readonly [string, number])[] = [
    ["up", 2],
    ["made", 3],
    ["generated", 3],
    ["hidden", 3],
    ["copy", 4],
    ["u", 3],
  ];
  const extras = new Set(chances.filter(([, times]) => draw.once(times)).map(([name]) => name));
  if (key.columns.length === 1 && draw.once(5)) extras.add("boss");
  if (draw.once(12)) extras.add("versioned");
  if (draw.once(12) && !/AUTO_INCREMENT/.test(key.columns[0]?.type ?? "")) extras.add("keyless");
  const whole = extras.has("u") || extras.has("boss") || columns.some(({ kind }) => kind.type === "POINT");
  if (!whole && draw.once(8)) extras.add("partitioned");
  return extras;
}

function drawMain(stage: Stage): MainTable {
  const { draw } = stage;
  const name = stage.table("m");
  const key = drawKey(draw, stage.flavour);
  const columns = drawColumns(draw);
  const extras = drawExtras(draw, key, columns);
  const table = {
    name,
    key,
    columns,
    extras,
    named: namesOf(key, columns, extras),
    row: rowOf(draw, key, columns, extras),
  };
  stage.run(createSql(draw, table));
  const count = 3 + draw.below(9);
  stage.run(`INSERT INTO ${name} (${table.named.join(", ")}) VALUES ${numbers(count).map(table.row).join(", ")}`);
  return table;
}

const namesOf = (key: Key, columns: readonly Column[], extras: ReadonlySet<string>): string[] => [
  ...key.columns.map(({ name }) => name),
  "grp",
  ...columns.map(({ name }) => quote(name)),
  ...["u", "boss"].filter((name) => extras.has(name)),
];

function rowOf(draw: Draw, key: Key, columns: readonly Column[], extras: ReadonlySet<string>) {
  return (n: number): string => {
    const values = columns.map(({ kind, nullable }) => (nullable && draw.once(4) ? "NULL" : kind.value(draw)));
    const parent = n === 0 || draw.once(4) ? "NULL" : (key.values((n - 1) >> 1)[0] ?? "NULL");
    const last = [...(extras.has("u") ? [String(n + 1)] : []), ...(extras.has("boss") ? [parent] : [])];
    return `(${[...key.values(n), String(n % 4), ...values, ...last].join(", ")})`;
  };
}

const SELF = ["CASCADE", "CASCADE", "SET NULL", "RESTRICT"];

function createSql(draw: Draw, { name, key, columns, extras }: Omit<MainTable, "row" | "named">): string {
  const lines = [
    ...key.columns.map((column) => `${column.name} ${column.type} NOT NULL`),
    "grp INT NOT NULL",
    ...columns.map((column) => columnSql(column)),
    ...Object.entries(EXTRAS).flatMap(([extra, lines]) => (extras.has(extra) ? lines : [])),
    `${extras.has("keyless") ? "UNIQUE KEY by_id" : "PRIMARY KEY"} (${key.columns.map((column) => column.name).join(", ")})`,
    "KEY (grp)",
  ];
  const [first] = key.columns;
  if (extras.has("boss") && first !== undefined) {
    lines.push(
      referring("boss", first),
      `CONSTRAINT ${name}_boss FOREIGN KEY (boss) REFERENCES ${name} (id) ON DELETE ${draw.pick(SELF)}`,
    );
  }
  return `CREATE TABLE ${name} (${[...lines, ...versions(draw, extras)].join(", ")})${optionsSql(draw, key, extras)}`;
}

const versions = (draw: Draw, extras: ReadonlySet<string>): string[] =>
  extras.has("versioned") ? [draw.pick(VERSIONED)].filter((text) => text !== "") : [];

function optionsSql(draw: Draw, { columns }: Key, extras: ReadonlySet<string>): string {
  const numeric = columns[0]?.type.startsWith("INT") === true;
  const partitions = draw.pick(numeric ? [...PARTITIONS, BY_NUMBER] : PARTITIONS);
  return `${extras.has("versioned") ? " WITH SYSTEM VERSIONING" : ""}${extras.has("partitioned") ? ` ${partitions}` : ""}`;
}

const columnSql = ({ name, kind, nullable }: Column): string =>
  /TIMESTAMP/.test(kind.type)
    ? `${quote(name)} ${kind.type}`
    : `${quote(name)} ${kind.type} ${nullable ? "NULL" : "NOT NULL"}`;
