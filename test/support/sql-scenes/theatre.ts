/** One server for all scenes, its accounts and its sessions of every flavour. */
import type { Connection } from "mysql2/promise";
import type { Connections } from "../../../src/connections/connect.ts";
import type { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { ServerName } from "../../../src/packs/appliance/lab/servers/names.ts";
import { Secret } from "../../../src/text/secret.ts";
import { startDatabase } from "../database.ts";
import type { Stage } from "../recorded/database.ts";
import { FLAVOURS, ZONE_TABLES, type Flavour } from "./flavours.ts";
import { portsOfTree } from "./tree.ts";

/** A server of the scenes' own, and the code that is tried on it. */
export interface House extends Pick<Stage, "root" | "site"> {
  readonly server: ServerName;
  readonly ports: typeof portsOf;
  stop(): Promise<void>;
}

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
const MIGHTY_PASSWORD = new Secret("mysql", "of-a-scene");

/** A real server, for the tree that is tried. */
export const realHouse = async (server: ServerName): Promise<House> => {
  const ports = await portsOfTree();
  return { ...(await startDatabase(server)), server, ports };
};

/** Prepares the server. */
export async function openTheatre(house: House): Promise<Theatre> {
  const { root, server } = house;
  for (const statement of ZONE_TABLES) await root.query(statement);
  await root.query(
    `CREATE USER ${MIGHTY}@'127.0.0.1' IDENTIFIED BY '${MIGHTY_PASSWORD.reveal()}'; GRANT ALL PRIVILEGES ON *.* TO ${MIGHTY}@'127.0.0.1'`,
  );
  const worlds = new Map<string, Connections>();
  const fresh = (account: Account, flavour: Flavour) => enter(house, account, flavour);
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
      await house.stop();
    },
  };
}

/** Whoever connects from now on has such a session. */
async function flavoured(root: Connection, { zone, mode }: Flavour): Promise<void> {
  await root.query(`SET GLOBAL time_zone = '${zone}', GLOBAL sql_mode = '${mode}'`);
}

async function enter({ root, site: siteOf, ports }: House, account: Account, flavour: Flavour): Promise<Connections> {
  await flavoured(root, flavour);
  const site = siteOf();
  const mighty = { ...site, mysql: { ...site.mysql, user: MIGHTY, password: MIGHTY_PASSWORD } };
  const mine = account === "appliance" ? site : mighty;
  return ports(mine, { redact: (text) => text });
}

/** The flavour of a seed; independent of its account. */
export const flavourOf = (seed: number): Flavour => FLAVOURS[(seed >> 1) % FLAVOURS.length] as Flavour;

export const accountOf = (seed: number): Account => (seed % 2 === 0 ? "appliance" : "everything");
