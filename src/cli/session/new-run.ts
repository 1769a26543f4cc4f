/** Begins a run. */
import { batchOf } from "./batch.ts";
import { createRun } from "./create-run.ts";
import { newRunId } from "./ids.ts";
import { commandText } from "../site/name.ts";
import { checkedRunbook } from "../runbook/cache.ts";
import { bookWords, findBook } from "../runbook/library.ts";
import { carryOut, type MakeFront } from "./carry-out.ts";
import { grantOf, modeOf, openSession, phasesOf } from "./session.ts";
import { decisionsOf, statedDecisions } from "./decisions.ts";
import { inputOptions, inputsOf, statedInputs } from "./inputs.ts";
import { chooseTargets } from "./choose-targets.ts";
import type { RunRequest } from "./request.ts";
import { optionsFor } from "./target-words.ts";
import type { Io } from "../io.ts";

/** A dry run goes about one target after the other, and asks nobody. */
const DRY = { batch: undefined, mode: "none" } as const;

/** Begins a run and carries it out, shown and answered by a front. */
export async function carryOutNew(request: RunRequest, io: Io, makeFront: MakeFront): Promise<number> {
  const { file, id } = await findBook({ ...request.site, file: request.files }, io.env, request.runbook);
  const book = await checkedRunbook(file, id, io.env);
  const { runbook, digest } = book;
  const stated = statedDecisions(request.consent, runbook);
  const phases = phasesOf(request.phases, runbook);
  const inputs = statedInputs(request.inputs, runbook);
  const session = await openSession(request.site, io);
  try {
    const front = makeFront(session);
    const operator = io.person && !request.isJson ? front.operator : null;
    const targets = await chooseTargets(session, { ...book, file }, request.targets, operator);
    const decisions = decisionsOf(stated, targets, runbook);
    const given = await inputsOf(runbook, inputs, session.connections, operator);
    const words = await bookWords(request.site, io.env, { file, id });
    const whom = optionsFor(session.site, runbook, ["…"]);
    const anew = commandText(request.site, io.env, `grant ${words}${whom}${inputOptions(given.inputs)} -o FILE`);
    const grant = grantOf(
      request.consent,
      { runbook, digest, site: session.site.name, targets, phases, inputs: given.inputs },
      `to see what it may do now, and grant that: ${anew}`,
    );
    const { isDry: dry } = request;
    const way = dry ? DRY : { batch: batchOf(request.batch, targets.length), mode: modeOf(io, grant) };
    const first = await createRun(session, { book, file, targets, runId: newRunId(), given, phases, dry, ...way });
    return await carryOut(session, front, { earlierState: null, first, grant, decisions });
  } catch (error) {
    await session.close();
    throw error;
  }
}
