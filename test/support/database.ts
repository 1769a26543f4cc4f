/** A real MariaDB or MySQL of the test's own, with the appliance's tables in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { newConfig, writeConfig, type LabConfig } from "../../src/packs/appliance/lab/appliance/config.ts";
import { withFreePorts } from "../../src/packs/appliance/lab/appliance/ports.ts";
import { startKeeper } from "../../src/packs/appliance/lab/keeper/start.ts";
import { defaultServer, type ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import { startServer, stopServer } from "../../src/packs/appliance/lab/servers/server.ts";
import { speaking } from "./tongue.ts";
import { parseSite, type ApplianceSite as Site } from "../../src/packs/appliance/site-schema.ts";

export interface Database {
  readonly lab: LabConfig;
  readonly port: number;
  /** All rights, for arranging and looking. */
  readonly root: Connection;
  /** A connection of somebody else with the appliance's own account. */
  stranger(): Promise<Connection>;
  site(port?: number): Site;
  /** The same for an account with PROCESS, which the appliance's own lacks; it is made when first asked for. */
  siteWithProcess(): Promise<Site>;
  stop(): Promise<void>;
}

/** `more`: options of the server beside those of the lab. */
export async function startDatabase(
  server: ServerName = defaultServer(),
  more: readonly string[] = [],
): Promise<Database> {
  const dir = mkdtempSync(join(tmpdir(), "handrail-db-"));
  const keeper = startKeeper(dir);
  const lab = await withFreePorts(
    async () => {
      const fresh = await newConfig(dir, { name: "database", scale: 1, server });
      writeConfig(fresh);
      await startServer(fresh, process.env, undefined, more);
      return fresh;
    },
    () => stopServer(dir),
  );
  const open = async (user: string, password: string): Promise<Connection> =>
    speaking(
      server,
      await createConnection({
        host: "127.0.0.1",
        port: lab.ports.mysql,
        user,
        password,
        database: "migratekit_oma",
        dateStrings: true,
        multipleStatements: true,
      }),
    );
  const root = await open("root", lab.rootPassword);
  return {
    lab,
    port: lab.ports.mysql,
    root,
    stranger: () => open("oma_user", lab.omaPassword),
    site: (port = lab.ports.mysql) => siteOf(lab, port, "oma_user"),
    siteWithProcess: async () => {
      await root.query(
        `CREATE USER IF NOT EXISTS looker@'127.0.0.1' IDENTIFIED BY '${lab.omaPassword}'; GRANT PROCESS ON *.* TO looker@'127.0.0.1';
         GRANT ALL ON migratekit_oma.* TO looker@'127.0.0.1'`,
      );
      return siteOf(lab, lab.ports.mysql, "looker");
    },
    stop: async () => {
      await root.end();
      await stopServer(dir);
      rmSync(dir, { recursive: true, force: true });
      keeper.release();
    },
  };
}

function siteOf(lab: LabConfig, port: number, user: string): Site {
  const read = parseSite({
    name: "test",
    lab: { name: "test", world: "none", scale: 20, dir: lab.dir },
    mysql: { host: "127.0.0.1", port, user, password: lab.omaPassword, database: "migratekit_oma" },
    volume_daemon: { url: `http://127.0.0.1:${lab.ports.daemon}` },
    cloudstack: { from: "appliance" },
    oma_api: { url: `http://127.0.0.1:${lab.ports.api}` },
  });
  if (!read.ok) throw new Error(read.error.join("\n"));
  return read.value;
}
