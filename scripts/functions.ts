/**
 * Writes `src/sql/dialects/*-functions.ts`: which built-in functions of a server only compute. Takes one or more running
 * servers of one family, oldest first:
 *
 *     node scripts/functions.ts mariadb mysql://root:WORD@127.0.0.1:3306/mysql …
 *
 * Names come from the server itself (information_schema.SQL_FUNCTIONS and KEYWORDS, its help tables) and from the other family's
 * list. Each is tried with PREPARE, which resolves a function and runs none. What acts, waits, reads files or remembers is left
 * out by `ACTING`, with its reason. The change in the written files is to be read before it is kept: a new server's new
 * function counts as one that only computes until it stands in `ACTING`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createConnection, type Connection } from "mysql2/promise";
import { ACTING } from "../src/sql/dialects/acting.ts";
import { GRAMMAR, OTHERWISE, OWN, SINCE, UNLISTED } from "./functions-judged.ts";

type Family = "mariadb" | "mysql";

/** Ways to write the arguments, of which each function takes at least one. */
const SHAPES = [
  "()",
  "(1)",
  "('a')",
  "(1, 1)",
  "('a', 'b')",
  "(1, 1, 1)",
  "('a', 'b', 'c')",
  "(1, 1, 1, 1)",
  "(1) OVER ()",
  "() OVER ()",
  "(1) OVER (ORDER BY 1)",
  "(1, 1) OVER (ORDER BY 1)",
  "() OVER (ORDER BY 1)",
  "(0.5) WITHIN GROUP (ORDER BY 1) OVER ()",
  "(YEAR FROM NOW())",
  "(NOW(), INTERVAL 1 DAY)",
  "(SECOND, NOW(), NOW())",
  "('a' USING utf8mb4)",
  "(1 AS CHAR)",
  "('a', 'b' AS CHAR)",
  "('a' IN 'b')",
  "(DATE, 'USA')",
  "(BOTH 'x' FROM 'y')",
  "(user) AGAINST ('a') FROM mysql.user",
  "(mysql.user)",
  "('[]', '$' COLUMNS (a FOR ORDINALITY)) AS x",
];

/** No such function, however it is asked: also "not allowed there", which is said of no function that exists. */
const UNKNOWN = new Set([1064, 1305, 1630, 1054, 1109, 1128]);

async function prepares(connection: Connection, sql: string): Promise<number> {
  try {
    const statement = await connection.prepare(sql);
    await statement.close();
    return 0;
  } catch (error) {
    return (error as { errno?: number }).errno ?? -1;
  }
}

const select = (name: string, shape: string): string =>
  `SELECT ${shape.includes(" COLUMNS ") ? "* FROM " : ""}${name}${shape}`;

async function shapeOf(connection: Connection, name: string): Promise<string | null> {
  for (const shape of SHAPES) {
    const code = await prepares(connection, select(name, shape));
    if (!UNKNOWN.has(code)) return shape;
  }
  return null;
}

async function column(connection: Connection, sql: string): Promise<string[]> {
  try {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return (rows as unknown[][]).map(([name]) => String(name).toUpperCase());
  } catch {
    return []; // the other family's
  }
}

const SOURCES = [
  "SELECT `FUNCTION` FROM information_schema.SQL_FUNCTIONS",
  "SELECT WORD FROM information_schema.KEYWORDS",
  "SELECT name FROM mysql.help_topic",
];

const file = (family: string): URL => new URL(`../src/sql/dialects/${family}-functions.ts`, import.meta.url);
function written(family: Family): string[] {
  try {
    return readFileSync(file(family), "utf8").match(/(?<=^ .*)\b[A-Z][A-Z0-9_]*\b/gm) ?? [];
  } catch {
    return [];
  }
}

interface Found {
  readonly since: string;
  readonly gap: boolean;
}

async function look(url: string, found: Map<string, Found>): Promise<string> {
  const connection = await createConnection({ uri: url, flags: ["-IGNORE_SPACE"] });
  const [version = ""] = await column(connection, "SELECT VERSION()");
  const asked = await Promise.all(SOURCES.map((sql) => column(connection, sql)));
  const names = [...asked.flat(), ...UNLISTED, ...SINCE[family].keys(), ...written("mariadb"), ...written("mysql")];
  const [, since = ""] = /^(\d+\.\d+)/.exec(version) ?? [];
  for (const name of new Set(names.filter((word) => /^[A-Z][A-Z0-9_]*$/.test(word)))) {
    if (ACTING.has(name) || OWN.test(name) || GRAMMAR.has(name) || found.has(name)) continue;
    const shape = await shapeOf(connection, name);
    if (shape === null) continue;
    const gap = UNKNOWN.has(await prepares(connection, select(`${name} `, shape)));
    found.set(name, { since: SINCE[family].get(name) ?? OTHERWISE[family] ?? since, gap });
  }
  await connection.end();
  return version;
}

const wrapped = (names: readonly string[]): string => {
  const lines = [""];
  for (const name of names) {
    if ((lines.at(-1) ?? "").length + name.length > 118) lines.push("");
    lines[lines.length - 1] += `${lines.at(-1) === "" ? "" : " "}${name}`;
  }
  return lines.map((line) => `    ${line}\n`).join("");
};

const [family, ...urls] = process.argv.slice(2) as [Family, ...string[]];
const found = new Map<string, Found>();
const versions: string[] = [];
for (const url of urls) versions.push(await look(url, found));
const bySince = Map.groupBy(
  [...found].sort(([a], [b]) => (a < b ? -1 : 1)),
  ([, { since }]) => since,
);
const parts = [...bySince].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
const gaps = [...found].flatMap(([name, { gap }]) => (gap ? [name] : [])).sort();
const upper = family.toUpperCase();
writeFileSync(
  file(family),
  `// Written by scripts/functions.ts from the answers of ${versions.join(" and ")}.
// Functions that only compute, by the version from which on a server is known to have them built in.
export const ${upper}_FUNCTIONS: Readonly<Record<string, string>> = {
${parts.map(([since, names]) => `  "${since}": \`\n${wrapped(names.map(([name]) => name))}  \`,\n`).join("")}};

// Of these, what is no built-in any more where a space stands before the parenthesis.
export const ${upper}_GAPS = \`
${wrapped(gaps)}\`;
`,
);
process.stdout.write(`${family}: ${found.size} functions\n`);
