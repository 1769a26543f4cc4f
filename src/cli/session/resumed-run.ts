/** Takes a run up again. */
import { draft } from "../../engine/events.ts";
import { doubtsOf } from "../../engine/doubt.ts";
import { slotsOf } from "../../engine/end.ts";
import { fold } from "../../engine/record.ts";
import { clean, countText } from "../../engine/words.ts";
import type { RunState } from "../../engine/state.ts";
import type { Io } from "../io.ts";
import type { ResumeRequest } from "./request.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { appendOrStop, findRun } from "./journal.ts";
import { carryOut, type MakeFront } from "./carry-out.ts";
import { grantOf, lockTargets, modeOf, refuseLacks, openSession, type Session } from "./session.ts";
import { refuseOtherServers } from "./same-server.ts";
import { decisionsOf, statedDecisions } from "./decisions.ts";
import { bookWords } from "../runbook/library.ts";
import { commandText } from "../site/name.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { optionsFor } from "./target-words.ts";
import type { Runbook } from "../../phases/spec.ts";
import { VERSION } from "../version.ts";

/** The targets and inputs of a run, as they are typed for another one. */
function wishText(site: Session["site"], runbook: Runbook, { targets, inputs }: Wish): string {
  const options = optionsFor(
    site,
    runbook,
    targets.map(({ key }) => shellWord(key)),
  );
  const told = Object.entries(inputs).map(([name, value]) => ` --input ${shellWord(`${name}=${String(value)}`)}`);
  return `${options}${told.join("")}`;
}

interface Wish {
  readonly targets: RunState["targets"];
  readonly inputs: RunState["created"]["inputs"];
}

/** What is over, or was never carried out, is not taken up: it says what to type instead. */
async function refuseEnded(
  { run_id, created: beginning, closed: end, runbook, targets }: RunState,
  { request, io, site }: Session,
): Promise<void> {
  const again = async (verb: string, rest = ""): Promise<string> =>
    commandText(
      request,
      io.env,
      `${verb} ${await bookWords(request, io.env, { file: beginning.file, id: runbook.id })}${rest}`,
    );
  if (beginning.dry === true)
    throw new Stop(
      EXIT.usage,
      `run ${run_id} was a dry run: it changed nothing, and is not taken up; make it anew with: ${await again("plan", wishText(site, runbook, { targets, inputs: beginning.inputs }))}`,
    );
  if (end !== null)
    throw new Stop(
      EXIT.usage,
      `run ${run_id} is closed (exit ${end.exit}); start a new one with: ${await again("run")}`,
    );
}

/** A run is not closed over a change that nobody knows the end of: it is looked at first. */
function refuseDoubts(state: RunState, command: (words: string) => string): void {
  const [first, ...rest] = doubtsOf(state);
  if (first === undefined) return;
  const more = rest.length === 0 ? "" : ` and ${countText(rest.length, "other change")}`;
  throw new Stop(
    EXIT.doubt,
    `run ${state.run_id} is not closed: nobody knows what became of "${clean(first.title)}" of ${clean(first.label)}${more}. Look first with: ${command(`resume ${state.run_id}`)}`,
  );
}

/** Takes a run up again and carries it on, shown and answered by a front. */
export async function carryOutResumed(request: ResumeRequest, io: Io, makeFront: MakeFront): Promise<number> {
  const session = await openSession(request.site, io);
  const command = (words: string): string => commandText(request.site, io.env, words);
  try {
    const { run_id } = findRun(session.journal, request.run);
    const state = fold(session.journal.events(run_id));
    if (state === null) throw new Stop(EXIT.usage, `run ${run_id} has no events`);
    await refuseEnded(state, session);
    await refuseLacks(session, state.runbook);
    await refuseOtherServers(
      session,
      state,
      state.targets.flatMap(slotsOf),
      "it is resumed there only. Nothing was executed",
    );
    const { runbook, targets, created: beginning } = state;
    const { runbook_digest: digest, phases, inputs } = beginning;
    const next = `the run goes on as it was begun; a person can approve it: ${command(`resume ${run_id}`)}`;
    const grant = grantOf(request.consent, { runbook, digest, site: session.site.name, targets, phases, inputs }, next);
    const decisions = decisionsOf(statedDecisions(request.consent, runbook), targets, runbook);
    await lockTargets(session, beginning.direct?.locks ?? targets, { runId: run_id, runbook });
    // As it is now that nobody else can drive it.
    if (request.closes !== null) refuseDoubts(fold(session.journal.events(run_id)) ?? state, command);
    const mode = modeOf(io, grant);
    const closing = request.closes === null ? {} : { closes: request.closes };
    const first = appendOrStop(session.journal, [
      draft(run_id, "run.resumed", {}, { mode, tool: VERSION, ...closing }),
    ]);
    return await carryOut(session, makeFront(session), { earlierState: state, first, grant, decisions });
  } catch (error) {
    await session.close();
    throw error;
  }
}
