/** `handrail setup` for a site that belongs to no product: named connections, tried one after the other; what is there stays. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { dispatch } from "../../src/cli/dispatch.ts";
import { Stop, type Io } from "../../src/cli/io.ts";
import { startHttp, type FakeServer } from "../support/http-server.ts";
import { quietIo, type Said } from "../support/incident.ts";
import { ownDatabase, type OwnDatabase } from "../support/own-site.ts";
import { QUEUE } from "../incidents/worlds.ts";

const CANARY = "Bearer c4n4ry-of-setup";
let database: OwnDatabase;
let service: FakeServer;
let home: string;
let config: string;

beforeAll(async () => {
  database = await ownDatabase(QUEUE.tables);
  service = await startHttp((_asked, response) => response.writeHead(200).end("{}"));
});
afterAll(async () => {
  await service.stop();
  await database.stop();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "handrail-setup-own-"));
  config = join(home, ".config/handrail/config.yaml");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A command with these answers on its input, one a line. `hasEnd`: nobody answers more than that. */
async function typed(
  words: readonly string[],
  answers: readonly string[] = [],
  hasEnd = false,
): Promise<Omit<Said, "run">> {
  const { io, said } = quietIo({ HOME: home, PATH: process.env["PATH"] ?? "" });
  const input = new PassThrough();
  input.write(answers.map((line) => `${line}\n`).join(""));
  if (hasEnd) input.end();
  const stdin = input as unknown as Io["stdin"];
  try {
    return { exit: await dispatch(words, { ...io, stdin }), ...said };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { exit: error.exit, out: said.out, err: error.message };
  }
}

interface Mysql {
  readonly port: number;
  readonly user: string;
  readonly password: { readonly file: string };
}
const mysql = (): Mysql => database.mysql as Mysql;
const password = (): string => readFileSync(mysql().password.file, "utf8");

/** Answers about a database: name, host, port, database, user, password. */
const databaseAnswers = (name: string): string[] => [
  "mysql",
  name,
  "127.0.0.1",
  `${mysql().port}`,
  "shop",
  "sre",
  password(),
];

const httpAnswers = (name: string, header: readonly string[]): string[] => [
  "http",
  name,
  service.url,
  ...header,
  "none",
];
const programAnswers = (name: string, path: string): string[] => ["programs", name, path, "yes", "done"];

/** Writes a configuration with a site of these connections. */
function configured(connections: string): void {
  mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
  writeFileSync(config, `# ours\nsites:\n  shop:\n    connections:\n${connections}`, { mode: 0o600 });
}

const shop = (): Record<string, unknown> =>
  (parse(readFileSync(config, "utf8")) as { sites: { shop: { connections: Record<string, unknown> } } }).sites.shop
    .connections;

describe("a site of one's own", () => {
  it("is asked for connection by connection, each is tried, and all of it is written with its secrets apart", async () => {
    const program = join(home, "look");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    const answers = [
      "other",
      "shop",
      ...databaseAnswers(""),
      ...httpAnswers("connect", ["authorization", CANARY]),
      ...programAnswers("", program),
      "done",
      "yes",
    ];
    const said = await typed(["setup"], answers);
    expect(said).toMatchObject({ exit: 0, err: "" });
    expect(said.out).toMatch(/What is it: the appliance, or something else \(appliance\/other\) \[appliance\]: /u);
    expect(said.out).toMatch(/ok +database .*database shop, as sre/u);
    expect(said.out).toMatch(/ok +connect http +connect answers \(GET \/ with 200\)/u);
    expect(said.out).toMatch(/ok +host program .* can be started; the site says that it only looks/u);
    expect(said.out).toContain("no runbook fits this site");
    const folder = join(home, ".config/handrail/secrets/shop-connections");
    expect(shop()).toEqual({
      db: {
        mysql: {
          host: "127.0.0.1",
          port: mysql().port,
          user: "sre",
          password: { file: join(folder, "db.password") },
          database: "shop",
        },
      },
      connect: {
        http: { url: service.url, headers: { authorization: { file: join(folder, "connect.authorization") } } },
      },
      host: { programs: [{ path: program, read: true }] },
    });
    for (const [file, text] of [
      ["db.password", password()],
      ["connect.authorization", CANARY],
    ] as const) {
      expect(readFileSync(join(folder, file), "utf8")).toBe(`${text}\n`);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    for (const secret of [CANARY, password()])
      expect(`${said.out}${readFileSync(config, "utf8")}`).not.toContain(secret);
    expect((await typed(["doctor"])).out).not.toMatch(/BROKEN|appliance|CloudStack|Volume Daemon/u);
  });

  it("may have a server that nothing is changed on unless that is said", async () => {
    await database.server.root.query("SET GLOBAL read_only = 1");
    onTestFinished(async () => void (await database.server.root.query("SET GLOBAL read_only = 0")));
    const answers = ["other", "shop", ...databaseAnswers("db"), "yes", "done", "yes"];
    const said = await typed(["setup"], answers);
    expect(said.out).toMatch(/BROKEN +primary[^]*Are changes meant to go to this very server \(no\/yes\) \[no\]/u);
    expect(said.exit).toBe(0);
    expect(shop()).toMatchObject({ db: { may_change: "replica" } });
    expect((await typed(["doctor"])).out).not.toContain("BROKEN");
  });

  it("shows each of its values with where it came from", async () => {
    writeFileSync(join(home, "token"), `${CANARY}\n`, { mode: 0o600 });
    configured(
      `      db: { mysql: { host: 127.0.0.1, port: ${mysql().port}, user: sre, password: { file: ${mysql().password.file} }, database: shop }, may_change: replica }
      connect:
        http:
          url: ${service.url}
          headers: { authorization: { file: ${home}/token } }
      host: { programs: [/usr/bin/env, { path: /usr/bin/pgrep, read: true }] }
`,
    );
    const { exit, out } = await typed(["config"]);
    expect(exit).toBe(0);
    const lines = out.replaceAll(/\n {5,}/gu, " ");
    for (const line of [
      /^connections\.db\.mysql\.host +127\.0\.0\.1 +line 5$/mu,
      /^connections\.db\.mysql\.password +\*\*\* +\S+password \(line 5\)$/mu,
      /^connections\.db\.may_change +replica +line 5$/mu,
      /^connections\.connect\.http\.url +http:\/\/127\.0\.0\.1:\d+ +line 8$/mu,
      /^connections\.connect\.http\.headers\.authorization +\*\*\* +\S+token \(line 9\)$/mu,
      /^connections\.connect\.http\.tls +verify +default$/mu,
      /^connections\.connect\.http\.timeout_s +30 +default$/mu,
      /^connections\.host\.programs +\/usr\/bin\/env, \/usr\/bin\/pgrep \(it only looks\) +line 10$/mu,
    ])
      expect(lines).toMatch(line);
    expect(out).not.toContain(CANARY);
  });
});

describe("what is there already", () => {
  beforeEach(() => {
    writeFileSync(join(home, "token"), `${CANARY}\n`, { mode: 0o600 });
    configured(
      `      db: { mysql: { host: 127.0.0.1, port: 1, user: sre, password: { file: ${mysql().password.file} }, database: shop, tls: { ca: /none.pem } }, may_change: replica }
      connect: { http: { url: "http://127.0.0.1:1", headers: { authorization: { file: ${home}/token } }, timeout_s: 5 } }
`,
    );
  });

  it("stays as it is written where it is not named again, and is what Enter takes where it is", async () => {
    const answers = ["", "", "", "http", "connect", service.url, "", "none", "done", "yes"];
    const said = await typed(["setup"], answers);
    expect(said.out).toContain("(other/appliance) [other]");
    expect(said.out).toContain("  db  mysql 127.0.0.1 1 shop");
    expect(said.out).toContain("[from the present configuration]");
    expect(said).toMatchObject({ exit: 0, err: "" });
    expect(readFileSync(config, "utf8")).toContain("# ours");
    expect(shop()).toEqual({
      db: {
        mysql: {
          host: "127.0.0.1",
          port: 1,
          user: "sre",
          password: { file: mysql().password.file },
          database: "shop",
          tls: { ca: "/none.pem" },
        },
        may_change: "replica",
      },
      connect: { http: { timeout_s: 5, url: service.url, headers: { authorization: { file: join(home, "token") } } } },
    });
    expect(existsSync(join(home, ".config/handrail/secrets"))).toBe(false);
  });

  it("is asked again where it is broken, or kept where that is said; the end says that not all works", async () => {
    const answers = ["", "", "", "http", "connect", "", "", "none", "again", "", "", "none", "keep", "done", "yes"];
    const said = await typed(["setup"], answers);
    expect(said.out.match(/BROKEN +connect http/gu)).toHaveLength(2);
    expect(said.exit).toBe(69);
  });

  it("has a name that nothing of another kind can take, and nothing is written where the answers end", async () => {
    const before = readFileSync(config, "utf8");
    const said = await typed(["setup"], ["", "", "", "mysql", "connect", "Db", "9"], true);
    expect(said.out).toContain("connect is there already, and is http");
    expect(said.out.match(/a name begins with a lower case letter/gu)).toHaveLength(2);
    expect(said.exit).toBe(4);
    expect(readFileSync(config, "utf8")).toBe(before);
  });
});

it("a site of the product keeps its name for itself", async () => {
  mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
  writeFileSync(config, "sites:\n  first: { cloudstack: { from: appliance } }\n", { mode: 0o600 });
  const said = await typed(["setup"], ["other", "first", "change", "shop", ...databaseAnswers("db"), "done", "yes"]);
  expect(said.out).toContain("first is a site of the appliance; give this one another name");
  expect(said.out).toContain("handrail doctor --site shop");
  expect(said.exit).toBe(0);
});
