import { startDatabase } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { driftTests } from "./suites/drift.ts";

await onServers((server) => driftTests(() => startDatabase(server)));
