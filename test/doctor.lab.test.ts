/** Broken set-ups, one thing broken in each: `handrail doctor` finds it, names it, and says how to mend it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { dispatch } from "../src/cli/dispatch.ts";
import type { Finding } from "../src/packs/finding.ts";
import { downLab, killProcess, startProcess, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { quietIo } from "./support/incident.ts";
import { labScale } from "./support/pace.ts";

type Site = Record<string, Record<string, unknown>>;

const root = mkdtempSync(join(tmpdir(), "handrail-doctor-"));
const at = (...names: string[]): string => join(root, ...names);
const config = at("config.yaml");
let lab: Lab;
let db: Connection;
let site: Site;

beforeAll(async () => {
  lab = await upLab({ dir: at("lab"), world: "stuck-virtio", scale: labScale(20) });
  const { ports, rootPassword } = lab.config;
  db = await createConnection({
    host: "127.0.0.1",
    port: ports.mysql,
    user: "root",
    password: rootPassword,
    database: "migratekit_oma",
  });
});
afterAll(async () => {
  await db.end();
  await downLab(lab, { keep: false });
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(at("state"), { recursive: true, force: true });
  mkdirSync(at("state"), { mode: 0o700 });
  rmSync(at("secret"), { force: true });
  writeFileSync(at("secret"), lab.config.omaPassword, { mode: 0o600 });
  const { ports } = lab.config;
  site = {
    mysql: {
      host: "127.0.0.1",
      port: ports.mysql,
      user: "oma_user",
      password: { file: at("secret") },
      database: "migratekit_oma",
    },
    volume_daemon: { url: `http://127.0.0.1:${ports.daemon}` },
    cloudstack: { from: "appliance" },
    // Other labs may be up on this machine, whose API has the usual name.
    oma_api: { url: `http://127.0.0.1:${ports.api}`, process_names: ["of-this-test-alone"] },
  };
});

function write(sites: unknown): void {
  rmSync(config, { force: true });
  writeFileSync(config, JSON.stringify({ sites }), { mode: 0o600 });
}

/** What the doctor says, with the configuration that was written or else that of `site`. */
async function examined(
  env: Readonly<Record<string, string>> = {},
): Promise<{ exit: number; findings: readonly Finding[] }> {
  const { io, said } = quietIo({ HOME: root, XDG_STATE_HOME: at("state"), TERM: "xterm", LANG: "C.UTF-8", ...env });
  const exit = await dispatch(["doctor", "--json", "--config", config], io);
  return { exit, findings: (JSON.parse(said.out) as { findings: Finding[] }).findings };
}

interface Broken {
  readonly what: string;
  readonly check: string;
  readonly says: RegExp;
  readonly mend: RegExp;
  readonly state?: "mind";
  readonly env?: Readonly<Record<string, string>>;
  /** What is broken; gives how it is mended again. */
  spoil(): unknown;
  mended?(): unknown;
}

const sql = (text: string) => (): Promise<unknown> => db.query(text);
const configured = (change: () => void) => (): void => {
  change();
  write({ shop: site });
};
const ACCOUNT = "oma_user@'127.0.0.1'";
const ALL = `GRANT ALL ON migratekit_oma.* TO ${ACCOUNT}`;

const SET_UPS: readonly Broken[] = [
  {
    what: "no configuration",
    check: "configuration",
    says: /there is no configuration at/u,
    mend: /handrail setup/u,
    spoil: () => rmSync(config),
  },
  {
    what: "a configuration that is no YAML",
    check: "configuration",
    says: /config\.yaml cannot be read as YAML: /u,
    mend: /correct it/u,
    spoil: () => writeFileSync(config, "sites: [", { mode: 0o600 }),
  },
  {
    what: "a configuration without sites",
    check: "configuration",
    says: /has no `sites`/u,
    mend: /correct it/u,
    spoil: () => writeFileSync(config, "default_site: a", { mode: 0o600 }),
  },
  {
    what: "a key that is misspelt",
    check: "configuration",
    says: /volume_deamon/u,
    mend: /correct it/u,
    spoil: configured(() => (site = { ...site, volume_deamon: {} })),
  },
  {
    what: "a password in the file itself",
    check: "configuration",
    says: /password is written into the file/u,
    mend: /correct it/u,
    spoil: configured(() => (site["mysql"]!["password"] = "word")),
  },
  {
    what: "a secret that is not there",
    check: "configuration",
    says: /cannot read .*nowhere/u,
    mend: /correct it/u,
    spoil: configured(() => (site["mysql"]!["password"] = { file: at("nowhere") })),
  },
  {
    what: "a secret that is empty",
    check: "configuration",
    says: /secret is empty/u,
    mend: /correct it/u,
    spoil: () => writeFileSync(at("secret"), "\n"),
  },
  {
    what: "a secret that others can read",
    check: "configuration",
    says: /chmod 600/u,
    mend: /correct it/u,
    spoil: () => chmodSync(at("secret"), 0o644),
  },
  {
    what: "a secret of the environment that is not set",
    check: "configuration",
    says: /variable NOT_SET is not set/u,
    mend: /correct it/u,
    spoil: configured(() => (site["mysql"]!["password"] = { env: "NOT_SET" })),
  },
  {
    what: "a configuration that others can write",
    check: "configuration",
    says: /chmod o-w/u,
    mend: /correct it/u,
    spoil: () => chmodSync(config, 0o666),
  },
  {
    what: "two sites, and none is meant",
    check: "configuration",
    says: /say which site: --site (?:one|two)/u,
    mend: /correct it/u,
    spoil: () => write({ one: site, two: site }),
  },
  {
    what: "neither a host nor a socket",
    check: "configuration",
    says: /needs either a host or a socket/u,
    mend: /correct it/u,
    spoil: configured(() => delete site["mysql"]!["host"]),
  },
  {
    what: "a dumb terminal",
    check: "terminal",
    state: "mind",
    says: /TERM is dumb/u,
    mend: /xterm-256color/u,
    env: { TERM: "dumb" },
    spoil: () => undefined,
  },
  {
    what: "no terminal type",
    check: "terminal",
    state: "mind",
    says: /TERM is not set/u,
    mend: /xterm-256color/u,
    env: { TERM: "" },
    spoil: () => undefined,
  },
  {
    what: "a journal's place that others can write",
    check: "journal",
    says: /everybody may write/u,
    mend: /XDG_STATE_HOME/u,
    spoil: () => chmodSync(at("state"), 0o777),
  },
  {
    what: "a file where the journal's folder should be",
    check: "journal",
    says: /handrail/u,
    mend: /XDG_STATE_HOME/u,
    spoil: () => writeFileSync(at("state", "handrail"), ""),
  },
  {
    what: "a journal that is none",
    check: "journal",
    says: /journal\.db/u,
    mend: /journal verify/u,
    spoil: () => {
      mkdirSync(at("state", "handrail", "journals", "shop"), { recursive: true, mode: 0o700 });
      writeFileSync(at("state", "handrail", "journals", "shop", "journal.db"), "no database".repeat(2000), {
        mode: 0o600,
      });
    },
  },
  {
    what: "a database that does not listen",
    check: "database",
    says: /ECONNREFUSED/u,
    mend: /runs and listens at 127\.0\.0\.1:9/u,
    spoil: configured(() => (site["mysql"]!["port"] = 9)),
  },
  {
    what: "a host that nobody knows",
    check: "database",
    says: /ENOTFOUND|EAI_AGAIN/u,
    mend: /names the right place/u,
    spoil: configured(() => (site["mysql"]!["host"] = "no-such-host.invalid")),
  },
  {
    what: "a socket that is not there",
    check: "database",
    says: /ENOENT/u,
    mend: /nowhere\.sock/u,
    spoil: configured(() => {
      delete site["mysql"]!["host"];
      site["mysql"]!["socket"] = at("nowhere.sock");
    }),
  },
  {
    what: "a wrong password",
    check: "database",
    says: /Access denied/u,
    mend: /user and password/u,
    spoil: () => writeFileSync(at("secret"), "another"),
  },
  {
    what: "a database of no such name",
    check: "database",
    says: /nothing_here/u,
    mend: /`database`|right database/u,
    spoil: configured(() => (site["mysql"]!["database"] = "nothing_here")),
  },
  {
    what: "another database than the appliance's",
    check: "tables",
    says: /this is not the appliance's database/u,
    mend: /`database`/u,
    spoil: async () => {
      await db.query("CREATE DATABASE another");
      await db.query(`GRANT ALL ON another.* TO ${ACCOUNT}`);
      configured(() => (site["mysql"]!["database"] = "another"))();
    },
    mended: sql("DROP DATABASE another"),
  },
  {
    what: "a table that is missing",
    check: "tables",
    says: /failover_jobs is missing/u,
    mend: /GRANT/u,
    spoil: sql("RENAME TABLE failover_jobs TO failover_jobs_gone"),
    mended: sql("RENAME TABLE failover_jobs_gone TO failover_jobs"),
  },
  {
    what: "an account that may only read",
    check: "rights",
    says: /(?:UPDATE|SELECT).* denied/iu,
    mend: /GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON migratekit_oma/u,
    spoil: async () => {
      await db.query(`REVOKE ALL ON migratekit_oma.* FROM ${ACCOUNT}`);
      await db.query(`GRANT SELECT, TRIGGER ON migratekit_oma.* TO ${ACCOUNT}`);
    },
    mended: sql(ALL),
  },
  {
    what: "an account that may not write the JobLog",
    check: "rights",
    says: /(?=.*job_tracking)(?=.*job_steps)(?=.*log_events).*: INSERT.* denied/iu,
    mend: /GRANT SELECT, INSERT/u,
    spoil: sql(`REVOKE INSERT ON migratekit_oma.* FROM ${ACCOUNT}`),
    mended: sql(ALL),
  },
  {
    what: "an account that may not see triggers",
    check: "rights",
    says: /may not see triggers/u,
    mend: /GRANT TRIGGER ON migratekit_oma/u,
    spoil: sql(`REVOKE TRIGGER ON migratekit_oma.* FROM ${ACCOUNT}`),
    mended: sql(ALL),
  },
  {
    what: "a server that is read-only",
    check: "primary",
    says: /is read-only/u,
    mend: /name the primary/u,
    spoil: sql("SET GLOBAL read_only = 1"),
    mended: sql("SET GLOBAL read_only = 0"),
  },
  {
    what: "a server that cuts what does not fit",
    check: "modes",
    state: "mind",
    says: /not strict/u,
    mend: /STRICT_TRANS_TABLES/u,
    spoil: sql("SET GLOBAL sql_mode = ''"),
    mended: sql("SET GLOBAL sql_mode = DEFAULT"),
  },
  {
    what: "a server whose clock is an hour behind",
    check: "clock",
    state: "mind",
    says: /360\d s behind/u,
    mend: /NTP/u,
    spoil: sql("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 3600'"),
    mended: sql("SET GLOBAL init_connect = ''"),
  },
  {
    what: "a Volume Daemon that is dead",
    check: "volume daemon",
    says: /ECONNREFUSED|does not answer/u,
    mend: /whether it runs/u,
    spoil: () => killProcess(lab, "daemon"),
    mended: () => startProcess(lab, "daemon"),
  },
  {
    what: "a Volume Daemon's address that is the database's",
    check: "volume daemon",
    says: /\S/u,
    mend: /volume_daemon: \{ url \}/u,
    spoil: configured(() => (site["volume_daemon"]!["url"] = `http://127.0.0.1:${lab.config.ports.mysql}`)),
  },
  {
    what: "a CloudStack that is dead",
    check: "CloudStack",
    says: /\S/u,
    mend: /address and keys/u,
    spoil: () => killProcess(lab, "cloudstack"),
    mended: () => startProcess(lab, "cloudstack"),
  },
  {
    what: "an API that does not run",
    check: "API",
    says: /nothing answers at http.*ECONNREFUSED/u,
    mend: /start it/u,
    spoil: () => killProcess(lab, "api"),
    mended: () => startProcess(lab, "api"),
  },
  {
    what: "a pid file that names another program",
    check: "API",
    state: "mind",
    says: /^the pid file \S+ names \S+ \(pid \d+\), which is none of of-this-test-alone$/u,
    mend: /oma_api: \{ pid_file \}/u,
    spoil: () => {
      writeFileSync(at("pid"), `${process.pid}\n`);
      configured(() => (site["oma_api"]!["pid_file"] = at("pid")))();
    },
  },
];

/** A container hides processes of its machine even from root: that is so, whatever the set-up. */
const isOfMachine = ({ check, state }: Finding): boolean => check === "disks" && state === "broken";

it("a set-up that is whole has nothing broken", async () => {
  write({ shop: site });
  const { exit, findings } = await examined();
  expect(findings.filter((finding) => finding.state === "broken" && !isOfMachine(finding))).toEqual([]);
  expect(findings.find(({ check }) => check === "API")?.says).toMatch(/^oma-api listens at http/u);
  expect(exit).toBe(findings.some(isOfMachine) ? 69 : 0);
});

it.each(SET_UPS)("$what", async ({ check, says, mend, state = "broken", env, spoil, mended }) => {
  write({ shop: site });
  await Promise.resolve(spoil());
  try {
    const { exit, findings } = await examined(env);
    const found = findings.filter((finding) => finding.check === check && finding.state === state);
    expect(found).toEqual([{ check, state, says: expect.stringMatching(says), mend: expect.stringMatching(mend) }]);
    expect(exit).toBe(state === "broken" || findings.some(isOfMachine) ? 69 : 0);
  } finally {
    await Promise.resolve(mended?.());
  }
});
