/** A run is gone on with, and undone, on the database servers that it was on: rows of another one only look alike. */
import type { RunState, Slot } from "../../engine/state.ts";
import { sentence } from "../../engine/words.ts";
import { databaseIn } from "../../phases/connection.ts";
import { safeText } from "../../text/safe-text.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { serverOf, type Session } from "./session.ts";

/** The database that a change was sent to; undefined for the site's first. */
export function connectionOf({ request }: Slot): string | undefined {
  const connection = request?.["connection"];
  return typeof connection === "string" ? connection : undefined;
}

/** By the names of the connections that changes were sent over: the fingerprints of the servers, as the intents have them. */
function serversOf(slots: readonly Slot[]): ReadonlyMap<string, ReadonlySet<string>> {
  const servers = new Map<string, Set<string>>();
  for (const slot of slots) {
    const [name, fingerprint] = [connectionOf(slot), slot.attempt?.prepared["fingerprint"]];
    if (name === undefined || typeof fingerprint !== "string") continue;
    servers.set(name, (servers.get(name) ?? new Set()).add(fingerprint));
  }
  return servers;
}

/**
 * Stops where the site's first database, or a connection of one of these changes, is on another server than the run was. `end`:
 * what can be done there only, as a sentence.
 */
export async function refuseOtherServers(
  session: Session,
  state: RunState,
  slots: readonly Slot[],
  end: string,
): Promise<void> {
  const refuse = (place: string): never => {
    throw new Stop(EXIT.usage, `run ${state.run_id} was on another database server (${place}); ${end}`);
  };
  const { server: origin } = state.created;
  const first = await serverOf(session);
  if (first?.fingerprint !== origin?.fingerprint)
    refuse(origin === null ? "none" : `${safeText(origin.hostname)}:${origin.port}`);
  for (const [name, fingerprints] of serversOf(slots)) {
    const server = await databaseIn(session.connections, name).identity();
    if (!server.ok) throw new Stop(EXIT.unreachable, `${sentence(server.error.message)} Nothing was executed`);
    const { hostname, port, fingerprint } = server.value;
    if ([...fingerprints].some((each) => each !== fingerprint))
      refuse(`the connection ${safeText(name)} leads to ${safeText(hostname)}:${port} now`);
  }
}
