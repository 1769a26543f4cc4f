/** The lab on MySQL: through the command line, and its tables beside MariaDB's. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCommand } from "../../../../src/packs/appliance/lab/servers/family.ts";
import { findServer } from "../../../../src/packs/appliance/lab/servers/find.ts";
import { startDatabase, type Database } from "../../../support/database.ts";
import { processesOf } from "../../../support/leftovers.ts";
import { MYSQL, needs } from "../../../support/needs.ts";
import { onPath } from "../../../support/on-path.ts";
import { columnsOf, foreignKeysOf, keysOf, viewsOf } from "../../../support/tables.ts";
import { HANDRAIL } from "../../../support/program.ts";

const state = mkdtempSync(join(tmpdir(), "lab-mysql-"));
const folder = join(state, "handrail", "labs", "default");

const mysqlHere = await needs(MYSQL);

type Ended = { code: number; out: string; said: string };

/** Runs Handrail as a person would whose labs lie in a folder of their own. */
function run(...words: readonly string[]): Promise<Ended> {
  return runIn({ ...process.env, XDG_STATE_HOME: state, XDG_CONFIG_HOME: state, HANDRAIL_LAB_SERVER: "" }, words);
}

function runIn(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(HANDRAIL, words, { env }, (_error, out, said) =>
      done({ code: child.exitCode ?? -1, out, said }),
    );
    child.stdin?.end();
  });
}

describe("a server that a lab does not run on", () => {
  it("is wrong usage, in a sentence, and nothing is made", async () => {
    const said = "--server is mariadb or mysql, not oracle. Nothing was started\n";
    expect(await run("lab", "up", "--server", "oracle")).toEqual({ code: 64, out: "", said });
    expect(existsSync(folder)).toBe(false);
  });
});

describe("an installed program of MySQL's name", () => {
  /** A machine that has a search path of its own with that program on it, and no apt. */
  function machine(program: string): { env: NodeJS.ProcessEnv; sbin: string } {
    const home = mkdtempSync(join(tmpdir(), "lab-mysqld-"));
    const sbin = join(home, "usr", "sbin");
    mkdirSync(sbin, { recursive: true });
    for (const name of ["sh", "readlink", "dirname", "cp"]) symlinkSync(onPath(name), join(sbin, name));
    writeFileSync(join(sbin, "mysqld"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    return { env: { PATH: sbin, HOME: home, LANG: "C.UTF-8" }, sbin };
  }

  it.each([
    [
      "MariaDB's link",
      "mysqld  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu",
      /it does not say that it is MySQL, but: mysqld {2}Ver 10/,
    ],
    ["one that is too old", "mysqld  Ver 5.7.44 for Linux on x86_64", /it is MySQL 5\.7\.44, which is older than 8\.0/],
    [
      "one without its messages",
      "mysqld  Ver 8.4.6 for Linux on x86_64",
      /its messages \(english\/errmsg\.sys\) are in none of \S+/,
    ],
  ])("%s is passed over, and named with what was seen", async (_name, version, sentence) => {
    const { env, sbin } = machine(`echo "${version}"`);
    const up = await runIn(env, ["lab", "up", "--server", "mysql"]);
    expect(up).toMatchObject({ code: 69, out: "", said: expect.stringMatching(sentence) });
    expect(up.said).toContain(`${sbin}/mysqld: `);
    expect(up.said).toContain("none could be fetched: there is no apt-get on the PATH");
    expect(existsSync(join(env["HOME"] ?? "", ".local/state/handrail/labs/default"))).toBe(false);
  });

  it("is taken where it serves", mysqlHere, async () => {
    const real = await findServer("mysql", process.env);
    const { file, words } = startCommand(real, [], {});
    const { env, sbin } = machine(`exec "${[file, ...words.slice(0, -1)].join('" "')}" "$@"`);
    const messages = real.places.find((place) => place.startsWith("--lc-messages-dir="))?.split("=")[1] ?? "";
    mkdirSync(join(sbin, "../share"));
    symlinkSync(messages, join(sbin, "../share/mysql"));
    const up = await runIn(env, ["lab", "up", "--server", "mysql"]);
    const down = await runIn(env, ["lab", "down", "--rm"]);
    expect([up, down]).toMatchObject([{ code: 0, said: "" }, { code: 0 }]);
  });
});

describe("a lab on MySQL", mysqlHere, () => {
  afterAll(() => run("lab", "down", "--rm"));

  it("comes up, is read, tells what runs, and goes with all that it started", async () => {
    const up = await run("lab", "up", "--server", "mysql", "--scale", "20");
    expect(up).toMatchObject({
      code: 0,
      said: "",
      out: expect.stringMatching(/^The lab default is up .* on MySQL\.$/mu),
    });
    const status = await run("lab", "status");
    expect([...status.out.matchAll(/^ {2}(\w+) +127\.0\.0\.1:\d+$/gmu)].map(([, name]) => name)).toEqual([
      "mysql",
      "daemon",
      "cloudstack",
      "api",
    ]);
    const read = await run("sql", "--lab", "select count(*) as n, version() as v from vm_replication_contexts");
    expect(read).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ +(?:8|9)\.\d+\.\d+/mu) });
    const plan = await run("plan", "failed-execution-cleanup", "--vm", "pgtest2", "--lab");
    expect(plan).toMatchObject({ code: 5, out: expect.stringContaining("Effects      nothing was sent") });

    const other = await run("lab", "up", "--server", "mariadb");
    expect(other).toMatchObject({ code: 64, out: "" });
    expect(other.said).toMatch(
      /^The lab default in \S+ was made with MySQL and cannot be brought up with MariaDB, .*\n$/u,
    );
    expect((await run("lab", "status")).code).toBe(0);

    expect(processesOf(folder).length).toBeGreaterThan(3);
    expect(await run("lab", "down")).toMatchObject({ code: 0 });
    expect(processesOf(folder)).toEqual([]);
    expect(await run("lab", "up")).toMatchObject({ code: 0, out: expect.stringContaining("on MySQL.") });
    expect(await run("lab", "down", "--rm")).toMatchObject({ code: 0 });
    expect([processesOf(folder), existsSync(folder)]).toEqual([[], false]);
  });
});

describe("the appliance's tables on MySQL", mysqlHere, () => {
  let [mysql, mariadb]: Database[] = [];
  beforeAll(async () => {
    [mysql, mariadb] = await Promise.all([startDatabase("mysql"), startDatabase("mariadb")]);
  });
  afterAll(() => Promise.all([mysql?.stop(), mariadb?.stop()]));

  it.each([
    ["columns, their types and defaults", columnsOf, 300],
    ["keys", keysOf, 100],
    ["foreign keys", foreignKeysOf, 20],
    ["views", viewsOf, 2],
  ] as const)("have the same %s as on MariaDB", async (_what, read, least) => {
    if (!mysql || !mariadb) throw new Error("a server is missing");
    const [here, there] = [await read(mysql), await read(mariadb)];
    expect(there.length).toBeGreaterThanOrEqual(least);
    expect(here).toEqual(there);
  });
});
