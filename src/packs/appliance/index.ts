/** The VM migration appliance, as a pack. What a command does not need is loaded when it is asked for. */
import type { Pack } from "../pack.ts";
import { JOBLOG_LINES, JOBLOG_TABLES } from "./connections/joblog/tables.ts";
import { APPLIANCE_KINDS } from "./kinds/index.ts";
import { databaseTrouble } from "./database-trouble.ts";
import type { Answers } from "./setup/answers.ts";
import { bannersOf, secretsOf, type ApplianceSite } from "./site.ts";

export const appliance: Pack<ApplianceSite, Answers> = {
  product: "the appliance",
  unit: "appliance",
  noun: "VM",
  log: { title: "JobLog", tables: JOBLOG_TABLES, lines: JOBLOG_LINES },
  kinds: APPLIANCE_KINDS,
  parseSite: async (json) => (await import("./site-schema.ts")).parseSite(json),
  secretsOf,
  bannersOf,
  connect: async (site, options) => (await import("./connections/connect.ts")).connect(site, options),
  portsOf: async (site, options) => (await import("./connections/connect.ts")).portsOf(site, options),
  databaseTrouble,
  doctor: async (site, connections) => (await import("./doctor.ts")).services(site, connections),
  setup: async () => (await import("./setup/answers.ts")).setup,
  endpoint: async () => ({
    runbook: "failed-execution-cleanup",
    extension: (await import("./endpoint/index.ts")).endpoint,
  }),
  health: ({ volume, cloudstack }) => ({
    volume_daemon: volume.health(),
    cloudstack: cloudstack.list("listZones", {}),
  }),
  board: async () => (await import("./board.ts")).board,
};
