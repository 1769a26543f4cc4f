/** From an empty home to a true board: `handrail setup` at a real terminal and through a pipe, and `handrail config` after it. */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { applianceHere } from "../src/packs/appliance/setup/machine.ts";
import { clientOptions } from "../src/cli/site/setup/option-file.ts";
import { downLab, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { openPty, type Pty } from "./support/pty.ts";
import { labScale } from "./support/pace.ts";

const root = new URL("..", import.meta.url).pathname;
const base = mkdtempSync(join(tmpdir(), "handrail-setup-"));
const home = join(base, "home");
const config = join(home, ".config/handrail/config.yaml");
const secret = join(home, ".config/handrail/secrets/appliance-mysql");
let lab: Lab;
let api: ChildProcess;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ dir: join(base, "lab"), world: "stuck-virtio", scale: labScale(20) });
  const { ports } = lab.config;
  // As on an appliance, whose binary bears its version, the API is told where its database is on its command line; the password here is wrong.
  writeFileSync(join(base, "oma-api-v2.40.3"), "#!/bin/sh\nwhile sleep 1; do :; done\n", { mode: 0o755 });
  const flags = ["-port", "8082", "-db-host=localhost", "-db-port", `${ports.mysql}`, "-db-user", "oma_user"];
  api = spawn(join(base, "oma-api-v2.40.3"), [...flags, "-db-pass", "not-this-one"], { stdio: "ignore" });
});
afterAll(async () => {
  api.kill("SIGKILL");
  await downLab(lab, { keep: false });
  rmSync(base, { recursive: true, force: true });
});
beforeEach(() => mkdirSync(home, { mode: 0o700 }));
afterEach(() => {
  terminal?.kill();
  terminal = null;
  rmSync(home, { recursive: true, force: true });
});

/** The environment of somebody who has nothing of Handrail yet. */
function empty(): NodeJS.ProcessEnv {
  const ours = (name: string): boolean => /^(?:HANDRAIL_|XDG_)/u.test(name);
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name))), HOME: home };
}

const handrail = (args: readonly string[], input = "") =>
  execaSync(join(root, "bin/handrail"), args, { env: empty(), extendEnv: false, input, reject: false });

test("setup ends at a true board, with a wrong port and a wrong password on the way", async () => {
  const { ports, omaPassword } = lab.config;
  const t = (terminal = openPty(join(root, "bin/handrail"), ["setup"], { env: empty(), cwd: root, rows: 200 }));
  const answers: readonly (readonly [question: RegExp, ...keys: string[]])[] = [
    [/What is it: the appliance, or something else \(appliance\/other\) \[appliance\]: $/u, "enter"],
    [/Name of the site \[appliance\]: $/u, "enter"],
    [/Host, or path of its socket \[127\.0\.0\.1\]: $/u, "enter"],
    [new RegExp(`Port \\[${ports.mysql}\\]: $`, "u"), "1", "enter"],
    [/Database \[migratekit_oma\]: $/u, "enter"],
    [/User \[oma_user\]: $/u, "enter"],
    [/Password \(not shown\) \[from the command line of oma-api-v2\.40\.3 \(pid \d+\)\]: $/u, "enter"],
    [/BROKEN +database[^]*Answer again, or keep it as it is \(again\/keep\) \[again\]: $/u, "enter"],
    [/Host, or path of its socket \[127\.0\.0\.1\]: $/u, "enter"],
    [/Port \[1\]: $/u, "99999", "enter"],
    [/a port is a number from 1 to 65535\n +Port \[1\]: $/u, String(ports.mysql), "enter"],
    [/Database \[migratekit_oma\]: $/u, "enter"],
    [/User \[oma_user\]: $/u, "enter"],
    [/Password \(not shown\) \[from .*\]: $/u, "enter"],
    [/BROKEN +database +.*Access denied[^]*\[again\]: $/u, "again", "enter"],
    [/Host, or path of its socket \[127\.0\.0\.1\]: $/u, "enter"],
    [new RegExp(`Port \\[${ports.mysql}\\]: $`, "u"), "enter"],
    [/Database \[migratekit_oma\]: $/u, "enter"],
    [/User \[oma_user\]: $/u, "enter"],
    [/Password \(not shown\) \[from .*\]: $/u, omaPassword, "enter"],
    [/ok +tables[^]*2 of 4[^]*Address \[http:\/\/127\.0\.0\.1:8090\]: $/u, `http://127.0.0.1:${ports.daemon}`, "enter"],
    [
      /ok +volume daemon[^]*3 of 4[^]*Address \[http:\/\/127\.0\.0\.1:8082\]: $/u,
      `http://127.0.0.1:${ports.api}`,
      "enter",
    ],
    [/processes[^]*4 of 4[^]*\(own\/others\) \[own\]: $/u, "enter"],
    [/ok +CloudStack[^]*This is going to be written:[^]*Write it \(yes\/no\) \[yes\]: $/u, "enter"],
  ];
  let before = 0;
  for (const [question, ...keys] of answers) {
    await expect.poll(() => t.text().trimEnd().concat(" ").slice(before)).toMatch(question);
    before = t.text().trimEnd().length;
    await t.press(...keys);
  }
  expect(await t.ended).toBe(0);
  expect(t.text()).toMatch(/Written\. Site appliance\. 5 of 10 VMs need you\./u);
  expect(t.written()).not.toContain(omaPassword);
  expect(t.written()).not.toContain("not-this-one");
  for (const file of [config, secret]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(config, "utf8")).not.toContain(omaPassword);
  expect(readFileSync(secret, "utf8")).toBe(`${omaPassword}\n`);

  const shown = handrail(["config"]);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toMatch(/^site +appliance +the only one there is$/mu);
  expect(shown.stdout).toContain(`mysql.password`);
  expect(shown.stdout).toMatch(/^mysql\.password +\*\*\* +.*secrets\/appliance-mysql \(line \d+\)$/mu);
  expect(shown.stdout).toMatch(/^oma_api\.process_names +oma-api, sendense-hub +default$/mu);
  expect(shown.stdout).not.toContain(omaPassword);
  const doctor = handrail(["doctor", "--json"]);
  const { findings } = JSON.parse(doctor.stdout) as { findings: { check: string; state: string }[] };
  // A container hides processes of its machine even from root, which no set-up mends.
  expect(findings.filter(({ check, state }) => state === "broken" && check !== "disks")).toEqual([]);
});

test("a second site goes beside the first, remarks stay, and what is down is kept when that is said", () => {
  const { ports, omaPassword } = lab.config;
  mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
  writeFileSync(config, "# ours\nsites:\n  first: { cloudstack: { from: appliance } } # kept\n", { mode: 0o600 });
  const lines = [
    "",
    "",
    "127.0.0.1",
    `${ports.mysql}`,
    "",
    "",
    omaPassword,
    "http://127.0.0.1:1",
    "keep",
    `http://127.0.0.1:${ports.api}`,
    "",
    "yes",
  ];
  const { exitCode, stdout } = handrail(["setup", "--site", "second"], `${lines.join("\n")}\n`);
  expect(stdout).toContain("BROKEN");
  expect(exitCode).toBe(69);
  const text = readFileSync(config, "utf8");
  expect(text).toContain("# ours");
  expect(text).toContain("first: { cloudstack: { from: appliance } } # kept");
  expect(text).toContain("url: http://127.0.0.1:1\n");
  expect(stdout).toContain("handrail doctor --site second");
  expect(handrail(["config", "--site", "second"]).stdout).toMatch(/^site +second +--site$/mu);
});

test("a site that is there is changed: Enter keeps each of its values, and what setup does not ask about", () => {
  const { ports, omaPassword } = lab.config;
  mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, "word"), `${omaPassword}\n`, { mode: 0o600 });
  const mysql = `{ host: 127.0.0.1, port: ${ports.mysql}, user: oma_user, password: { file: ${home}/word }, database: migratekit_oma }`;
  const api = `{ url: "http://127.0.0.1:${ports.api}", process_names: [only-this] }`;
  const daemon = `{ url: "http://127.0.0.1:1" }`;
  const text = `sites:\n  here:\n    mysql: ${mysql}\n    volume_daemon: ${daemon}\n    oma_api: ${api}\n    cloudstack: { from: appliance }\n`;
  writeFileSync(config, text, { mode: 0o600 });
  const lines = ["", "", "", "", "", "", "", "", `http://127.0.0.1:${ports.daemon}`, "", "", "yes"];
  const { exitCode, stdout } = handrail(["setup"], `${lines.join("\n")}\n`);
  expect(stdout).toContain("[from the present configuration]");
  expect(exitCode).toBe(0);
  const after = handrail(["config"]).stdout;
  expect(after).toMatch(new RegExp(`^volume_daemon.url +http://127.0.0.1:${ports.daemon}`, "mu"));
  expect(after).toMatch(/^oma_api\.process_names +only-this/mu);
});

test.each(["127.0.0.1", "database.invalid"])(
  "the authorities of a certificate stay as they are written down: %s",
  (host) => {
    const { ports, omaPassword } = lab.config;
    mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, "word"), `${omaPassword}\n`, { mode: 0o600 });
    const mysql = `{ host: ${host}, port: ${ports.mysql}, user: oma_user, password: { file: ${home}/word }, database: migratekit_oma, tls: { ca: ${home}/none.pem } }`;
    const daemons = `volume_daemon: { url: "http://127.0.0.1:${ports.daemon}" }\n    oma_api: { url: "http://127.0.0.1:${ports.api}" }`;
    writeFileSync(
      config,
      `sites:\n  here:\n    mysql: ${mysql}\n    ${daemons}\n    cloudstack: { from: appliance }\n`,
      { mode: 0o600 },
    );
    const lines = ["", "", "", "", "", "", "", "", "keep", "", "", "", "keep", "yes"];
    const { stdout } = handrail(["setup"], `${lines.join("\n")}\n`);
    expect(stdout).toContain("the certificate");
    expect(stdout).toContain("is written");
    expect(handrail(["config"]).stdout).toMatch(/^mysql\.tls\.ca +.*none\.pem/mu);
  },
);

test("authorities of another host are none for what does not leave this machine", () => {
  const { ports, omaPassword } = lab.config;
  mkdirSync(join(home, ".config/handrail"), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, "word"), `${omaPassword}\n`, { mode: 0o600 });
  const mysql = `{ host: database.invalid, port: ${ports.mysql}, user: oma_user, password: { file: ${home}/word }, database: migratekit_oma, tls: { ca: ${home}/none.pem } }`;
  const daemons = `volume_daemon: { url: "http://127.0.0.1:${ports.daemon}" }\n    oma_api: { url: "http://127.0.0.1:${ports.api}" }`;
  writeFileSync(config, `sites:\n  here:\n    mysql: ${mysql}\n    ${daemons}\n    cloudstack: { from: appliance }\n`, {
    mode: 0o600,
  });
  const lines = ["", "", "", "127.0.0.1", "", "", "", "", "", "", "", "yes"];
  const { stdout } = handrail(["setup"], `${lines.join("\n")}\n`);
  expect(stdout).toMatch(/ok +database/u);
  expect(stdout).toContain("is written");
  expect(readFileSync(config, "utf8")).not.toContain("none.pem");
});

test("nothing is written where the answers end, and a folder that others can write is refused before the first question", () => {
  const ended = handrail(["setup"], "\n\n127.0.0.1\n");
  expect(ended.exitCode).toBe(4);
  expect(ended.stderr).toContain("Nothing was written");
  expect(existsSync(join(home, ".config"))).toBe(false);
  chmodSync(home, 0o777);
  const refused = handrail(["setup"]);
  expect(refused.exitCode).toBe(65);
  expect(refused.stderr).toContain(`everybody may write to ${home}`);
  expect(refused.stdout).toBe("");
});

test("an API that does not run is found in its unit", () => {
  const units = join(home, "units");
  mkdirSync(units);
  const line =
    'ExecStart=/opt/migratekit/bin/oma-api -port=8083 \\\n  -db-host=10.0.0.5 --db-name "other" -db-pass=$ecret';
  writeFileSync(join(units, "oma-api.service"), `[Service]\n${line}\n`);
  const found = applianceHere(join(home, "no-proc"), units);
  expect(found?.port).toBe("8083");
  expect(Object.entries(found?.database ?? {}).map(([key, { value }]) => `${key}=${value}`)).toEqual([
    "host=10.0.0.5",
    "database=other",
    "password=$ecret",
  ]);
  expect(applianceHere(join(home, "no-proc"), home)).toBeNull();
});

test("option files are read as a client reads them", () => {
  mkdirSync(join(home, "more"));
  writeFileSync(join(home, "more/b.cnf"), "[client]\nport = 3308 # behind\n[mysqld]\nport=1\n");
  writeFileSync(join(home, "more/no.txt"), "[client]\nport = 5\n");
  writeFileSync(
    join(home, ".my.cnf"),
    `[mysqldump]\nuser=dump\n[client]\n; user=x\nuser = "o m"\npassword='a#b\\s'\n!includedir ${home}/more\n`,
  );
  const found = clientOptions(home);
  expect([found.user, found.password, found.port].map((said) => said?.value)).toEqual(["o m", "a#b ", "3308"]);
  expect(found.port?.source).toBe(join(home, "more/b.cnf"));
});
