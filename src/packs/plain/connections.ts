/** The connections of a site that belongs to no product. */
import { coreOf, reachDatabase, type Connections, type ConnectOptions } from "../../connections/connect.ts";
import type { Database } from "../../connections/databases.ts";
import type { CoreSite } from "../../connections/site.ts";
import type { Failure } from "../../ports/outcome.ts";
import type { Result } from "../../ports/result.ts";

const MACHINE = { machine: "this machine", elsewhere: null, services: {} };

function make(
  site: CoreSite,
  options: ConnectOptions,
): { readonly connections: Connections; readonly databases: readonly Database[] } {
  const { connections, databases } = coreOf(site, MACHINE, options);
  // What only a product has is missing: a step that needs it is refused before anything is asked.
  return { connections: { ...connections, follow: () => null } as unknown as Connections, databases };
}

/** The ports of a site, without asking anything yet. */
export const portsOfPlain = (site: CoreSite, options: ConnectOptions): Connections => make(site, options).connections;

/** The same once the first database was seen to answer, where there is one. */
export function connectPlain(site: CoreSite, options: ConnectOptions): Promise<Result<Connections, Failure>> {
  const { connections, databases } = make(site, options);
  return reachDatabase(connections, databases);
}
