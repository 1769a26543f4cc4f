/** Random tables, rows and changes from a number: the same number always makes the same ones. */

export type Random = (below: number) => number;

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;
const hex = (random: Random, bytes: number): string =>
  Array.from({ length: bytes }, () => random(256).toString(16).padStart(2, "0")).join("");

const TEXTS = [
  "",
  "a",
  "A",
  "a ",
  "NULL",
  "it''s",
  "ü😀",
  "line\\nline",
  "back\\\\slash",
  '"q"',
  "%_",
  "0",
  "1abc",
  "\\0x",
];
const NUMBERS = ["0", "1", "-1", "7", "42", "100"];

interface Kind {
  readonly type: string;
  readonly value: (random: Random) => string;
}

const text = (type: string): Kind => ({ type, value: (random) => `'${pick(random, TEXTS)}'` });
const from = (type: string, list: readonly string[]): Kind => ({ type, value: (random) => pick(random, list) });

const KINDS: readonly Kind[] = [
  from("TINYINT", NUMBERS),
  from("SMALLINT UNSIGNED", ["0", "65535", "7"]),
  from("MEDIUMINT", NUMBERS),
  from("INT(8) ZEROFILL", ["0", "5", "123"]),
  from("BIGINT UNSIGNED", ["18446744073709551615", "9007199254740993", "0"]),
  from("BIGINT", ["-9223372036854775808", "9007199254740993", "1"]),
  from("DECIMAL(30,10)", ["12345678901234567890.0123456789", "-0.5", "0"]),
  from("FLOAT", ["0.1", "-3.5e20", "16777217", "0"]),
  from("DOUBLE", ["0.1", "1e-300", "-1.7976931348623157e308", "3"]),
  from("BIT(9)", ["b'101010101'", "b'0'", "b'1'"]),
  text("CHAR(12)"),
  text("VARCHAR(40)"),
  text("VARCHAR(40) COLLATE utf8mb4_bin"),
  { type: "VARCHAR(20) CHARACTER SET latin1", value: (random) => pick(random, ["'é'", "'x'", "''", "'ÄÖ'"]) },
  text("TINYTEXT"),
  text("TEXT"),
  text("LONGTEXT"),
  from("ENUM('red','green','blue')", ["'red'", "'green'", "3"]),
  from("SET('x','y','z')", ["'x'", "'x,z'", "''"]),
  from("JSON", [`'{"a": 1}'`, "'[1, 2.5, null]'", `'"text"'`]),
  { type: "BINARY(6)", value: (random) => `x'${hex(random, 6)}'` },
  { type: "VARBINARY(20)", value: (random) => `x'${hex(random, random(20))}'` },
  { type: "BLOB", value: (random) => `x'00ff27${hex(random, random(30))}'` },
  from("DATE", ["'2024-02-29'", "'1000-01-01'", "'9999-12-31'"]),
  from("TIME(3)", ["'-838:59:58.999'", "'11:12:13.140'", "'00:00:00'"]),
  from("DATETIME(6)", ["'2024-01-01 00:00:00.123456'", "'1999-12-31 23:59:59'"]),
  from("TIMESTAMP(3) NULL DEFAULT NULL", ["'2024-06-01 12:00:00.125'", "'1971-01-01 00:00:00'"]),
  from("YEAR", ["2024", "1901", "2155"]),
  from("UUID", ["'72ad283d-e614-11f1-9fb0-02fc00000001'", "'00000000-0000-0000-0000-000000000000'"]),
  from("INET6", ["'::1'", "'2001:db8::ff00:42:8329'"]),
  from("POINT", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-7.5 1e9)', 4326)"]),
];

interface Key {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The values of the n-th row's key. */
  readonly values: (n: number) => readonly string[];
  /** An expression that gives every row another key, or null. */
  readonly moved: string | null;
}

const keyed = (type: string, value: (n: number) => string, moved: string | null = null): Key => ({
  columns: [{ name: "id", type }],
  values: (n) => [value(n)],
  moved,
});

const KEYS: readonly Key[] = [
  keyed("INT AUTO_INCREMENT", (n) => String(n + 1), "id + 1000"),
  keyed("BIGINT UNSIGNED", (n) => String(18446744073709551615n - BigInt(n))),
  keyed("VARCHAR(64)", (n) => `'key ${n} ü'`, "CONCAT(id, '!')"),
  keyed("VARCHAR(30) CHARACTER SET latin1", (n) => `'k${n}é'`),
  keyed("BINARY(4)", (n) => `x'00ff27${n.toString(16).padStart(2, "0")}'`),
  keyed("DATETIME(6)", (n) => `'2024-01-01 00:00:00.${String(n).padStart(6, "0")}'`),
  keyed("DECIMAL(20,4)", (n) => `${n}.2500`, "id + 500"),
  keyed("UUID", (n) => `'72ad283d-e614-11f1-9fb0-02fc0000${n.toString(16).padStart(4, "0")}'`),
  {
    columns: [
      { name: "id", type: "INT" },
      { name: "part", type: "VARCHAR(20)" },
    ],
    values: (n) => [String(n >> 1), n % 2 === 0 ? "'a'" : "'b x'"],
    moved: null,
  },
];

export interface Scene {
  readonly setup: readonly string[];
  readonly tables: readonly string[];
  readonly sql: string;
  /** Tables that the change may touch. */
  readonly touched: readonly string[];
  /** Whether a trigger or a cascade makes undoing partial. */
  readonly beside: boolean;
  /** What somebody else does between the preview and the commit, or null. */
  readonly meanwhile: string | null;
}

/** A scene of its own tables, all names ending in the seed. */
export function sceneOf(seed: number): Scene {
  const random = randomOf(seed * 7919 + 1);
  const [main, other, child, log] = ["m", "o", "c", "l"].map((letter) => `${letter}_${seed}`) as [
    string,
    string,
    string,
    string,
  ];
  const key = pick(random, KEYS);
  const kinds = Array.from({ length: 2 + random(6) }, () => pick(random, KINDS));
  const columns = kinds.map((kind, at) => ({
    name: at === 1 ? "c'1 `x".replace("`", "") : `c${at}`,
    kind,
    nullable: random(3) > 0,
  }));
  const quote = (name: string): string => `\`${name}\``;
  const keyNames = key.columns.map(({ name }) => name);
  const lines = [
    ...key.columns.map(({ name, type }) => `${name} ${type} NOT NULL`),
    "grp INT NOT NULL",
    ...columns.map(({ name, kind, nullable }) =>
      /TIMESTAMP/.test(kind.type)
        ? `${quote(name)} ${kind.type}`
        : `${quote(name)} ${kind.type} ${nullable ? "NULL" : "NOT NULL"}`,
    ),
    ...(random(2) === 0
      ? ["up TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"]
      : []),
    ...(random(3) === 0 ? ["made DATETIME NOT NULL DEFAULT NOW()"] : []),
    ...(random(3) === 0 ? ["gv INT AS (grp * 2) VIRTUAL", "gs VARCHAR(20) AS (CONCAT('g', grp)) STORED"] : []),
    ...(random(3) === 0 ? ["hidden INT INVISIBLE DEFAULT 5"] : []),
    `PRIMARY KEY (${keyNames.join(", ")})`,
    "KEY (grp)",
  ];
  const count = 3 + random(9);
  const row = (n: number): string =>
    [
      ...key.values(n),
      String(n % 4),
      ...columns.map(({ kind, nullable }) =>
        (nullable || /TIMESTAMP/.test(kind.type)) && random(4) === 0 ? "NULL" : kind.value(random),
      ),
    ].join(", ");
  const named = [...keyNames, "grp", ...columns.map(({ name }) => quote(name))].join(", ");
  const triggers = random(5) === 0;
  const cascade = random(5) === 0 && key.columns.length === 1;
  const setup = [
    `CREATE TABLE ${main} (${lines.join(", ")})`,
    `CREATE TABLE ${other} (n INT PRIMARY KEY, grp INT NOT NULL, word VARCHAR(20), KEY (grp))`,
    `CREATE TABLE ${log} (n INT AUTO_INCREMENT PRIMARY KEY, said VARCHAR(90))`,
    `INSERT INTO ${main} (${named}) VALUES ${Array.from({ length: count }, (_, n) => `(${row(n)})`).join(", ")}`,
    `INSERT INTO ${other} VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 1, 'three'), (4, 9, NULL)`,
    ...(triggers
      ? [
          `CREATE TRIGGER t_${seed} AFTER ${pick(random, ["UPDATE", "DELETE", "INSERT"])} ON ${main} FOR EACH ROW INSERT INTO ${log} (said) VALUES ('x')`,
        ]
      : []),
    ...(cascade
      ? [
          `CREATE TABLE ${child} (n INT AUTO_INCREMENT PRIMARY KEY, parent ${key.columns[0]?.type.replace(" AUTO_INCREMENT", "")},
             FOREIGN KEY (parent) REFERENCES ${main} (id) ON DELETE ${pick(random, ["CASCADE", "SET NULL"])} ON UPDATE CASCADE)`,
          `INSERT INTO ${child} (parent) SELECT id FROM ${main}`,
        ]
      : []),
  ];
  const where = pick(random, [
    "grp = 1",
    "grp IN (1, 2)",
    "grp > 0",
    "grp < 9",
    `grp = (SELECT MIN(grp) FROM ${other})`,
    `grp IN (WITH c AS (SELECT grp FROM ${other} WHERE n < 3) SELECT grp FROM c)`,
    "grp = 77",
  ]);
  const column = pick(random, columns);
  const value = column.nullable && random(5) === 0 ? "NULL" : column.kind.value(random);
  const sets = [
    `${quote(column.name)} = ${value}`,
    `${quote(column.name)} = ${value}, grp = grp + 4`,
    `grp = grp + IF(grp = 1, 3, 0)`,
    `grp = grp`,
    ...(lines.some((line) => line.startsWith("made")) ? [`made = NOW()`] : []),
    ...(key.moved === null ? [] : [`id = ${key.moved}`, `id = ${key.moved}, grp = 8`]),
  ];
  const order = `ORDER BY grp DESC, ${keyNames.join(", ")} LIMIT ${1 + random(3)}`;
  const set = pick(random, sets);
  const fresh = Array.from({ length: 1 + random(3) }, (_, n) => `(${row(50 + n)})`).join(", ");
  const free = [...keyNames, "grp", ...columns.map(({ name }) => quote(name))].slice(keyNames.length);
  const changes: readonly (readonly [string, readonly string[]])[] = [
    [`UPDATE ${main} SET ${set} WHERE ${where}`, [main]],
    [
      `UPDATE ${main} AS x SET ${set.replaceAll("id = id", "x.id = x.id").replaceAll("(id", "(x.id")} WHERE ${where}`,
      [main],
    ],
    [`UPDATE ${main} SET ${quote(column.name)} = ${value} WHERE ${where} ${order}`, [main]],
    [
      `UPDATE ${main} a JOIN ${other} b ON a.grp = b.grp SET a.${quote(column.name)} = ${value}, b.word = CONCAT(b.word, 's')`,
      [main, other],
    ],
    [`UPDATE ${main} a LEFT JOIN ${other} b USING (grp) SET b.word = 'left', a.grp = 6 WHERE a.grp < 3`, [main, other]],
    [`DELETE FROM ${main} WHERE ${where}`, [main]],
    [`DELETE FROM ${main} WHERE ${where} ${order}`, [main]],
    [`DELETE a FROM ${main} a JOIN ${other} b ON a.grp = b.grp WHERE b.n < 3`, [main]],
    [`DELETE FROM a, b USING ${main} AS a JOIN ${other} AS b ON a.grp = b.grp`, [main, other]],
    [`INSERT INTO ${main} (${named}) VALUES ${fresh}`, [main]],
    [`INSERT INTO ${other} (n, grp, word) SELECT n + 10, grp, CONCAT(word, '+') FROM ${other} WHERE n < 4`, [other]],
    ...(key.columns[0]?.type.includes("AUTO") === true
      ? [
          [
            `INSERT INTO ${main} (${free.join(", ")}) SELECT ${free.join(", ")} FROM ${main} WHERE grp = 1`,
            [main],
          ] as const,
        ]
      : []),
  ];
  const [sql, touched] = pick(random, changes);
  const meanwhile = pick(random, [
    null,
    null,
    `UPDATE ${main} SET grp = grp + 1 WHERE grp = 1`,
    `DELETE FROM ${main} WHERE grp = 2 LIMIT 1`,
    `INSERT INTO ${main} (${named}) VALUES (${row(90)})`,
    `UPDATE ${other} SET grp = 2 WHERE n = 1`,
  ]);
  const tables = [main, other, log, ...(cascade ? [child] : [])];
  return { setup, tables, sql, touched, beside: triggers || cascade, meanwhile };
}
