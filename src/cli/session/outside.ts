/** What a run does without a page of its own, in full: the first page shows it, and run.created keeps it. */
import { databasesOf } from "../../connections/site.ts";
import { packOf } from "../packs.ts";
import type { Bodies } from "../../engine/bodies.ts";
import type { Act } from "../../engine/approval-document.ts";
import { targetNoun, targetNouns, type TargetNoun } from "../../phases/target-noun.ts";
import type { Runbook } from "../../phases/spec.ts";
import type { ServerIdentity } from "../../ports/sql.ts";
import { whoActs } from "./actor.ts";
import { locksDir } from "../paths.ts";
import type { Session } from "./session.ts";

const act = (title: string, as: string, lines: readonly string[]): Act => ({ id: "", title, lines, as, shell: false });

const selfOf = ({ io }: Session): string => {
  const { login, uid, host } = whoActs(io.env);
  return `${login} (uid ${uid}) on ${host}`;
};

/** On every database that the run uses. */
const serverLocks = ({ site }: Session): string =>
  databasesOf(site).length === 0 ? "" : ", and GET_LOCK('handrail:...') on the database server";

/** The locks that every run takes, whatever it is about. */
const lockAct = (session: Session, { noun, nouns }: TargetNoun): Act =>
  act(`Locks, so that no other run acts on the same ${nouns} of ${session.site.name}`, selfOf(session), [
    `a lock file for each ${noun} in ${locksDir(session.io.env)}${serverLocks(session)}`,
    "both are held until this process lets go of the run, and end with it",
  ]);

/** The acts of a run of a runbook on a site, besides its shell texts. */
export function outsideOf(
  session: Session,
  runbook: Runbook,
  server: ServerIdentity | null,
): NonNullable<Bodies["run.created"]["outside"]> {
  const { notice } = session;
  const as = selfOf(session);
  const { product, log } = packOf(session.site);
  const acts = [
    ...(log === null
      ? []
      : [
          act(
            `This run's own progress goes into ${product}'s ${log.title}`,
            `database user ${server?.user ?? ""}`,
            log.lines,
          ),
        ]),
    lockAct(session, { noun: targetNoun(runbook), nouns: targetNouns(runbook) }),
    ...(notice === null ? [] : [act("Signed notices of what becomes of it", as, [`POST to ${notice.url}`])]),
  ];
  return { as, acts };
}

/** Those of a statement that somebody typed, or of an undo: its locks. */
export const outsideOfDirect = (session: Session, nouns: TargetNoun): ReturnType<typeof outsideOf> => ({
  as: selfOf(session),
  acts: [lockAct(session, nouns)],
});
