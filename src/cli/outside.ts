/** What a run does without a page of its own, in full: the first page shows it, and run.created keeps it. */
import { JOBLOG_LINES } from "../connections/joblog/entry.ts";
import type { Act } from "../engine/bodies.ts";
import { shellActs } from "../engine/document-context.ts";
import type { Runbook } from "../phases/spec.ts";
import { whoActs } from "./actor.ts";
import { locksDir } from "./paths.ts";
import type { Session } from "./session.ts";

const act = (title: string, as: string, lines: readonly string[]): Act => ({ id: "", title, lines, as, shell: false });

const selfOf = ({ io }: Session): string => {
  const { login, uid, host } = whoActs(io.env);
  return `${login} (uid ${uid}) on ${host}`;
};

/** The locks that every run takes, whatever it is about. */
export const lockAct = (session: Session): Act =>
  act(`Locks, so that no other run acts on the same VMs of ${session.site.name}`, selfOf(session), [
    `a lock file for each VM in ${locksDir(session.io.env)}, and GET_LOCK('handrail:...') on the database server`,
    "both are held until this process lets go of the run, and end with it",
  ]);

/** The acts of a run of a runbook on a site. */
export function outsideOf(session: Session, runbook: Runbook, databaseUser: string): Act[] {
  const { notice } = session;
  const self = selfOf(session);
  return [
    act("This run's own progress goes into the appliance's JobLog", `database user ${databaseUser}`, JOBLOG_LINES),
    lockAct(session),
    ...(notice === null ? [] : [act("Signed notices of what becomes of it", self, [`POST to ${notice.url}`])]),
    ...shellActs(runbook.finally, self),
  ];
}
