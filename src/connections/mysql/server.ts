/** Which kind of server a connection reached, asked once for each connection. */
import type { SqlSession } from "./session.ts";
import { refuse } from "./trouble.ts";

export interface Server {
  readonly family: "mariadb" | "mysql";
  /** As the server gives it: `10.11.14-MariaDB-0+deb12u2`, `9.7.0`. */
  readonly version: string;
}

/**
 * The family is told by what the server's own parser runs: only MariaDB runs a comment of MariaDB's, only MySQL (from 8.0 on)
 * one for MySQL 8. A version is a text that an administrator may set, and some set the other family's.
 */
const ASK = "SELECT VERSION(), @@version_comment, /*M! 1 + */ /*!80000 2 + */ 0";
const FAMILIES: Readonly<Record<string, Server["family"]>> = { 1: "mariadb", 2: "mysql" };

const cache = new WeakMap<SqlSession, Server>();

/** The server behind a connection. Throws `SqlTrouble` where it is neither MariaDB nor MySQL from 8.0 on. */
export async function serverOf(session: SqlSession): Promise<Server> {
  const cachedServer = cache.get(session);
  if (cachedServer !== undefined) return cachedServer;
  const { rows } = await session.run(ASK);
  const [version = "", comment = "", runs = ""] = (rows[0] ?? []).map(String);
  const family = FAMILIES[runs];
  if (family === undefined)
    throw refuse(
      `This server (${version}, ${comment}) is neither MariaDB nor MySQL from 8.0 on: nothing was sent to it.`,
      "server",
    );
  const server = { family, version };
  cache.set(session, server);
  return server;
}
