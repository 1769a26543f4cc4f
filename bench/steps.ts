/** 100 steps of Handrail against a bare script that makes the same round trips and as many durable appends. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadWorld, sqlQuietly, type Lab } from "../src/packs/appliance/lab/index.ts";
import { pairs, type Pair } from "./pairs.ts";

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

function handrail({ node, cli, env }: Setup, args: readonly string[]): string {
  const ended = spawnSync(node, [cli, ...args], { env, encoding: "utf8" });
  if (ended.status !== 0)
    throw new Error(
      `handrail ${args.join(" ")} ended with ${ended.status}: ${ended.stdout.slice(-2000)}${ended.stderr}`,
    );
  return ended.stdout;
}

/** Runs once with the server's general log on and keeps what went over the wire. */
async function recordTrips(
  setup: Setup,
  args: readonly string[],
): Promise<{ trips: unknown[]; events: number; bytes: number }> {
  const { lab } = setup;
  await sqlQuietly(lab, "SET GLOBAL log_output = 'TABLE'");
  await sqlQuietly(lab, "TRUNCATE mysql.general_log");
  await sqlQuietly(lab, "SET GLOBAL general_log = ON");
  const lines = handrail(setup, [...args, "--json"])
    .split("\n")
    .filter(Boolean);
  await sqlQuietly(lab, "SET GLOBAL general_log = OFF");
  const rows = (await sqlQuietly(
    lab,
    "SELECT thread_id, command_type, CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log WHERE user_host LIKE '%oma_user%' AND command_type IN ('Query', 'Prepare', 'Execute') ORDER BY event_time",
  )) as { thread_id: number; command_type: string; text: string }[];
  const daemons = new Set(
    rows
      .filter((row) => row.text.includes("volume_operations") || row.text.includes("lab by="))
      .map((row) => row.thread_id),
  );
  const trips = rows
    .filter((row) => !daemons.has(row.thread_id))
    .map((row) => ({ thread: row.thread_id, kind: row.command_type, text: row.text }));
  return { trips, events: lines.length, bytes: Math.round(lines.join("").length / lines.length) };
}

async function measure(setup: Setup, name: string, source: string, rounds: number): Promise<Pair> {
  const { lab, dir, node, env, cli } = setup;
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.yaml`);
  const grant = join(dir, `${name}.grant`);
  writeFileSync(file, source);
  rmSync(grant, { force: true });
  await resetSteps(lab);
  handrail(setup, ["grant", name, "--file", file, "--all-stuck", "--lab", "-o", grant]);
  const args = ["run", name, "--file", file, "--all-stuck", "--lab", "--grant", grant];
  const { trips, events, bytes } = await recordTrips(setup, args);
  const { mysql } = lab.site;
  const plan = join(dir, `${name}.plan.json`);
  writeFileSync(plan, JSON.stringify({ mysql, trips, appends: events, bytes, journal: join(dir, "bare.db") }));
  const bare = new URL("bare.mjs", import.meta.url).pathname;
  process.stdout.write(`  ${name}: ${trips.length} round trips, ${events} durable appends of ${bytes} bytes\n`);
  const renew = (): void => {
    const done = spawnSync(node, [new URL("renew.mjs", import.meta.url).pathname, plan], { env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  return pairs(
    rounds,
    () => (renew(), { file: node, args: [cli, ...args], env }),
    () => (renew(), { file: node, args: [bare, plan], env }),
  );
}

/** The two ratios of 100 steps. */
export async function steps(setup: Setup, rounds: number): Promise<{ reads: Pair; changes: Pair }> {
  await loadWorld(setup.lab, "stuck-virtio");
  return {
    reads: await measure(setup, "reads", reads(), rounds),
    changes: await measure(setup, "changes", changes(), rounds),
  };
}
