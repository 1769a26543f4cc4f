import { startDatabase } from "../support/database.ts";
import { onServers } from "../support/needs.ts";
import { WHOLE } from "../support/sample.ts";
import { changeTests } from "./suites/change.ts";

await onServers((server) => changeTests(() => startDatabase(server), true), { mysql: WHOLE });
