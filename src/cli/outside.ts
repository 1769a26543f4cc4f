/** What a run does without a page of its own, in full: the first page shows it, and run.created keeps it. */
import { JOBLOG_LINES } from "../connections/joblog/entry.ts";
import type { Act } from "../engine/bodies.ts";
import { shellActs } from "../engine/document-context.ts";
import type { Runbook } from "../phases/spec.ts";
import { whoActs } from "./actor.ts";
import { locksDir } from "./paths.ts";
import type { Session } from "./session.ts";

const act = (title: string, as: string, lines: readonly string[]): Act => ({ id: "", title, lines, as, shell: false });

/** The acts of a run of a runbook on a site. */
export function outsideOf({ site, notice, io }: Session, runbook: Runbook, databaseUser: string): Act[] {
  const { login, uid, host } = whoActs(io.env);
  const self = `${login} (uid ${uid}) on ${host}`;
  return [
    act("This run's own progress goes into the appliance's JobLog", `database user ${databaseUser}`, JOBLOG_LINES),
    act(`Locks, so that no other run acts on the same VMs of ${site.name}`, self, [
      `a lock file for each VM in ${locksDir(io.env)}, and GET_LOCK('handrail:...') on the database server`,
      "both are held until this process lets go of the run, and end with it",
    ]),
    ...(notice === null ? [] : [act("Signed notices of what becomes of it", self, [`POST to ${notice.url}`])]),
    ...shellActs(runbook.finally, self),
  ];
}
