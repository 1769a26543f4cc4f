/**
 * `handrail rehearse RUNBOOK --vm NAME`: the whole runbook on a throw-away lab that holds what was read of the real site,
 * in a database server of the same kind.
 * The rehearsal approves by itself, which only a lab allows; its journal says so and stays when the lab is gone.
 */
import { randomBytes } from "node:crypto";
import type { Server } from "../../connections/mysql/server.ts";
import type { OperatorPort } from "../../engine/operator-port.ts";
import { clean } from "../../engine/words.ts";
import { err, type Result } from "../../ports/result.ts";
import {
  downLab,
  fault,
  faultWords,
  loadSnapshot,
  NoServer,
  sqlQuietly,
  tableColumns,
  upLab,
  type Lab,
} from "../../packs/appliance/lab/index.ts";
import { flag, many, type Invocation, type Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { withPorts } from "../session/site-ports.ts";
import type { Site } from "../packs.ts";
import { runRequest } from "../session/request.ts";
import { carryOutNew } from "../session/new-run.ts";
import { plainFront, type Front } from "../session/carry-out.ts";
import type { Session } from "../session/session.ts";
import { readSite, type SiteSnapshot } from "../../packs/appliance/snapshot.ts";
import { nobody } from "../terminal/operator.ts";

/** The lab's time runs so much faster. */
const SCALE = 20;

const BY = "the rehearsal";

const SERVERS: Readonly<Record<Server["family"], string>> = { mariadb: "MariaDB", mysql: "MySQL" };

function faultsIn(values: Values): ReturnType<typeof faultWords>[] {
  try {
    return many(values, "fault").map(faultWords);
  } catch (error) {
    throw new Stop(EXIT.usage, error instanceof Error ? error.message : String(error));
  }
}

/** A site's server as people call it: `MySQL 9.7.0`. */
const nameOf = ({ family, version }: Server): string => `${SERVERS[family]} ${clean(version.split("-")[0] ?? "")}`;

async function bringUp(io: Io, name: string, site: Site, server: Server): Promise<Lab> {
  try {
    return await upLab({ name, scale: SCALE, world: "bare", server: server.family, env: { ...io.env } });
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    const why = `${clean(site.name)} runs on ${nameOf(server)}, and a rehearsal of it needs a server of that kind`;
    throw new Stop(EXIT.unreachable, `${why}. Nothing was rehearsed. ${error.message}`);
  }
}

async function ownServer(lab: Lab): Promise<string> {
  const [row] = (await sqlQuietly(lab, "select version() as version")) as { version: string }[];
  return nameOf({ family: lab.config.server, version: row?.version ?? "" });
}

function taken<T>(read: Result<T, string>): T {
  if (!read.ok) throw new Stop(EXIT.unreachable, `${read.error} Nothing was rehearsed`);
  return read.value;
}

const serverOfReal = (site: Site): Promise<Server> =>
  withPorts(site, async ({ server }) => {
    const asked = await server();
    return taken(asked.ok ? asked : err(asked.error.message));
  });

const readReal = (site: Site, lab: Lab): Promise<SiteSnapshot> =>
  withPorts(site, async (connections, redact) => {
    // CloudStack's keys are learnt by the first question to it, and are in no value from then on.
    await connections.cloudstack.list("listZones", {});
    return taken(await readSite({ connections, ours: await tableColumns(lab), redact }));
  });

/** Approves whatever is shown. Decisions are only those that were said beforehand: nobody guesses what a person would choose. */
const rehearsing = (front: Front): OperatorPort => ({
  ...nobody(front.operator.stop),
  approve: ({ digest }) => Promise.resolve({ kind: "approved", method: "rehearsal", by: BY, digest }),
});

const frontOf =
  (isJson: boolean) =>
  (session: Session): Front => {
    const front = plainFront(isJson)(session);
    // The lab is gone afterwards: what is left can be read, but not taken up again.
    const farewell: Front["farewell"] = (state, lines, receipt) =>
      front.farewell(
        state,
        lines.filter((line) => !line.startsWith("take it up again")),
        receipt,
      );
    return { ...front, operator: rehearsing(front), farewell };
  };

function announce(say: (text: string) => void, site: Site, { snapshot, lacks }: SiteSnapshot): void {
  const rows = Object.values(snapshot.rows).reduce((sum, table) => sum + table.length, 0);
  const count = `${rows} rows, ${snapshot.vms.length} VMs, ${snapshot.volumes.length} volumes, ${snapshot.snapshots.length} snapshots`;
  say(`REHEARSAL of ${clean(site.name)} as it was at ${new Date().toISOString()}: ${count}\n`);
  say(`REHEARSAL: all that follows happens on a throw-away lab, ${SCALE} times as fast; it approves by itself\n`);
  say(
    "REHEARSAL: processes are not copied: whether a failover engine still lives has to be looked at on the appliance\n",
  );
  for (const what of lacks) say(`REHEARSAL: not copied: ${clean(what)}\n`);
}

/** Reads the real site, rehearses, and gives the exit code that the run would have had. */
export async function rehearseSite({ values, rest, io }: Invocation): Promise<number> {
  const faults = faultsIn(values);
  const site = await chooseSite(values, io.env);
  const name = `rehearsal-${randomBytes(4).toString("hex")}`;
  const say = flag(values, "json") ? io.err : io.out;
  const server = await serverOfReal(site);
  const lab = await bringUp(io, name, site, server);
  try {
    const read = await readReal(site, lab);
    announce(say, site, read);
    say(`REHEARSAL: the lab's database is ${await ownServer(lab)}; that of ${clean(site.name)} is ${nameOf(server)}\n`);
    await loadSnapshot(lab, `as ${site.name} was`, read.snapshot);
    for (const { name: which, params } of faults) {
      await fault(lab, which, params);
      say(`REHEARSAL: with the fault ${clean([which, ...Object.values(params)].join(" "))}\n`);
    }
    const { site: _site, config: _config, fault: _fault, ...others } = values;
    const inLab: Io = { ...io, person: true, env: { ...io.env, HANDRAIL_LAB: name } };
    const exit = await carryOutNew(
      { ...runRequest(others, rest[0] ?? "", false), site: { lab: true } },
      inLab,
      frontOf(flag(values, "json")),
    );
    say(`REHEARSAL ended with exit ${exit}; nothing of ${clean(site.name)} was changed\n`);
    return exit;
  } finally {
    await downLab(lab, { keep: false });
  }
}
