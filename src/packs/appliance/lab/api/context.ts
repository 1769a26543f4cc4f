import type { LabConfig } from "../appliance/config.ts";
import type { Database } from "../appliance/database.ts";
import type { Faults } from "../appliance/faults.ts";
import { openSdk, type Sdk } from "../appliance/sdk.ts";
import { activeConfig } from "../daemon/context.ts";

/** What the parts of the OMA API work with. */
export type Api = {
  lab: LabConfig;
  db: Database;
  faults: Faults;
  engines: Map<string, { stop(): void }>;
  sdk: () => Promise<Sdk>;
};

/** A client made once and kept: like the real one it does not notice changed credentials. */
export function keptSdk(lab: LabConfig, db: Database): () => Promise<Sdk> {
  let client: Sdk | null = null;
  return async () => {
    if (client) return client;
    const row = await activeConfig(db);
    if (!row) throw new Error("OSSEA client not available");
    const keys = { url: String(row["api_url"]), apiKey: String(row["api_key"]), secretKey: String(row["secret_key"]) };
    client = openSdk(keys, lab.scale);
    return client;
  };
}

/** The message of whatever was thrown. */
export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
