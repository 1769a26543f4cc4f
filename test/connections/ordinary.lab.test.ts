import { startDatabase } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { WHOLE } from "../support/sample.ts";
import { ordinaryTests } from "./suites/ordinary.ts";

await onServers((server) => ordinaryTests(() => startDatabase(server), 300), { mysql: WHOLE });
