/** Takes a run up again. */
import { sentence } from "../../engine/words.ts";
import { draft } from "../../engine/events.ts";
import { fold } from "../../engine/record.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Invocation } from "../command.ts";
import { EXIT } from "../exit.ts";
import { Stop } from "../io.ts";
import { exitOfRefusal, findRun } from "./journal.ts";
import { carryOut, type MakeFront } from "./carry-out.ts";
import { decisionsIn, grantIn, lockTargets, modeOf, openSession } from "./session.ts";
import { commandText } from "../site/name.ts";
import { VERSION } from "../version.ts";

/** Takes a run up again and carries it on, shown and answered by a front. */
export async function carryOutResumed({ values, rest, io }: Invocation, makeFront: MakeFront): Promise<number> {
  const session = await openSession(values, io);
  try {
    const { run_id } = findRun(session.journal, rest[0] ?? "");
    const before = fold(session.journal.events(run_id));
    if (before === null) throw new Stop(EXIT.usage, `run ${run_id} has no events`);
    if (before.created.dry === true)
      throw new Stop(
        EXIT.usage,
        `run ${run_id} was a dry run: it changed nothing, and is not taken up; make it anew with: ${commandText(values, io.env, `plan ${before.runbook.id}`)}`,
      );
    if (before.closed !== null)
      throw new Stop(
        EXIT.usage,
        `run ${run_id} is closed (exit ${before.closed.exit}); start a new one with: ${commandText(values, io.env, `run ${before.runbook.id}`)}`,
      );
    const server = await session.connections.sql.identity();
    if (!server.ok) throw new Stop(EXIT.unreachable, `${sentence(server.error.message)} Nothing was executed`);
    if (server.value.fingerprint !== before.created.server.fingerprint) {
      throw new Stop(
        EXIT.usage,
        `run ${run_id} was on another database server (${safeText(before.created.server.hostname)}:${before.created.server.port}); it is resumed there only. Nothing was executed`,
      );
    }
    const { runbook } = before;
    const plan = {
      runbook,
      digest: before.created.runbook_digest,
      site: session.site.name,
      targets: before.targets,
      phases: before.created.phases,
    };
    const byPerson = commandText(values, io.env, `resume ${run_id}`);
    const grant = grantIn(values, plan, `the run goes on as it was begun; a person can approve it: ${byPerson}`);
    const decisions = decisionsIn(values, runbook);
    await lockTargets(session, before.created.direct?.locks ?? before.targets, run_id);
    const resumed = session.journal.append([
      draft(run_id, "run.resumed", {}, { mode: modeOf(io, grant), tool: VERSION }),
    ]);
    if (!resumed.ok)
      throw new Stop(exitOfRefusal(resumed.error), `${sentence(resumed.error.message)} Nothing was executed`);
    const [first] = resumed.value;
    if (first === undefined) throw new Error("the journal stored nothing");
    return await carryOut(session, makeFront(session), { before, first, grant, decisions });
  } catch (error) {
    await session.close();
    throw error;
  }
}
