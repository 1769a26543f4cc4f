/**
 * What an exact preview and its apply cost beside the bare statement and its SELECT. Both halves of a round make the
 * same two changes to rows of their own that are in the same state: there and back between two texts. Where these are
 * of different length, the rows shrink on the way there and grow on the way back. InnoDB takes several times longer to
 * let a row grow, and taking back a preview that shrank it is such a growth: only both ways together make a figure.
 * Which half goes first changes. The ratio is the median of the rounds' own ratios: what else the machine does meets
 * both halves.
 */
import { performance } from "node:perf_hooks";
import type { Connection } from "mysql2/promise";
import type { Connections } from "../src/connections/connect.ts";
import { portsOf } from "../src/packs/appliance/connections/connect.ts";
import type { SqlChange } from "../src/ports/sql.ts";
import { startDatabase } from "../test/support/database.ts";

/** The two texts that a change turns between: the second one is where the rows begin. */
export const TEXTS = {
  "of the same length": ["waiting", "pending"],
  "of different length": ["failed", "pending"],
} as const;

/** Rows of each table: enough that an index is used for fewer of them. */
const ROWS = 20_000;
/** Rounds that do not count: the first ones are spent on compiling. */
const WARM = 4;

type Name = "bare" | "ours";

/** What one change of a half took, in milliseconds; `cpu` is this process's own, the server's is not in it. */
interface Half {
  readonly ms: number;
  readonly cpu: number;
}

export interface ChangeCost {
  readonly rounds: number;
  /** Milliseconds of one preview and apply by what was asked of the server; the rest is this process's own work. */
  readonly parts: ReadonlyMap<string, number>;
  readonly bare: Half;
  readonly ours: Half;
  readonly ratio: number;
}

/** How much larger this process gets, in MiB, while it carries a few changes out. Ask once: Node gives little back. */
export async function changeMemory(rows: number): Promise<number> {
  return withTables(async (world) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const look = (): void => void (most = Math.max(most, process.memoryUsage().rss));
    const watch = setInterval(look, 2);
    const texts = TEXTS["of different length"];
    for (let time = 0; time < WARM; time += 1) await thereAndBack(texts, (status) => ours(world, rows, status));
    clearInterval(watch);
    look();
    return (most - before) / 1024 / 1024;
  });
}

/** Previews and applies UPDATEs of so many rows, two in each of `rounds` rounds. */
export async function changeCost(rows: number, rounds: number, texts: keyof typeof TEXTS): Promise<ChangeCost> {
  const parts = new Map<string, number>();
  const observe = (sql: string, ms: number): void => {
    const part = partOf(sql);
    parts.set(part, (parts.get(part) ?? 0) + ms / (2 * (rounds + WARM)));
  };
  return withTables(async (world, stranger) => {
    const found: Record<Name, Half>[] = [];
    for (let round = 0; round < rounds + WARM; round += 1) {
      const halves = {
        bare: () => thereAndBack(TEXTS[texts], (status) => bare(stranger, rows, status)),
        ours: () => thereAndBack(TEXTS[texts], (status) => ours(world, rows, status)),
      };
      found.push(await oneRound(halves, round % 2 === 0 ? ["bare", "ours"] : ["ours", "bare"]));
    }
    const kept = found.slice(WARM);
    const half = (of: Name): Half => ({
      ms: median(kept.map((round) => round[of].ms)),
      cpu: kept.reduce((sum, round) => sum + round[of].cpu, 0) / kept.length,
    });
    const ratio = median(kept.map((round) => round.ours.ms / round.bare.ms));
    return { rounds, parts, bare: half("bare"), ours: half("ours"), ratio };
  }, observe);
}

/** Other tables on the server, as an appliance has them: what the catalogue is asked must not cost by their number. */
const OTHERS = 75;

/** What a statement of ours is for. */
function partOf(sql: string): string {
  if (sql.includes("information_schema") || sql.includes("WHERE FALSE")) return "catalogue";
  if (sql.startsWith("EXPLAIN")) return "plan";
  if (/^(?:\/\*.*?\*\/ )?UPDATE JSON_TABLE/u.test(sql)) return "inverse";
  if (/^(?:\/\*.*?\*\/ )?UPDATE/u.test(sql)) return "narrowed";
  if (sql.includes("handrail_rows")) return "images";
  if (sql.startsWith("SELECT CAST")) return "keys";
  return /^(?:ROLLBACK|COMMIT)/u.test(sql) ? sql.toLowerCase() : "rest";
}

async function withTables<T>(
  work: (world: Connections, stranger: Connection) => Promise<T>,
  observe: (sql: string, ms: number) => void = () => undefined,
): Promise<T> {
  const database = await startDatabase();
  const world = portsOf(database.site(), { redact: (text) => text, observe });
  const stranger = await database.stranger();
  try {
    for (const name of ["plain", "ours"]) await database.root.query(table(name));
    for (let other = 0; other < OTHERS; other += 1)
      await database.root.query(
        `CREATE TABLE other_${other} (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES other_${other} (id))`,
      );
    return await work(world, stranger);
  } finally {
    await stranger.end();
    await world.close();
    await database.stop();
  }
}

const table = (name: string): string =>
  `CREATE TABLE ${name} (id INT PRIMARY KEY, job VARCHAR(64) NOT NULL, name VARCHAR(100), status VARCHAR(20), size BIGINT,
     made DATETIME(6), note TEXT, part INT NOT NULL, up TIMESTAMP(6) DEFAULT NOW(6) ON UPDATE NOW(6), KEY (part));
   INSERT INTO ${name} SELECT seq, UUID(), CONCAT('name ', seq), 'pending', seq * 1000, NOW(6), REPEAT('x', 80), seq, NOW(6)
     FROM seq_1_to_${ROWS};
   ANALYZE TABLE ${name}`;

const where = (rows: number): string => `part BETWEEN 1 AND ${rows}`;

async function bare(stranger: Connection, rows: number, status: string): Promise<void> {
  await stranger.query(`SELECT * FROM plain WHERE ${where(rows)}`);
  await stranger.query(`UPDATE plain SET status = '${status}', size = size + 1 WHERE ${where(rows)}`);
}

async function ours({ sql }: Connections, rows: number, status: string): Promise<void> {
  const change: SqlChange = {
    sql: `UPDATE ours SET status = :status, size = size + 1 WHERE ${where(rows)}`,
    values: { status },
    touches: { table: "ours", rows: { exactly: rows }, within: null },
  };
  const preview = await sql.preview(change);
  if (!preview.ok) throw new Error(preview.error.message);
  if (preview.value.undo?.kind !== "complete") throw new Error(JSON.stringify(preview.value.undo));
  const outcome = await sql.apply(change, preview.value, { run: "b", step: "b", attempt: "b" });
  if (outcome.kind !== "applied") throw new Error(JSON.stringify(outcome));
}

async function thereAndBack([there, back]: readonly [string, string], to: (text: string) => Promise<void>) {
  await to(there);
  await to(back);
}

async function oneRound(halves: Readonly<Record<Name, () => Promise<void>>>, order: readonly Name[]) {
  const found: Partial<Record<Name, Half>> = {};
  for (const name of order) found[name] = await timed(halves[name]);
  return found as Record<Name, Half>;
}

async function timed(work: () => Promise<unknown>): Promise<Half> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  // For each of its two changes.
  return { ms: (performance.now() - from) / 2, cpu: process.cpuUsage(cpu).user / 2000 };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
