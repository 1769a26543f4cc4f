/**
 * What exact previews cost: preview, approval and apply of an UPDATE against the bare statement and its SELECT in the
 * same run; and classification against sql-query-identifier, where HANDRAIL_SQL_QUERY_IDENTIFIER names its folder.
 */
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { portsOf } from "../src/connections/connect.ts";
import type { SqlChange } from "../src/phases/ports.ts";
import { classify } from "../src/sql/classify.ts";
import { DECEIVING } from "../test/sql/deceiving.ts";
import { HARMLESS } from "../test/sql/harmless.ts";
import { WOVEN } from "../test/sql/woven.ts";
import { startDatabase, type Database } from "../test/support/database.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const ROWS = 20_000;

async function table(database: Database): Promise<void> {
  await database.root.query(
    `CREATE TABLE work (id INT PRIMARY KEY, job VARCHAR(64) NOT NULL, name VARCHAR(100), status VARCHAR(20), size BIGINT,
       made DATETIME(6), note TEXT, part INT NOT NULL, up TIMESTAMP(6) DEFAULT NOW(6) ON UPDATE NOW(6), KEY (part));
     INSERT INTO work SELECT seq, UUID(), CONCAT('name ', seq), 'pending', seq * 1000, NOW(6), REPEAT('x', 80), seq, NOW(6) FROM seq_1_to_${ROWS};
     ANALYZE TABLE work`,
  );
}

/** Rounds that do not count: the first ones are spent on compiling. */
const WARM = 3;

async function updates(rows: number, rounds: number): Promise<void> {
  const database = await startDatabase();
  await table(database);
  const world = portsOf(database.site(), { redact: (text) => text });
  const bare = await database.stranger();
  const where = `part BETWEEN 1 AND ${rows}`;
  const times: { bare: number; ours: number; heap: number }[] = [];
  for (let round = 0; round < rounds + WARM; round += 1) {
    const plain = await timed(async () => {
      await bare.query(`SELECT * FROM work WHERE ${where}`);
      await bare.query(`UPDATE work SET status = 'plain ${round}', size = size + 1 WHERE ${where}`);
    });
    const change: SqlChange = {
      sql: `UPDATE work SET status = :status, size = size + 1 WHERE ${where}`,
      values: { status: `ours ${round}` },
      touches: { table: "work", rows: { exactly: rows }, within: null },
    };
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const ours = await timed(async () => {
      const preview = await world.sql.preview(change);
      if (!preview.ok) throw new Error(preview.error.message);
      const outcome = await world.sql.apply(change, preview.value, { run: "b", step: "b", attempt: "b" });
      if (outcome.kind !== "applied") throw new Error(JSON.stringify(outcome));
    });
    clearInterval(watch);
    times.push({ bare: plain, ours, heap: (Math.max(most, process.memoryUsage().rss) - before) / 1024 / 1024 });
  }
  const kept = times.slice(WARM);
  const [plain, ours] = [median(kept.map((time) => time.bare)), median(kept.map((time) => time.ours))];
  // Each round's own ratio: what else the machine does meanwhile meets both halves of a round.
  const ratio = median(kept.map((time) => time.ours / time.bare));
  const memory = Math.max(...times.map((time) => time.heap));
  say(
    `UPDATE of ${rows} rows: bare with its SELECT ${plain.toFixed(1)} ms, preview and apply ${ours.toFixed(1)} ms, ` +
      `${ratio.toFixed(2)} times; at most ${memory.toFixed(0)} MiB more memory`,
  );
  await bare.end();
  await world.close();
  await database.stop();
}

/** Microseconds for each statement, the best of several rounds. */
function perStatement(statements: readonly string[], work: (sql: string) => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const from = performance.now();
    for (const sql of statements) work(sql);
    rounds.push(((performance.now() - from) * 1000) / statements.length);
  }
  return Math.min(...rounds);
}

function classification(): void {
  const all = [...DECEIVING, ...HARMLESS, ...WOVEN];
  const ours = perStatement(all, (sql) => classify(sql, { sqlMode: "" }));
  const strict = perStatement(all, (sql) => classify(sql));
  say(`classify: ${ours.toFixed(1)} us a statement with the server's mode, ${strict.toFixed(1)} us in every mode`);
  const folder = process.env["HANDRAIL_SQL_QUERY_IDENTIFIER"];
  if (folder === undefined) return say("sql-query-identifier is not there to compare with");
  const { identify } = createRequire(`${folder}/`)("sql-query-identifier") as {
    identify: (sql: string, options: object) => unknown;
  };
  const theirs = perStatement(all, (sql) => {
    try {
      return identify(sql, { strict: false, dialect: "mysql" });
    } catch {
      return null;
    }
  });
  say(
    `sql-query-identifier: ${theirs.toFixed(1)} us; ours is ${(ours / theirs).toFixed(2)} of it, ${(strict / theirs).toFixed(2)} in every mode`,
  );
}

classification();
for (const [rows, rounds] of [
  [5, 15],
  [1_000, 25],
  [10_000, 5],
] as const)
  await updates(rows, rounds);
