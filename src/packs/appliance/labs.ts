/** The appliance's lab as Handrail's commands use it. */
import type { Server } from "../../connections/mysql/server.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { Copy, Lab, Labs, LabWish } from "../lab.ts";
import { demo } from "./demo.ts";
import { lookAtCleaned, lookAtCompleted } from "./demo-look.ts";
import {
  attachLab,
  downLab,
  fault,
  faultWords,
  labCommand,
  labFolder,
  loadSnapshot,
  loadWorld,
  NoServer,
  processStates,
  sqlQuietly,
  stayLab,
  tableColumns,
  upLab,
  type Lab as OwnLab,
} from "./lab/index.ts";
import { readSite, type SiteSnapshot } from "./snapshot.ts";

function labOf(lab: OwnLab): Lab {
  const { name, dir } = lab;
  return {
    name,
    dir,
    server: () => serverOf(lab),
    load: (world) => loadWorld(lab, world),
    look: (runbook) => (runbook === demo.acts[0].runbook ? lookAtCleaned(lab) : lookAtCompleted(lab)),
    copy: async (connections, redact) => {
      // CloudStack's keys are learnt by the first question to it, and are in no value from then on.
      await connections.cloudstack.list("listZones", {});
      const read = await readSite({ connections, ours: await tableColumns(lab), redact });
      return read.ok ? ok(copyOf(lab, read.value)) : read;
    },
    fault: (words) => {
      const { name: faultName, params } = faultWords(words);
      return fault(lab, faultName, params);
    },
    stay: () => stayLab(lab),
    down: () => downLab(lab, { keep: false }),
  };
}

async function serverOf(lab: OwnLab): Promise<Server> {
  const [row] = (await sqlQuietly(lab, "select version() as version")) as { version: string }[];
  return { family: lab.config.server, version: row?.version ?? "" };
}

function copyOf(lab: OwnLab, { snapshot, lacks }: SiteSnapshot): Copy {
  const rows = Object.values(snapshot.rows).reduce((sum, table) => sum + table.length, 0);
  return {
    summary: `${rows} rows, ${snapshot.vms.length} VMs, ${snapshot.volumes.length} volumes, ${snapshot.snapshots.length} snapshots`,
    lacks,
    remark: "processes are not copied: whether a failover engine still lives has to be looked at on the appliance",
    load: (name) => loadSnapshot(lab, name, snapshot),
  };
}

async function up({ env, ...wish }: LabWish): Promise<Result<Lab, string>> {
  try {
    return ok(labOf(await upLab({ ...wish, env: { ...env } })));
  } catch (error) {
    if (error instanceof NoServer) return err(error.message);
    throw error;
  }
}

export const labs: Labs = {
  demo,
  command: (words, io) => labCommand(words, io),
  folder: (name, env) => labFolder({ name }, { ...env }),
  isUp: (dir) => processStates(dir).database,
  attach: async (dir) => labOf(await attachLab({ dir })),
  up,
  bare: "bare",
  faultText: (words) => {
    const { name, params } = faultWords(words);
    return [name, ...Object.values(params)].join(" ");
  },
};
