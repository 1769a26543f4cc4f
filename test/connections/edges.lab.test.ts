import { startDatabase } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { edgeTests } from "./suites/edges.ts";

await onServers((server) => edgeTests(server, () => startDatabase(server)));
