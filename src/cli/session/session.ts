/** A site opened for work: journal, connections, locks; and what the command line says of a run. What `run` and `resume` share. */
import { databasesOf } from "../../connections/site.ts";
import type { Connections } from "../../connections/connect.ts";
import type { Bodies } from "../../engine/bodies.ts";
import type { ServerIdentity } from "../../ports/sql.ts";
import { parseGrant, whyNot, type Grant, type GrantPlan } from "../../engine/grant.ts";
import type { Via } from "../../engine/journal-port.ts";
import type { LockHeld } from "../../engine/lock-port.ts";
import { holderOf, hostLocks } from "./host-locks.ts";
import type { Journal } from "../../journal/journal.ts";
import { databasesIn, lacksOf } from "../../phases/lacks.ts";
import { choosePhases } from "../../runbooks/choose.ts";
import type { Runbook } from "../../phases/spec.ts";
import { sentence } from "../../engine/words.ts";
import { safeText } from "../../text/safe-text.ts";
import { whoActs } from "./actor.ts";
import { chooseSite } from "../site/config.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { settingsOf, type NoticeTo } from "../site/settings.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { readGrantFile } from "./grant-file.ts";
import { openSiteJournal } from "./journal.ts";
import type { ConsentRequest, PhaseRequest, SiteRequest } from "./request.ts";
import { packOf, type Site } from "../packs.ts";
import { redaction, siteKeyring } from "./site-ports.ts";
import { locksDir } from "../paths.ts";

export interface Session {
  readonly site: Site;
  /** Where notices of its runs are sent, if anywhere. */
  readonly notice: NoticeTo | null;
  readonly journal: Journal;
  readonly connections: Connections;
  readonly io: Io;
  /** Which site was asked for: commands to be copied find the same one again. */
  readonly request: SiteRequest;
  close(): Promise<void>;
}

/** Opens everything a run needs. Stops with 73/74 without a journal, with 69 without the database. */
export async function openSession(request: SiteRequest, io: Io, via: Via | null = null): Promise<Session> {
  keepHeapSmall();
  const site = await chooseSite(request, io.env);
  const keyring = siteKeyring(site);
  const pack = packOf(site);
  const settings = await settingsOf(request, io.env);
  for (const secret of settings.secrets) keyring.add(secret);
  const actor = via === null ? whoActs(io.env) : { ...whoActs(io.env), via };
  const { redactor: make } = keyring;
  const journal = openSiteJournal({ env: io.env, site: site.name, redactor: make, readOnly: false, actor });
  const host = hostLocks(locksDir(io.env), site.name, actor);
  const result = await pack.connect(site, {
    redact: redaction(keyring),
    keep: keyring.add,
    host,
    holder: holderOf(actor),
  });
  if (!result.ok) {
    journal.close();
    throw new Stop(EXIT.unreachable, `${pack.databaseTrouble(result.error)} Nothing was executed`);
  }
  const connections = result.value;
  const close = async (): Promise<void> => {
    try {
      await connections.close();
    } finally {
      journal.close();
    }
  };
  return { site, notice: settings.notice, journal, connections, io, request, close };
}

/** Which server the site's first database is on; null where it has none. Stops with 69 where it does not say. */
export async function serverOf({ site, connections }: Session): Promise<ServerIdentity | null> {
  if (databasesOf(site).length === 0) return null;
  const server = await connections.sql.identity();
  if (server.ok) return server.value;
  throw new Stop(EXIT.unreachable, `${sentence(server.error.message)} Nothing was executed`);
}

/** The site as a run writes it down. */
export function siteOf({ site: { name, lab } }: Session): Bodies["run.created"]["site"] {
  return lab === null ? { name, lab: null, scale: 1 } : { name, lab: lab.name, scale: lab.scale };
}

/** The ids of the phases that were asked for; undefined where nothing was said of them. */
export function phasesOf(request: PhaseRequest, runbook: Runbook): readonly string[] | undefined {
  const result = choosePhases(runbook, request);
  if (!result.ok) throw new Stop(EXIT.usage, `${result.error}. Nothing was executed`);
  return result.value;
}

/** The grant that was given, proved to fit. `next`: what to do without it. */
export function grantOf({ grant: file }: ConsentRequest, plan: GrantPlan, next: string): Grant | null {
  if (file === null) return null;
  const text = readGrantFile(file);
  if (!text.ok) throw new Stop(EXIT.badFile, text.error);
  const grant = parseGrant(text.value, file);
  if (!grant.ok) throw new Stop(EXIT.badFile, grant.error);
  const misfit = whyNot(grant.value, plan, new Date().toISOString());
  if (misfit !== null) throw new Stop(EXIT.needed, `${misfit}. Nothing was executed; ${next}`);
  return grant.value;
}

/** What keeps a lock from being taken, where nobody holds it. */
const EXIT_OF_TROUBLE: Readonly<Record<string, number>> = {
  unreachable: EXIT.unreachable,
  unusable: EXIT.journalUnwritable,
};

/** Stops where the site lacks a connection that the runbook names, before anything is asked. `file`: where it was written. */
export async function refuseLacks({ site, connections }: Session, runbook: Runbook, file = ""): Promise<void> {
  const lacks = lacksOf(runbook, connections);
  if (lacks.length === 0) return;
  const { placeTexts } = await import("../runbook/place.ts");
  const placeText = placeTexts(file, runbook.id);
  const lines = lacks.map(
    ({ place, path, message }) => `  ${placeText(path, "connection")}${runbook.id}, ${place}: ${safeText(message)}`,
  );
  throw new Stop(
    EXIT.badFile,
    `${safeText(site.name)} lacks what ${runbook.id} needs; nothing was executed. Name it under the site's \`connections\`:\n${lines.join("\n")}`,
  );
}

/** Takes the run's locks, or stops with 75 and the holder's name. */
export async function lockTargets(
  session: Session,
  targets: readonly { readonly key: string; readonly label: string }[],
  { runId, runbook }: { readonly runId: string; readonly runbook: Runbook },
): Promise<void> {
  const result = await session.connections.locks.acquire(targets, runId, databasesIn(runbook));
  if (result.ok) return;
  const { error } = result;
  await session.close();
  if (error.kind !== "held")
    throw new Stop(EXIT_OF_TROUBLE[error.kind] ?? EXIT.locked, `${sentence(error.message)} Nothing was executed`);
  throw new Stop(
    EXIT.locked,
    `${safeText(error.target)} is being recovered by ${whoHolds(error)}. Nothing was executed`,
  );
}

/** Who holds a lock, as far as it is known; what is not known is said to be that. */
function whoHolds({ holder, connection = null }: LockHeld): string {
  if (holder !== null)
    return `${safeText(holder.login)} on ${safeText(holder.host)} (pid ${holder.pid}, run ${safeText(holder.run_id)}, since ${safeText(holder.since)})`;
  const unknown = "who, on which run and since when is not known";
  if (connection === null) return `somebody else; ${unknown}`;
  const from = connection.client === null ? "from where is not known" : `from ${safeText(connection.client)}`;
  return `somebody else, over connection ${connection.id} of the database server (${from}); ${unknown}`;
}

export type Mode = "person" | "grant" | "none";
export const modeOf = (io: Io, grant: Grant | null): Mode => (grant !== null ? "grant" : io.person ? "person" : "none");

/** Who is recorded as the author of a grant. */
export const grantAuthor = (io: Io): string => {
  const actor = whoActs(io.env);
  return `${actor.login} (uid ${actor.uid}) on ${actor.host}`;
};
