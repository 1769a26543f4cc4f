/** A Galera node that lost its quorum: a real node and a real arbitrator, which is killed. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs, packaged } from "../support/needs.ts";
import { packagedProgram } from "../support/packaged.ts";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "galera.yaml");
const PROVIDER = { program: "usr/lib/galera/libgalera_smm.so", groups: [["galera-4"]] };
const ARBITRATOR = { program: "usr/bin/garbd", groups: [["galera-arbitrator-4"]] };

let database: OwnDatabase;
let site: OwnSite;
let arbitrator: ChildProcess;
let host = "";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function status(name: string): Promise<string> {
  const [rows] = await database.server.root.query(`SHOW STATUS LIKE '${name}'`);
  return (rows as { Value: string }[])[0]?.Value ?? "";
}

const isSize = (size: string) => async (): Promise<boolean> => (await status("wsrep_cluster_size")) === size;

describe("a node without its quorum", { ...(await needs(packaged(PROVIDER))) }, () => {
  beforeAll(async () => {
    const [port, own] = [await freePort(), await freePort()];
    const { file: provider } = await packagedProgram(PROVIDER);
    const { file: garbd, env } = await packagedProgram(ARBITRATOR);
    const gossip = (at: number): string =>
      `gmcast.listen_addr=tcp://127.0.0.1:${at};evs.keepalive_period=PT0.3S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S`;
    database = await ownDatabase("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB", {
      more: [
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        "--wsrep-on=ON",
        `--wsrep-provider=${provider}`,
        "--wsrep-cluster-address=gcomm://",
        `--wsrep-node-address=127.0.0.1:${port}`,
        `--wsrep-provider-options=${gossip(port)}`,
      ],
    });
    await database.server.root.query("GRANT SUPER ON *.* TO sre@'127.0.0.1'");
    const [rows] = await database.server.root.query("SELECT @@hostname AS name");
    host = (rows as { name: string }[])[0]?.name ?? "";
    const words = ["-a", `gcomm://127.0.0.1:${port}`, "-g", "my_wsrep_cluster", "-o", gossip(own)];
    site = ownSite({ db: { mysql: database.mysql } }, FILE);
    // It writes what it knows of the cluster where it stands.
    arbitrator = spawn(garbd, words, { cwd: site.root, env, stdio: "ignore" });
  });
  afterAll(async () => {
    arbitrator.kill("SIGKILL");
    site.remove();
    await database.stop();
  });

  it("is not touched while nobody says that every other node is down", async () => {
    await until(isSize("2"));
    arbitrator.kill("SIGKILL");
    await until(async () => (await status("wsrep_cluster_status")) === "non-Primary");
    const ran = await site.run("galera-quorum", { vm: [host] });
    expect(ran.exit).toBe(5);
    expect(await status("wsrep_cluster_status")).toBe("non-Primary");
  });

  it("is made primary once somebody said it, and is seen to serve", async () => {
    const ran = await site.run("galera-quorum", { vm: [host], decide: ["others-down=down"] });
    expect(ran).toMatchObject({ exit: 0, err: "" });
    expect(await status("wsrep_cluster_status")).toBe("Primary");
    await database.server.root.query("INSERT INTO shop.t VALUES (1)");
  });
});
