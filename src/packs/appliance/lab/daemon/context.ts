import type { LabConfig } from "../appliance/config.ts";
import type { Database, LabRow } from "../appliance/database.ts";
import type { Faults } from "../appliance/faults.ts";
import { openSdk, type Sdk } from "../appliance/sdk.ts";

/** What the Volume Daemon's parts work with. */
export type Daemon = {
  lab: LabConfig;
  db: Database;
  faults: Faults;
  /** In an operation: what happens once CloudStack has taken its job. */
  onJob?: () => Promise<void>;
};

/** A CloudStack client from the active configuration row, fresh for every operation. */
export async function freshSdk({ db, lab, onJob }: Daemon): Promise<Sdk> {
  const row = await activeConfig(db);
  if (!row)
    throw new Error(
      "CloudStack client creation failed: failed to create fresh CloudStack client: failed to get active CloudStack " +
        "config: no active CloudStack configuration found",
    );
  const keys = { url: String(row["api_url"]), apiKey: String(row["api_key"]), secretKey: String(row["secret_key"]) };
  return openSdk(keys, lab.scale, onJob);
}

/** The first active configuration row; nothing keeps there from being two. */
export function activeConfig(db: Database): Promise<LabRow | null> {
  return db.row("select * from ossea_configs where is_active = 1 order by id limit 1");
}

/** Runs `work` and puts `prefix` before the message of what it throws. */
export async function withPrefix<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (problem) {
    throw new Error(`${prefix}${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem });
  }
}
