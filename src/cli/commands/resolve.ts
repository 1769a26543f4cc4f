import { draft } from "../../engine/events.ts";
import { fold } from "../../engine/record.ts";
import type { RunState, Slot, TargetState } from "../../engine/state.ts";
import { clean, sentence } from "../../engine/words.ts";
import { flag, option, type Invocation, type Values } from "../command.ts";
import { TARGET_OPTION } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { reasonIn } from "../reason.ts";
import { exitOfRefusal } from "../session/granted.ts";
import { findRun } from "../session/journal.ts";
import { commandText, shellWord } from "../site/name.ts";
import { siteRequest } from "../session/request.ts";
import { lockTargets, openSession, type Session } from "../session/session.ts";
import { optionsFor } from "../session/target-words.ts";

interface Doubt {
  readonly target: TargetState;
  readonly phase: string;
  readonly slot: Slot;
}

function doubts(state: RunState): Doubt[] {
  return state.targets.flatMap((target) =>
    Object.entries(target.phases).flatMap(([phase, { slots }]) =>
      slots.filter((slot) => slot.status === "in-doubt").map((slot) => ({ target, phase, slot })),
    ),
  );
}

/** Whether an option says one of these, or was not said at all. */
const fits = (wish: string | undefined, ...values: readonly string[]): boolean =>
  wish === undefined || values.includes(wish);

function choose({ site }: Session, state: RunState, step: string, values: Values): Doubt {
  const steps = doubts(state);
  const name = option(values, TARGET_OPTION);
  const item = option(values, "item");
  const hits = steps.filter(
    ({ target, slot }) => slot.step === step && fits(name, target.label, target.key) && fits(item, slot.item_key),
  );
  const [hit] = hits;
  if (hits.length === 1 && hit !== undefined) return hit;
  const list = steps.map(
    ({ target, slot }) =>
      `  ${slot.step} ${optionsFor(site, state.runbook, [shellWord(clean(target.key))])}${slot.item_key === "" ? "" : ` --item ${clean(slot.item_key)}`}: ${clean(slot.reason)}`,
  );
  const message = hits.length === 0 ? `no step ${step} is in doubt` : `${hits.length} steps fit`;
  throw new Stop(EXIT.usage, `${message}. In doubt are:\n${list.length === 0 ? "  nothing" : list.join("\n")}`);
}

/** What a person says of a step, on their word. */
interface Resolution {
  readonly as: "applied" | "not-applied";
  readonly note: string;
  /** Whether a step that was not applied is left as failed. */
  readonly leaves: boolean;
}

/** Stops where the command line does not say all of it. */
function resolutionOf(values: Values): Resolution {
  const as = option(values, "as");
  if (as !== "applied" && as !== "not-applied") throw new Stop(EXIT.usage, "say --as applied or --as not-applied");
  const leaves = flag(values, "leave-failed");
  if (leaves && as === "applied")
    throw new Stop(EXIT.usage, "--leave-failed is for a step that was not applied; say --as not-applied with it");
  return { as, note: reasonIn(values, "how you know"), leaves };
}

/** `handrail resolve RUN STEP …`: nothing is executed; the next resume goes on from what was said. */
export async function run({ values, rest: [name = "", step = ""], io }: Invocation): Promise<number> {
  const { as, note, leaves } = resolutionOf(values);
  const session = await openSession(siteRequest(values), io);
  try {
    const { run_id } = findRun(session.journal, name);
    const state = fold(session.journal.events(run_id));
    if (state === null || state.closed !== null)
      throw new Stop(EXIT.usage, `run ${run_id} is closed; nothing in it can be resolved`);
    const { target, phase, slot } = choose(session, state, step, values);
    // Whoever drives the run holds the lock: what is said must not cross what is being found out.
    await lockTargets(session, state.targets, { runId: run_id, runbook: state.runbook });
    const [own, fate] = leaves ? [{ leaves }, " and left as failed"] : [{}, ""];
    const place = { target: target.key, phase, step: slot.step, item: slot.item_key };
    const result = session.journal.append([draft(run_id, "operator.resolved", place, { as, note, ...own })]);
    if (!result.ok) throw new Stop(exitOfRefusal(result.error), sentence(result.error.message));
    io.out(
      `Noted: ${clean(slot.title)} for ${clean(target.label)} is taken as ${as}${fate}, on your word. Nothing was executed.\n`,
    );
    io.out(`Go on with: ${commandText(values, io.env, `resume ${run_id}`)}\n`);
    return EXIT.done;
  } finally {
    await session.close();
  }
}
