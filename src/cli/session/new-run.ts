/** Begins a run. */
import { batchIn } from "./batch.ts";
import { flag, one, type Invocation } from "../command.ts";
import { createRun } from "./create-run.ts";
import { newRunId } from "./ids.ts";
import { commandText } from "../site/name.ts";
import { checkedRunbook } from "../runbook/cache.ts";
import { shippedFile } from "../runbook/source.ts";
import { carryOut, type MakeFront } from "./carry-out.ts";
import { decisionsIn, grantIn, modeOf, openSession, phasesIn } from "./session.ts";
import { chooseTargets } from "./choose-targets.ts";

/** Begins a run and carries it out, shown and answered by a front. */
export async function carryOutNew(
  { values, rest, io }: Invocation,
  makeFront: MakeFront,
  dry = false,
): Promise<number> {
  const file = one(values, "file") ?? shippedFile();
  const loaded = await checkedRunbook(file, rest[0] ?? "", io.env);
  const { runbook, digest } = loaded;
  const decisions = decisionsIn(values, runbook);
  const phases = phasesIn(values, runbook);
  const session = await openSession(values, io);
  try {
    const front = makeFront(session);
    const asks = io.person && !flag(values, "json");
    const targets = await chooseTargets(session, loaded, values, asks ? front.operator : null);
    const anew = commandText(values, io.env, `grant ${runbook.id} --vm … -o FILE`);
    const grant = grantIn(
      values,
      { runbook, digest, site: session.site.name, targets, phases },
      `to see what it may do now, and grant that: ${anew}`,
    );
    const batch = dry ? undefined : batchIn(values, targets.length);
    const runId = newRunId();
    const mode = dry ? "none" : modeOf(io, grant);
    const first = await createRun(session, { loaded, file, targets, mode, runId, batch, phases, dry });
    return await carryOut(session, front, { before: null, first, grant, decisions });
  } catch (error) {
    await session.close();
    throw error;
  }
}
