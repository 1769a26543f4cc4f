/** Carries out a run that no runbook file made. */
import { nounOf } from "./target-words.ts";
import { createHash } from "node:crypto";
import type { Direct } from "../../engine/bodies.ts";
import { draft } from "../../engine/events.ts";
import type { RunState } from "../../engine/state.ts";
import { canonical, type Json } from "../../ports/json.ts";
import { directRunbook, type DirectPlan } from "../../runbooks/direct.ts";
import { refuseInDoubt } from "./doubts.ts";
import { newRunId } from "./ids.ts";
import { appendOrStop } from "./journal.ts";
import { carryOut, type MakeFront } from "./carry-out.ts";
import { outsideOfDirect } from "./outside.ts";
import { lockTargets, modeOf, serverOf, siteOf, type Session } from "./session.ts";
import { commandText } from "../site/name.ts";
import { VERSION } from "../version.ts";

export interface DirectRun {
  readonly plan: DirectPlan;
  readonly locks: Direct["locks"];
  readonly of: string | null;
  /** What of the run that is undone stays as it is. */
  readonly remains?: readonly string[];
  /** What the person is shown as what the run is about. */
  readonly label: string;
  /** What has to be typed where a name is asked for; the label where it is missing. */
  readonly word?: string | undefined;
  readonly makeFront: MakeFront;
  readonly onEnd?: (state: RunState) => void;
}

/** Nobody types more than 24 characters. */
const shortWord = (label: string): string => Array.from(label).slice(0, 24).join("").trim();

/** Journals, previews, asks, commits. Gives the exit code; closes the session. */
export async function carryOutDirect(
  session: Session,
  { plan, locks, of, remains = [], label, word = shortWord(label), makeFront, onEnd }: DirectRun,
): Promise<number> {
  const server = await serverOf(session);
  const nouns = plan.target ?? nounOf(session.site);
  const runbook = directRunbook({ ...plan, target: nouns });
  const runId = newRunId();
  await lockTargets(session, locks, { runId, runbook });
  refuseInDoubt(session.journal, locks, (words) => commandText(session.request, session.io.env, words));
  const digest = createHash("sha256")
    .update(canonical(runbook as unknown as Json))
    .digest("hex");
  const beginning = draft(
    runId,
    "run.created",
    {},
    {
      runbook,
      runbook_digest: digest,
      file: "",
      targets: [{ key: plan.id, label, word, row: {} }],
      inputs: {},
      site: siteOf(session),
      server,
      tool: VERSION,
      mode: modeOf(session.io, null),
      direct: { kind: plan.id, locks, of, ...(remains.length === 0 ? {} : { remains }) },
      outside: outsideOfDirect(session, nouns),
    },
  );
  const first = appendOrStop(session.journal, [beginning]);
  return carryOut(session, makeFront(session), {
    earlierState: null,
    first,
    grant: null,
    decisions: {},
    onEnd,
  });
}
