/** What a set-up that is wrong is told: a sentence, the thing that is meant, and the next step. HANDRAIL_TREE names another build. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../.."));
const folder = mkdtempSync(join(tmpdir(), "handrail-messages-"));
const config = join(folder, "config.yaml");
const password = join(folder, "password");
const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"], HOME: folder, XDG_STATE_HOME: join(folder, "state") };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `sites:
  here:
    mysql: { host: 127.0.0.1, port: 1, user: oma, password: { file: ${password} }, database: oma }
    volume_daemon: { url: "http://127.0.0.1:1" }
    cloudstack: { from: appliance }
    oma_api: { url: "http://127.0.0.1:1" }
`;
const RUN = ["run", "failed-execution-cleanup", "--vm", "pgtest1", "--config", config];

interface Said {
  readonly code: number | null;
  readonly said: string;
}

function handrail(args: readonly string[], more: NodeJS.ProcessEnv = {}): Said {
  const { status, stdout, stderr } = spawnSync(join(tree, "bin/handrail"), args, {
    env: { ...env, ...more },
    encoding: "utf8",
  });
  return { code: status, said: stdout + stderr };
}

/** A run with this configuration, and with this password. */
function configured(text: string, secret = "secret\n", more: NodeJS.ProcessEnv = {}): Said {
  writeFileSync(config, text, { mode: 0o600 });
  writeFileSync(password, secret, { mode: 0o600 });
  return handrail(RUN, more);
}

describe("a configuration", () => {
  const BAD = GOOD.replace("{ host:", "{ hst:")
    .replace("port: 1,", 'port: "1",')
    .replace(", database: oma", "")
    .replace("{ file:", "{ fiel:")
    .replace("volume_daemon:", "volume_deamon:");
  let told: Said = { code: null, said: "" };
  beforeAll(() => {
    told = configured(BAD.replace("from:", "frm:"));
  });

  test.each([
    ["a key of a site", 'site: there is no field volume_deamon here; did you mean "volume_daemon"?'],
    ["a key of mysql", 'mysql: there is no field hst here; did you mean "host"?'],
    ["a key of a part with two forms", 'cloudstack: there is no field frm here; did you mean "from"?'],
    ["a field that is missing", "mysql: the field database is missing"],
    ["a number in quotes", "mysql.port: this is text, and has to be a number: write it without quotes"],
    [
      "a secret that is none",
      "mysql.password: this is a map of fields, which does not fit here; it is written as {file: PATH}",
    ],
  ])("%s", (_what, sentence) => {
    const { code, said } = told;
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/Invalid input|Unrecognized key/u);
    expect(code).toBe(65);
  });

  test.each([
    [
      "a key of the top",
      "default_sit: here\n" + GOOD,
      'there is no field default_sit here; did you mean "default_site"?',
    ],
    [
      "a form that is none",
      GOOD.replace("{ from: appliance }", "oma"),
      "cloudstack: this is text, which does not fit here; it is written as {from} or {url, api_key, secret_key, tls}",
    ],
    [
      "a form of which half is there",
      GOOD.replace("{ from: appliance }", '{ url: "http://127.0.0.1:1", api_key: { env: K } }'),
      "cloudstack: the field secret_key is missing; it is written as {file: PATH}",
    ],
  ])("%s", (_what, text, sentence) => {
    const { code, said } = configured(text, "secret\n", { K: "key" });
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/Invalid input|Unrecognized key/u);
    expect(code).toBe(65);
  });

  test.each([
    ["an empty password file", GOOD, ""],
    ["a password file of one blank line", GOOD, " \n"],
    ["an empty variable", GOOD.replace(`{ file: ${password} }`, "{ env: NOTHING }"), "x"],
  ])("%s is no password", (_what, text, secret) => {
    const { code, said } = configured(text, secret, { NOTHING: "" });
    expect(said).toMatch(/is empty; (?:write it into the file, on one line|set it to the secret)/u);
    expect(code).toBe(65);
  });

  test.each([
    ["is a folder", folder, /it is a folder; name a file in it/u],
    ["holds no sites", config, /has no `sites`; `handrail setup`/u],
  ])("that %s", (_what, path, sentence) => {
    writeFileSync(config, "default_site: here\n", { mode: 0o600 });
    const { code, said } = handrail([...RUN.slice(0, -1), path]);
    expect([code, said]).toEqual([65, expect.stringMatching(sentence) as string]);
  });

  test("of the endpoint is told in the same words", () => {
    writeFileSync(config, `${GOOD}serve: { token: { env: T }, max_run: 3 }\n`, { mode: 0o600 });
    const { code, said } = handrail(["serve", "--config", config], { T: "a token that is long enough" });
    expect(said).toContain('serve: there is no field max_run here; did you mean "max_runs"?');
    expect(code).toBe(65);
  });
});

describe("without a lab", () => {
  test.each(["ledger", "reset"])("lab %s says that there is none, and how to get one", (word) => {
    const { code, said } = handrail(["lab", word, "--name", "nowhere"]);
    expect(said).toContain("there is no lab nowhere in ");
    expect(said).toContain("handrail lab up --name nowhere");
    expect(said).not.toContain("ENOENT");
    expect(code).toBe(1);
  });
});

describe("a file that is named", () => {
  test.each([
    ["statements", ["sql", "--check", "/nowhere/at-all"]],
    ["runbooks", ["explain", "failed-execution-cleanup", "--file", "/nowhere/at-all"]],
  ])("and is not there: %s", (_what, args) => {
    const { code, said } = handrail(args);
    expect([code, said]).toEqual([65, expect.stringContaining("it does not exist; look at the spelling") as string]);
    expect(said).not.toContain("no such file or directory");
  });
});
