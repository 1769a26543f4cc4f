/**
 * What exact previews cost: preview, approval and apply of an UPDATE against the bare statement and its SELECT in the
 * same run (bench/changes.ts says how; `node bench/sql.ts ROWS ROUNDS` measures that alone); and classification against
 * sql-query-identifier, where HANDRAIL_SQL_QUERY_IDENTIFIER names its folder.
 */
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { classify } from "../src/sql/classify.ts";
import { DECEIVING } from "../test/sql/deceiving.ts";
import { HARMLESS } from "../test/sql/harmless.ts";
import { WOVEN } from "../test/sql/woven.ts";
import { changeCost, type TEXTS } from "./changes.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);
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

async function updates(rows: number, rounds: number, texts: keyof typeof TEXTS): Promise<void> {
  const { bare, ours, ratio, parts } = await changeCost(rows, rounds, texts);
  say(
    `UPDATE of ${rows} rows, texts ${texts}: bare with its SELECT ${bare.ms.toFixed(1)} ms (${bare.cpu.toFixed(1)} of user CPU), ` +
      `preview and apply ${ours.ms.toFixed(1)} ms (${ours.cpu.toFixed(1)}), ${ratio.toFixed(2)} times`,
  );
  say(`  of these ${[...parts].map(([part, ms]) => `${part} ${ms.toFixed(1)}`).join(", ")}`);
}

const both = async (rows: number, rounds: number): Promise<void> => {
  await updates(rows, rounds, "of different length");
  await updates(rows, rounds, "of the same length");
};

const [rows, rounds] = process.argv.slice(2).map(Number);
if (rows !== undefined) await both(rows, rounds ?? 30);
else {
  await both(10_000, 5);
  await both(1_000, 30);
  await both(5, 30);
  classification();
}
