/**
 * What README and docs say to type, typed: every block of commands, in order, by a newcomer with a home of their own, in one
 * lab. HANDRAIL_TREE names another tree, whose pages are then played with its own build.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attachLab, downLab, loadWorld, upLab } from "../../src/packs/appliance/lab/index.ts";
import { defaultServer, type ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import { answerAll } from "../support/answered.ts";
import { blocksOf, type PageCommand } from "../support/blocks.ts";
import { MYSQL, needs } from "../support/needs.ts";
import { labScale } from "../support/pace.ts";
import { openPty, type Pty } from "../support/pty.ts";
import { shellEnv } from "../support/room.ts";
import { WHOLE } from "../support/sample.ts";

const own = join(import.meta.dirname, "../..");
const tree = resolve(process.env["HANDRAIL_TREE"] ?? own);
const names = readdirSync(join(tree, "docs")).filter((name) => name.endsWith(".md"));
/** README first, as it is read: the pages about the journal then have one to look at. */
const PAGES = ["README.md", ...names.map((name) => `docs/${name}`)];
const pages = PAGES.map((page) => blocksOf(page, readFileSync(join(tree, page), "utf8")));
const commands = pages.flatMap((page) => page.commands);

/** Why a block is not run here, and how many there are: each is played by somebody else, or cannot be without a machine of its own. */
const LEFT = {
  /** `scripts/bare-roots.sh` and `test/package.soak.test.ts`. */
  installs: 8,
  /** `test/serve/`, behind a real nginx, and over a site of nobody's product. */
  callers: 2,
  /** What is there is somebody's own: `test/incidents/` and `test/cli/own-commands.lab.test.ts` have such sites. */
  "a site of your own": 1,
};

/** What a block may begin with; what installs, or asks for root, is marked as not run. */
const HARMLESS = /^(?:HANDRAIL_\w+=\S+ |XDG_\w+=\S+ )?(?:(?:bin\/)?handrail|sqlite3|mkdir|\(umask) /u;

const home = mkdtempSync(join(tmpdir(), "handrail-docs-"));
const at = (...parts: string[]): string => join(home, ...parts);
const clone = at("clone");
const dir = at(".local/state/handrail/labs/default");

/** `sqlite3 [-readonly] FILE SQL`, for machines that have none: the queries are what is tried. */
const SQLITE = `#!${process.execPath}
const [, , ...words] = process.argv;
const [file, sql] = words.filter((word) => word !== "-readonly");
const Database = require(${JSON.stringify(join(own, "node_modules/better-sqlite3"))});
const statement = new Database(file, { readonly: true }).prepare(sql);
if (!statement.reader) statement.run();
else for (const row of statement.raw().all()) console.log(row.join("|"));
`;

function settle(): void {
  for (const folder of [clone, at("tools"), at("installed"), at("backup/handrail/journals"), at(".local/state/handrail/journals")])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(tree).filter((part) => !part.startsWith("."))) symlinkSync(join(tree, name), join(clone, name));
  symlinkSync(join(tree, "bin/handrail"), at("installed/handrail"));
  writeFileSync(at("tools/sqlite3"), SQLITE);
  chmodSync(at("tools/sqlite3"), 0o755);
  // the pages speak of the site of an appliance, and here that is the lab
  symlinkSync("lab-default", at(".local/state/handrail/journals/appliance"));
  symlinkSync("appliance", at("backup/handrail/journals/lab-default"));
}

/** A newcomer's shell. In the clone of the README nothing of Handrail is on the PATH; the other pages speak of what is installed. */
function shell(page: string): { env: NodeJS.ProcessEnv; cwd: string } {
  const { XDG_STATE_HOME: _state, XDG_CONFIG_HOME: _config, ...env } = shellEnv();
  const folders = (env["PATH"] ?? "").split(":").filter((folder) => !existsSync(join(folder, "handrail")));
  const installed = page === "README.md" ? [] : [at("installed")];
  const more = page === "README.md" ? {} : { HANDRAIL_LAB: "default" };
  const path = [at("tools"), ...installed, ...folders].join(":");
  const cache = env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const kept = process.env["HANDRAIL_KEPT"];
  return { cwd: clone, env: { ...env, ...more, HOME: home, PATH: path, XDG_CACHE_HOME: cache, HANDRAIL_KEPT: kept } };
}

interface Played {
  readonly exit: number;
  readonly shown: string;
}

/** The same terminal, whose program is ended when it takes the whole screen: a page that wants keys says which. */
function leaving(t: Pty): Pty {
  const written = (): string => {
    if (t.modes().alternate) t.kill();
    return t.written();
  };
  return { ...t, written };
}

/** Types one command, and answers what it asks. */
async function play({ page, text, keys }: PageCommand): Promise<Played> {
  const t = openPty("/bin/sh", ["-c", text], { ...shell(page), rows: 60, columns: 120 });
  if (keys.length === 0) return { exit: await answerAll(leaving(t)), shown: t.written() };
  await expect.poll(() => t.modes().alternate && t.text().trim() !== "").toBe(true);
  await t.press(...keys);
  return { exit: await t.ended, shown: t.written() };
}

/** A lab as it is at first. That of another tree is its own, and begins with the README's own command. */
async function fresh(server: ServerName = defaultServer()): Promise<void> {
  if (tree !== own) return;
  const up = await attachLab({ dir }).catch(() => null);
  if (up?.config.server === server) await loadWorld(up, "stuck-virtio");
  else {
    if (existsSync(dir)) await downLab({ dir }, { keep: false });
    await upLab({ dir, world: "stuck-virtio", scale: labScale(50), server });
  }
}

async function end(): Promise<void> {
  if (tree === own) return existsSync(dir) ? downLab({ dir }, { keep: false }) : undefined;
  await play({ page: "README.md", line: 0, text: "bin/handrail lab down --rm", exit: 0, keys: [] });
}

async function rootOf(): Promise<Connection> {
  const { config } = await attachLab({ dir });
  const { ports, rootPassword: password } = config;
  return createConnection({ host: "127.0.0.1", port: ports.mysql, user: "root", password, database: "migratekit_oma" });
}

/** What the tables that the examples change hold now. */
async function sums(): Promise<string> {
  const root = await rootOf();
  const [rows] = await root.query("CHECKSUM TABLE failover_jobs, job_tracking, job_steps, log_events");
  await root.end();
  return JSON.stringify(rows);
}

/** A command to be copied that means a program which is not on the PATH. */
const BARE = /(?:^\s*|: )(?:HANDRAIL_LAB=\S+ )?handrail [a-z]+ .*/mu;

/** Plays a page. Whatever a typed statement changed is as before to the byte when it was taken back. */
async function faultsIn(page: string): Promise<string[]> {
  const faults: string[] = [];
  let was = "";
  for (const command of commands.filter((each) => each.page === page && HARMLESS.test(`${each.text} `))) {
    const changes = /\bhandrail sql\b[^"]*"(?!SELECT)/u.test(command.text);
    const takesBack = /\bhandrail undo\b/u.test(command.text);
    if (changes) was = await sums();
    faults.push(...faultsOf(command, await play(command)));
    if ((changes || takesBack) && ((await sums()) === was) !== takesBack)
      faults.push(`${page}:${command.line}: ${command.text}\n  the rows ${takesBack ? "are not as before" : "did not change"}`);
  }
  return faults;
}

/** What is wrong with a command: how it ended, or what it says to type next. */
function faultsOf(command: PageCommand, { exit, shown }: Played): string[] {
  const place = `${command.page}:${command.line}: ${command.text}`;
  const tail = shown.trim().split("\n").slice(-3).join(" ").slice(-300);
  const [bare] = command.page === "README.md" ? (BARE.exec(shown) ?? []) : [];
  return [
    ...(exit === command.exit ? [] : [`${place}\n  exit ${exit}, not ${command.exit}: ${tail}`]),
    ...(command.text.startsWith("sqlite3 -readonly") && tail === "" ? [`${place}\n  finds nothing`] : []),
    ...(bare === undefined ? [] : [`${place}\n  says to type what is not there: ${bare.trim()}`]),
  ];
}

beforeAll(settle);
afterAll(async () => {
  await end();
  rmSync(home, { recursive: true, force: true });
});

describe("the blocks of README and docs", () => {
  it("are commands, or are marked as what is not run, as often as is known", () => {
    expect(pages.flatMap((page) => page.strange)).toEqual([]);
    const left: Record<string, number> = {};
    for (const [reason, count] of pages.flatMap((page) => Object.entries(page.left)))
      left[reason] = (left[reason] ?? 0) + count;
    expect(left).toEqual(LEFT);
  });

  it("begin with nothing that installs, or asks for root", () => {
    expect(commands.length).toBeGreaterThan(35);
    expect(commands.filter(({ text }) => !HARMLESS.test(`${text} `)).map(({ page, line, text }) => `${page}:${line}: ${text}`)).toEqual([]);
  });

  it.each(PAGES.filter((page) => commands.some((command) => command.page === page)))("of %s do what they say", async (page) => {
    await fresh();
    expect(await faultsIn(page)).toEqual([]);
  });
});

// What is typed into a database, on the other server as well: that page alone, and in the long tests.
describe.each(WHOLE ? ["docs/sql.md"] : [])("on MySQL", WHOLE ? await needs(MYSQL) : {}, (page) => {
  it(`the blocks of ${page} do what they say`, async () => {
    await fresh("mysql");
    expect(await faultsIn(page)).toEqual([]);
  });
});
