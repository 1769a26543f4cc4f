/** A real Galera node and a real arbitrator, whose loss takes the node's quorum. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { packaged } from "../support/needs.ts";
import { packagedProgram, type Program } from "../support/packaged.ts";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";
import type { OwnWorld } from "./worlds.ts";

const FILE = join(import.meta.dirname, "galera.yaml");
const TABLES = "CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB";
const PROVIDER = { program: "usr/lib/galera/libgalera_smm.so", groups: [["galera-4"]] };
const ARBITRATOR = { program: "usr/bin/garbd", groups: [["galera-arbitrator-4"]] };
const LIMITS = "evs.keepalive_period=PT0.3S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S";
/** What the node was told, with the comment before it that names the run. */
const BOOTSTRAPS = `SELECT COUNT(*) AS n FROM mysql.general_log
   WHERE command_type = 'Query' AND argument LIKE '/* handrail %*/ SET GLOBAL %pc.bootstrap%'`;

type Row = Readonly<Record<string, unknown>>;

/** What a machine needs for a node that can lose its quorum. */
export const GALERA = packaged(PROVIDER);

export interface Quorum {
  readonly site: OwnSite;
  /** The name that the node gives itself. */
  readonly host: string;
  status(): Promise<string>;
  /** How often the node was told to be primary since it was spoilt. */
  bootstraps(): Promise<number>;
  /** Writes a row and takes it away; throws while the node serves nobody. */
  write(): Promise<void>;
  /** Gives the node an arbitrator and takes it away: the node is alone and has no majority. */
  spoil(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const gossip = (port: number): string => `gmcast.listen_addr=tcp://127.0.0.1:${port};${LIMITS}`;

/** A node that is a cluster by itself until an arbitrator joins. It keeps its general log in a table. */
async function node(port: number): Promise<OwnDatabase> {
  const { file } = await packagedProgram(PROVIDER);
  const more = [
    "--binlog-format=ROW",
    "--innodb-autoinc-lock-mode=2",
    "--wsrep-on=ON",
    `--wsrep-provider=${file}`,
    "--wsrep-cluster-address=gcomm://",
    `--wsrep-node-address=127.0.0.1:${port}`,
    `--wsrep-provider-options=${gossip(port)}`,
    "--log-output=TABLE",
  ];
  const database = await ownDatabase(TABLES, { more });
  // Who looks may read where the node serves nobody, too.
  await database.server.root.query("GRANT SUPER ON *.* TO sre@'127.0.0.1'; SET SESSION wsrep_dirty_reads = ON");
  return database;
}

/** The arbitrator of the node at `port`. It writes what it knows of the cluster into the folder where it stands. */
async function arbitrate(port: number, { file, env }: Program, cwd: string): Promise<ChildProcess> {
  const words = ["-a", `gcomm://127.0.0.1:${port}`, "-g", "my_wsrep_cluster", "-o", gossip(await freePort())];
  return spawn(file, words, { cwd, env, stdio: "ignore" });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

export async function quorum(): Promise<Quorum> {
  const port = await freePort();
  const garbd = await packagedProgram(ARBITRATOR);
  const database = await node(port);
  const { root } = database.server;
  const ask = async (sql: string): Promise<Row> => ((await root.query(sql))[0] as Row[])[0] ?? {};
  const wsrep = async (name: string): Promise<string> =>
    String((await ask(`SHOW STATUS LIKE 'wsrep_${name}'`))["Value"]);
  const host = String((await ask("SELECT @@hostname AS name"))["name"]);
  const site = ownSite({ db: { mysql: database.mysql } }, FILE);
  const arbitrators: ChildProcess[] = [];
  const status = (): Promise<string> => wsrep("cluster_status");
  return {
    site,
    host,
    status,
    bootstraps: async () => Number((await ask(BOOTSTRAPS))["n"]),
    write: async () => void (await root.query("INSERT INTO shop.t VALUES (1); DELETE FROM shop.t")),
    spoil: async () => {
      await root.query("SET GLOBAL general_log = OFF; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON");
      const arbitrator = await arbitrate(port, garbd, site.root);
      arbitrators.push(arbitrator);
      await until(async () => (await wsrep("cluster_size")) === "2" && (await status()) === "Primary");
      await end(arbitrator);
      await until(async () => (await status()) === "non-Primary");
    },
    stop: async () => {
      for (const arbitrator of arbitrators) await end(arbitrator);
      site.remove();
      await database.stop();
    },
  };
}

/** The state is whether the node serves, and how often it was told to. */
export async function galeraWorld(): Promise<OwnWorld> {
  const { site, host, spoil, status, bootstraps, write, stop } = await quorum();
  return {
    runbook: "galera-quorum",
    target: host,
    site,
    decide: ["others-down=down"],
    witness: { step: "bootstrap", look: async () => ((await bootstraps()) > 0 ? "applied" : "not-applied") },
    spoil,
    state: async () => {
      await write();
      return { status: await status(), bootstraps: await bootstraps() };
    },
    down: stop,
  };
}
