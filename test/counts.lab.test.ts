/** What a run asks of the disk and of the database, counted: counts do not lie on a busy machine. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs, TRACED } from "./support/needs.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "./support/own-site.ts";
import { packagedProgram, STRACE } from "./support/packaged.ts";
import { HANDRAIL } from "./support/program.ts";

const STEPS = 100;

const steps = (lineOf: (id: number) => string): string =>
  Array.from({ length: STEPS }, (_unused, index) => lineOf(index + 1)).join("\n");

const READS = steps(
  (id) =>
    `          - { id: r${id}, title: Read ${id}, sql.read: "SELECT note FROM notes WHERE id = :id", params: { id: "'${id}'" }, columns: { note: text } }`,
);
const CHANGES = steps(
  (id) =>
    `          - { id: c${id}, title: Change ${id}, sql.change: "UPDATE notes SET note = :note WHERE id = :id AND note = 'old'", params: { id: "'${id}'", note: "'new'" }, touches: { table: notes, rows: { exactly: "1" }, within: { column: id, in: "['${id}']" } }, verify: there }`,
);

const runbook = (id: string, lines: string): string => `handrail: 1
runbooks:
  - id: ${id}
    title: Counted
    summary: Counted
    severity: low
    target: { noun: note, nouns: notes }
    select:
      sql: SELECT CAST(id AS CHAR) AS id, note FROM notes WHERE id = 1
      columns: { id: text, note: text }
      key: id
      label: id
      stuck: "true"
    probes:
      there: { title: It is there, sql.read: SELECT CAST(COUNT(*) AS CHAR) AS n FROM notes, columns: { n: text }, expect: result.size() == 1 }
    phases:
      - id: steps
        title: Steps
        steps:
${lines}
    success:
      - { id: there, probe: there }
`;

let database: OwnDatabase;
let site: OwnSite;
let folder = "";

interface Cost {
  /** What its program asked of the disk. */
  readonly syncs: number;
  /** What the server was sent. */
  readonly statements: number;
  readonly prepares: number;
}

/** What of a cost is more than it may be. */
const beyond = (cost: Cost, most: Cost): Partial<Cost> =>
  Object.fromEntries(
    Object.entries(cost).filter(([name, count]: [string, number]) => count > most[name as keyof Cost]),
  );

/** Runs a runbook under a grant, and counts. */
async function counted(id: string, lines: string): Promise<Cost> {
  writeFileSync(site.file, runbook(id, lines));
  const grant = await site.grant(id, { vm: ["1"] });
  const { root } = database.server;
  await root.query("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON");
  const trace = join(site.root, `${id}.trace`);
  const { file, env } = await packagedProgram(STRACE);
  const words = ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace, HANDRAIL];
  const ran = spawnSync(file, [...words, "run", id, "--file", site.file, "--vm", "1", "--grant", grant], {
    env: { ...env, ...site.env },
    encoding: "utf8",
  });
  await root.query("SET GLOBAL general_log = OFF");
  expect([ran.status, ran.stderr]).toEqual([0, ""]);
  const [rows] = await root.query(
    "SELECT command_type, COUNT(*) AS n FROM mysql.general_log WHERE user_host LIKE ? GROUP BY command_type",
    ["%sre%"],
  );
  const sent = new Map((rows as { command_type: string; n: number }[]).map((row) => [row.command_type, row.n]));
  const syncs = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => / f(?:data)?sync\(/u.test(line)).length;
  return {
    syncs,
    statements: (sent.get("Query") ?? 0) + (sent.get("Execute") ?? 0),
    prepares: sent.get("Prepare") ?? 0,
  };
}

describe("a run of 100 steps", { ...(await needs(TRACED)) }, () => {
  beforeAll(async () => {
    database = await ownDatabase("CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20) NOT NULL) ENGINE=InnoDB");
    const rows = Array.from({ length: STEPS }, (_unused, index) => `(${index + 1}, 'old')`).join(", ");
    await database.server.root.query(`INSERT INTO shop.notes VALUES ${rows}`);
    folder = mkdtempSync(join(tmpdir(), "handrail-counts-"));
    site = ownSite({ db: { mysql: database.mysql } }, join(folder, "runbooks.yaml"));
  });
  afterAll(async () => {
    site.remove();
    rmSync(folder, { recursive: true });
    await database.stop();
  });

  it("that only read", async () => {
    const cost = await counted("reads", READS);
    expect(cost.statements).toBeGreaterThanOrEqual(STEPS);
    expect(beyond(cost, { syncs: 11, statements: 1.5 * STEPS, prepares: 16 })).toEqual({});
  });

  it("that change", async () => {
    const cost = await counted("changes", CHANGES);
    // Each waits for the disk with its undo and with its outcome: fewer would be counted wrongly, or be lost with the power.
    expect(cost.syncs).toBeGreaterThanOrEqual(2 * STEPS);
    expect(cost.statements).toBeGreaterThanOrEqual(STEPS);
    expect(beyond(cost, { syncs: 2.2 * STEPS, statements: 14.5 * STEPS, prepares: 2.3 * STEPS })).toEqual({});
  });
});
