/** The VM migration appliance, as a pack. What a command does not need is loaded when it is asked for. */
import type { Pack } from "../pack.ts";
import { NAMES } from "./names.ts";
import { JOBLOG_LINES, JOBLOG_TABLES } from "./connections/joblog/tables.ts";
import { databaseTrouble } from "./database-trouble.ts";
import { otherRuns } from "./other-runs.ts";
import { rowsOf } from "./rows-of.ts";
import type { Answers } from "./setup/answers.ts";
import { bannersOf, secretsOf, type ApplianceSite } from "./site.ts";

/** The connections that only the appliance has. */
const OWN = ["volume_daemon", "cloudstack", "oma_api"];

/** A site that says so, or that has one of the connections that no other product has. */
const owns = (json: unknown): boolean =>
  typeof json === "object" && json !== null && (OWN.some((key) => key in json) || Reflect.get(json, "pack") === PACK);

const PACK = "appliance";

export const appliance: Pack<ApplianceSite, Answers> = {
  ...NAMES,
  log: { title: "JobLog", tables: JOBLOG_TABLES, lines: JOBLOG_LINES },
  kinds: async () => (await import("./kinds/index.ts")).APPLIANCE_KINDS,
  owns,
  parseSite: async (json) => (await import("./site-schema.ts")).parseSite(json),
  secretsOf,
  bannersOf,
  connect: async (site, options) => (await import("./connections/connect.ts")).connect(site, options),
  portsOf: async (site, options) => (await import("./connections/connect.ts")).portsOf(site, options),
  databaseTrouble,
  doctor: async (site, connections) => (await import("./doctor.ts")).services(site, connections),
  setup: async () => (await import("./setup/answers.ts")).setup,
  rowsOf,
  otherRuns,
  endpoint: async () => ({
    runbook: "failed-execution-cleanup",
    extension: (await import("./endpoint/index.ts")).endpoint,
  }),
  health: ({ volume, cloudstack, look }) => ({
    database: look("SELECT 1 AS one"),
    volume_daemon: volume.health(),
    cloudstack: cloudstack.list("listZones", {}),
  }),
  labs: async () => (await import("./labs.ts")).labs,
  board: async () => (await import("./board/read.ts")).board,
};
