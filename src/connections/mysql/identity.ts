/** Which server and database this is, so that a settled answer comes from the one that was asked. */
import { createHash } from "node:crypto";
import { canonical } from "../../ports/json.ts";
import type { ServerIdentity } from "../../ports/sql.ts";
import type { SqlSession } from "./session.ts";
import { SqlTrouble } from "./trouble.ts";

const ASK = "SELECT @@hostname, @@port, @@version, DATABASE(), CURRENT_USER()";

/** Asks the server who it is. The version is shown but names nothing: an upgrade keeps the identity. */
export async function identify(session: SqlSession): Promise<ServerIdentity> {
  const { rows } = await session.run(ASK);
  const [hostname = "", port = "", version = "", database = "", user = ""] = (rows[0] ?? []).map(String);
  const uid = await serverUid(session);
  const fingerprint = sha256(canonical({ hostname, port, database, uid })).slice(0, 16);
  return { hostname, port, version, database, user, fingerprint };
}

/** MariaDB has had an id of its own since 10.11, MySQL since 5.6; older servers have none. */
async function serverUid(session: SqlSession): Promise<string> {
  for (const name of ["@@server_uid", "@@server_uuid"]) {
    try {
      const { rows } = await session.run(`SELECT ${name}`);
      return String(rows[0]?.[0]);
    } catch (error) {
      if (!(error instanceof SqlTrouble) || error.kind === "lost") throw error;
    }
  }
  return "";
}

/** Hex digest of a text. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
