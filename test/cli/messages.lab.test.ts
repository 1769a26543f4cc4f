/** What a run is told of a database that is not the appliance's, and of a full disk. HANDRAIL_TREE names another build. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "mysql2/promise";
import { downLab, loadWorld, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { quietConnection } from "../../src/packs/appliance/lab/worlds/load.ts";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../.."));
const place = mkdtempSync(join(tmpdir(), "handrail-told-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: place, HANDRAIL_LAB: "told" };
let lab: Lab;
let root: Connection;

beforeAll(async () => {
  lab = await upLab({ name: "told", scale: 20, env });
  root = await quietConnection(lab.config);
});
afterAll(async () => {
  await root.end();
  await downLab(lab, { keep: false });
  rmSync(place, { recursive: true, force: true });
});

/** The lab as a site of a configuration, with another database, and a journal in a folder of its own. */
function site(database: string): { args: string[]; state: string; env: NodeJS.ProcessEnv } {
  const state = mkdtempSync(join(place, "state-"));
  const [password, config] = [join(state, "password"), join(state, "config.yaml")];
  const { mysql, volume_daemon, oma_api } = lab.site;
  writeFileSync(password, mysql.password, { mode: 0o600 });
  const text = `sites:
  told:
    mysql: { host: 127.0.0.1, port: ${mysql.port}, user: ${mysql.user}, password: { file: ${password} }, database: ${database} }
    volume_daemon: { url: "${volume_daemon.url}" }
    cloudstack: { from: appliance }
    oma_api: { url: "${oma_api.url}" }
`;
  writeFileSync(config, text, { mode: 0o600 });
  const { HANDRAIL_LAB: _lab, ...rest } = env;
  return { args: ["--config", config], state, env: { ...rest, XDG_STATE_HOME: state } };
}

const handrail = (args: readonly string[], more: NodeJS.ProcessEnv) =>
  execa(join(tree, "bin/handrail"), args, { env: more, extendEnv: false, reject: false, all: true, stdin: "ignore" });

const RUN = ["run", "failed-execution-cleanup", "--vm", "pgtest2"];

describe("a database that is not the appliance's", () => {
  test.each([
    ["without its tables", "information_schema", 1, "this is not the appliance's database"],
    ["that is not there", "nonesuch", 69, "Look at `user`, `password` and `database` of the site's mysql settings"],
  ])("%s is said to be that, with the next step", async (_what, database, code, sentence) => {
    const { args, env: own } = site(database);
    const ran = await handrail([...RUN, ...args], own);
    expect(ran.all).toContain(sentence);
    expect(ran.all).toContain("handrail doctor");
    expect(ran.exitCode).toBe(code);
    const board = await handrail(["console", "--screen-reader", ...args], own);
    expect(board.all).toContain(sentence);
  });
});

test("a lock that cannot be written is no lock that somebody holds", async () => {
  const { args, state, env: own } = site("migratekit_oma");
  mkdirSync(join(state, "handrail"), { mode: 0o700 });
  writeFileSync(join(state, "handrail/locks"), "");
  const ran = await handrail([...RUN, ...args], own);
  expect(ran.all).toMatch(/The lock .* cannot be taken: .*Nothing was executed/u);
  expect(ran.exitCode).toBe(74);
});

test("a port that is taken, and a certificate that is not there, are said with the next step", async () => {
  const { args, state, env: own } = site("migratekit_oma");
  const config = join(state, "config.yaml");
  const text = readFileSync(config, "utf8");
  writeFileSync(config, `${text}serve: { token: { env: T }, port: ${lab.site.mysql.port} }\n`);
  const served = await handrail(["serve", ...args], { ...own, T: "a token that is long enough" });
  expect([served.exitCode, served.all]).toEqual([69, expect.stringContaining("something listens there already")]);
  writeFileSync(config, text.replace(", database:", ", tls: { ca: /nowhere/ca.pem }, database:"));
  const ran = await handrail([...RUN, ...args], own);
  expect(ran.all).toContain("the certificate /nowhere/ca.pem");
  expect(ran.all).not.toMatch(/does not answer|no such file/u);
});

/** Blocks of 512 bytes: less than a whole run writes into the journal's log, and more than its beginning does. */
const LIMIT = 480;

/** How many statements were executed, and connections made, on the server so far. */
async function counts(): Promise<{ statements: number; connections: number }> {
  const [rows] = await root.query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_stmt_execute', 'Connections')");
  const of = (name: string): number =>
    Number((rows as { Variable_name: string; Value: string }[]).find((row) => row.Variable_name === name)?.Value);
  return { statements: of("Com_stmt_execute"), connections: of("Connections") };
}

test("a disk that fills up while JobLog rows wait ends the run there: 74, and nothing is asked of the database after it", async () => {
  await loadWorld(lab, "stuck-virtio");
  const grant = join(place, "grant.json");
  const lines = ["--vm", "pgtest2", "--lab"];
  expect((await handrail(["grant", "failed-execution-cleanup", ...lines, "-o", grant], env)).exitCode).toBe(0);
  // A journal that is there, and its ballast; the limit of a file's size then stands for the end of the disk.
  expect((await handrail(["plan", "failed-execution-cleanup", ...lines], env)).exitCode).toBe(5);
  await root.query("LOCK TABLES log_events WRITE");
  const line = `ulimit -f ${LIMIT}; exec ${tree}/bin/handrail run failed-execution-cleanup ${lines.join(" ")} --grant ${grant}`;
  const running = execa("/bin/sh", ["-c", line], { env, reject: false, all: true, stdin: "ignore" });
  let after: Promise<Awaited<ReturnType<typeof counts>>> | null = null;
  let said = "";
  running.all.on("data", (part: Buffer) => {
    said += part.toString();
    if (said.includes("nothing further was executed")) after ??= counts();
  });
  const ran = await running;
  const [then, end] = [await (after as ReturnType<typeof counts> | null), await counts()];
  await root.query("UNLOCK TABLES");
  expect(ran.all).toContain("the disk is full");
  expect(ran.exitCode).toBe(74);
  // One was under way; whatever waited behind it is written when the run is taken up.
  expect(end.connections - (then?.connections ?? 0)).toBe(0);
  expect(end.statements - (then?.statements ?? 0)).toBeLessThan(3);
  expect(ran.all).toMatch(/the appliance's JobLog is \d+ entr(?:y|ies) behind/u);
});
