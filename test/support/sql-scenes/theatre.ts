/** One server for all scenes, its accounts and its sessions of every flavour. */
import type { Connection } from "mysql2/promise";
import type { Connections } from "../../../src/connections/connect.ts";
import type { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { ServerName } from "../../../src/packs/appliance/lab/servers/names.ts";
import { startDatabase, type Database } from "../database.ts";
import { FLAVOURS, ZONE_TABLES, type Flavour } from "./flavours.ts";
import { portsOfTree } from "./tree.ts";

/** As whom a scene is played: the appliance's account, or one that may do and see everything. */
export type Account = "appliance" | "everything";

export interface Theatre {
  readonly server: ServerName;
  readonly root: Connection;
  /** Connections of that account in sessions of that flavour; made when first asked for. */
  world(account: Account, flavour: Flavour): Promise<Connections>;
  /** The same, new ones that know nothing of any preview; whoever asks closes them. */
  fresh(account: Account, flavour: Flavour): Promise<Connections>;
  close(): Promise<void>;
}

const MIGHTY = "mighty";

/** Starts the server and prepares it. */
export async function openTheatre(server: ServerName): Promise<Theatre> {
  const ports = await portsOfTree();
  const database = await startDatabase(server);
  const { root } = database;
  for (const statement of ZONE_TABLES) await root.query(statement);
  await root.query(
    `CREATE USER ${MIGHTY}@'127.0.0.1' IDENTIFIED BY '${database.lab.omaPassword}'; GRANT ALL PRIVILEGES ON *.* TO ${MIGHTY}@'127.0.0.1'`,
  );
  const worlds = new Map<string, Connections>();
  const fresh = (account: Account, flavour: Flavour) => enter(database, ports, account, flavour);
  return {
    server,
    root,
    fresh,
    world: async (account, flavour) => {
      await flavoured(root, flavour);
      const name = `${account} ${flavour.zone}`;
      const known = worlds.get(name) ?? (await fresh(account, flavour));
      worlds.set(name, known);
      return known;
    },
    close: async () => {
      await Promise.all([...worlds.values()].map((world) => world.close()));
      await database.stop();
    },
  };
}

/** Whoever connects from now on has such a session. */
async function flavoured(root: Connection, { zone, mode }: Flavour): Promise<void> {
  await root.query(`SET GLOBAL time_zone = '${zone}', GLOBAL sql_mode = '${mode}'`);
}

async function enter(
  database: Database,
  ports: typeof portsOf,
  account: Account,
  flavour: Flavour,
): Promise<Connections> {
  await flavoured(database.root, flavour);
  const site = database.site();
  const mine = account === "appliance" ? site : { ...site, mysql: { ...site.mysql, user: MIGHTY } };
  return ports(mine, { redact: (text) => text });
}

/** The flavour of a seed; independent of its account. */
export const flavourOf = (seed: number): Flavour => FLAVOURS[(seed >> 1) % FLAVOURS.length] as Flavour;

export const accountOf = (seed: number): Account => (seed % 2 === 0 ? "appliance" : "everything");
