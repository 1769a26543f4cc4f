/**
 * 100 steps of Handrail against a bare script that makes the round trips and the durable appends of the first published
 * commit, and nothing else; and what Handrail asks of the database and the disk for them by now.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadWorld, sqlQuietly, type Lab } from "../src/packs/appliance/lab/index.ts";
import { packagedProgram, STRACE } from "../test/support/packaged.ts";
import { pairs, type Pair } from "./pairs.ts";
import { publishedLoad } from "./published.ts";

const STEPS = 100;

const head = (id: string): string => `handrail: 1
runbooks:
  - id: ${id}
    title: Benchmark
    summary: Benchmark
    severity: low
    strategy: sequence
    select:
      sql: SELECT context_id, vm_name, current_status FROM vm_replication_contexts WHERE current_status = 'failed_over_test' ORDER BY context_id LIMIT 1
      columns: { context_id: text, vm_name: text, current_status: text }
      key: context_id
      label: vm_name
      stuck: "true"
    probes:
      there:
        title: There
        kind: sql.read
        sql: SELECT id FROM bench_rows WHERE id = :id
        params: { id: "'1'" }
        columns: { id: text }
        expect: result.size() == 1
`;

const reads = (): string =>
  `${head("reads")}    phases:
      - id: reads
        title: Reads
        steps:
${Array.from(
  { length: STEPS },
  (
    _unused,
    at,
  ) => `          - { id: r${at}, title: Read ${at}, kind: sql.read, sql: "SELECT id, note FROM bench_rows WHERE id = :id", params: { id: "'${at + 1}'" }, columns: { id: text, note: text } }
`,
).join("")}    success:
      - { id: there, probe: there }
`;

const changes = (): string =>
  `${head("changes")}    phases:
      - id: changes
        title: Changes
        steps:
${Array.from(
  { length: STEPS },
  (
    _unused,
    at,
  ) => `          - { id: c${at}, title: Change ${at}, kind: sql.change, sql: "UPDATE bench_rows SET note = :note WHERE id = :id AND note = 'old'", params: { id: "'${at + 1}'", note: "'new'" }, touches: { table: bench_rows, rows: { exactly: "1" }, within: { column: id, in: "['${at + 1}']" } }, verify: there }
`,
).join("")}    success:
      - { id: there, probe: there }
`;

/** The runbooks that are timed: `STEPS` reads, and as many changes of a row each. */
export const STEP_RUNBOOKS = { reads, changes } as const;

/** The rows that they read and change, all as they are before the first change. */
export async function resetSteps(lab: Lab): Promise<void> {
  await sqlQuietly(lab, "DROP TABLE IF EXISTS migratekit_oma.bench_rows");
  await sqlQuietly(
    lab,
    "CREATE TABLE migratekit_oma.bench_rows (id INT PRIMARY KEY, note VARCHAR(20) NOT NULL) ENGINE=InnoDB",
  );
  await sqlQuietly(lab, `INSERT INTO migratekit_oma.bench_rows SELECT seq, 'old' FROM seq_1_to_${STEPS}`).catch(
    async () => {
      for (let id = 1; id <= STEPS; id += 1)
        await sqlQuietly(lab, `INSERT INTO migratekit_oma.bench_rows VALUES (${id}, 'old')`);
    },
  );
}

interface Setup {
  readonly lab: Lab;
  readonly dir: string;
  readonly node: string;
  readonly cli: string;
  readonly env: NodeJS.ProcessEnv;
}

function ended(file: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync(file, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stdout.slice(-2000)}${stderr}`);
}

/** What 100 steps ask for; counts do not lie on a busy machine. */
export interface Counts {
  readonly statements: number;
  readonly prepares: number;
  /** Packets to the database that an answer is waited for, connecting included. */
  readonly waits: number;
  readonly syncs: number;
  /** Written to the disk. */
  readonly bytes: number;
}

export interface Measured {
  readonly pair: Pair;
  readonly counts: Counts;
}

/** The connections of the lab's own daemons, which have the account of the appliance, too. */
const DAEMONS = `SELECT thread_id FROM mysql.general_log
  WHERE argument LIKE '%volume_operations%' OR argument LIKE '%lab by=%'`;

/** Runs once under the server's general log and a trace of the disk, and counts. */
async function count(setup: Setup, args: readonly string[]): Promise<Counts> {
  const { lab, dir, node, cli } = setup;
  await sqlQuietly(lab, "SET GLOBAL log_output = 'TABLE'");
  await sqlQuietly(lab, "TRUNCATE mysql.general_log");
  await sqlQuietly(lab, "SET GLOBAL general_log = ON");
  const trace = join(dir, "trace");
  const { file, env } = await packagedProgram(STRACE);
  const words = ["-f", "-qq", "-e", "trace=fsync,fdatasync,pwrite64", "-o", trace, node, cli, ...args];
  ended(file, words, { ...env, ...setup.env });
  await sqlQuietly(lab, "SET GLOBAL general_log = OFF");
  const rows = (await sqlQuietly(
    lab,
    `SELECT command_type AS kind, COUNT(*) AS n FROM mysql.general_log
     WHERE user_host LIKE '%oma_user%' AND thread_id NOT IN (${DAEMONS}) GROUP BY command_type`,
  )) as { kind: string; n: number }[];
  const sent = new Map(rows.map(({ kind, n }) => [kind, n]));
  const [connects, prepares] = [sent.get("Connect") ?? 0, sent.get("Prepare") ?? 0];
  const statements = (sent.get("Query") ?? 0) + (sent.get("Execute") ?? 0);
  const lines = readFileSync(trace, "utf8").split("\n");
  const written = lines.map((line) => Number(/ pwrite64\(.* = (\d+)$/u.exec(line)?.[1] ?? 0));
  return {
    statements,
    prepares,
    waits: connects + prepares + statements,
    syncs: lines.filter((line) => / f(?:data)?sync\(/u.test(line)).length,
    bytes: written.reduce((sum, bytes) => sum + bytes, 0),
  };
}

type Name = keyof typeof STEP_RUNBOOKS;

async function measure(setup: Setup, name: Name, rounds: number): Promise<Measured> {
  const { lab, dir, node, env, cli } = setup;
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.yaml`);
  const grant = join(dir, `${name}.grant`);
  writeFileSync(file, STEP_RUNBOOKS[name]());
  rmSync(grant, { force: true });
  await resetSteps(lab);
  ended(node, [cli, "grant", name, "--file", file, "--all-stuck", "--lab", "-o", grant], env);
  const args = ["run", name, "--file", file, "--all-stuck", "--lab", "--grant", grant];
  const counts = await count(setup, args);
  const plan = join(dir, `${name}.plan.json`);
  const { mysql } = lab.site;
  writeFileSync(plan, JSON.stringify({ mysql, ...publishedLoad(name), journal: join(dir, "bare.db") }));
  const script = (which: string): string => new URL(which, import.meta.url).pathname;
  const renew = (): void => ended(node, [script("renew.mjs"), plan], env);
  const pair = pairs(
    rounds,
    () => (renew(), { file: node, args: [cli, ...args], env }),
    () => (renew(), { file: node, args: [script("bare.mjs"), plan], env }),
  );
  return { pair, counts };
}

/** What 100 steps of each kind cost. */
export async function steps(setup: Setup, rounds: number): Promise<Readonly<Record<Name, Measured>>> {
  await loadWorld(setup.lab, "stuck-virtio");
  return { reads: await measure(setup, "reads", rounds), changes: await measure(setup, "changes", rounds) };
}
