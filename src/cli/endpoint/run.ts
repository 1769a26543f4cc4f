/** One run that was begun by a call: like `run`, with nobody to ask. */
import { endClaim } from "../../engine/claims/end.ts";
import type { RunState } from "../../engine/state.ts";
import { nobody } from "../terminal/operator.ts";
import type { Via } from "../../engine/journal-port.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Ended } from "../../serve/desk.ts";
import type { SiteRequest } from "../session/request.ts";
import { createRun } from "../session/create-run.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { inputsOf, statedFor, type GivenInputs } from "../session/inputs.ts";
import { chooseTargets } from "../session/choose-targets.ts";
import { carryOut, type Front } from "../session/carry-out.ts";
import { openSession } from "../session/session.ts";
import type { StandingGrants } from "../session/standing.ts";
import { wordText } from "../../engine/wire-words.ts";

export interface Order {
  readonly runId: string;
  readonly key: string;
  readonly via: Via;
  readonly book: LoadedRunbook;
  readonly file: string;
  /** What it is told; null: what its standing grant says. */
  readonly given: GivenInputs | null;
  readonly site: SiteRequest;
  readonly io: Io;
  readonly standing: StandingGrants;
  readonly stop: AbortSignal;
  readonly log: (line: string) => void;
}

const UNDECIDED = new Set(["approval-needed", "decision-needed"]);

/** How a run stands, for the caller. */
function endedOf(state: RunState | null, reason: string): Ended {
  if (state === null)
    return { kind: "failed", says: "the journal could not be written; see the server's log", open: true };
  const { closed: end, paused: pause } = state;
  if (end === null) return openEnd(pause, reason);
  if (end.exit === EXIT.done) return { kind: "recovered" };
  const says = state.targets.map((target) => endClaim(state, target).message).join("; ");
  return { kind: "failed", says, open: false };
}

/** How a run stands that is not closed. */
function openEnd(pause: RunState["paused"], reason: string): Ended {
  if (pause === null) return { kind: "failed", says: "left: ", open: true };
  if (!UNDECIDED.has(pause.reason))
    return { kind: "failed", says: `${wordText(pause.reason)}: ${pause.says}`, open: true };
  return { kind: "waits", says: `${pause.says}${reason === "" ? "" : ` (${reason})`}; the run waits for a person` };
}

/** How it is told that no run came of a call; a bug is thrown on. */
function stoppedEnd(error: unknown): Ended {
  if (!(error instanceof Stop)) throw error;
  return error.exit === EXIT.locked
    ? { kind: "held", says: error.message }
    : { kind: "failed", says: error.message, open: false };
}

/** Carries one run out. Whatever the world refuses is in what it gives back; only a bug throws. */
export async function serveRun(order: Order): Promise<Ended> {
  const { runId, key, via, book, file, io, standing, stop, log } = order;
  let last: RunState | null = null;
  const front: Front = {
    operator: nobody(stop),
    readers: [],
    notice: (text) => log(`run ${runId}: ${text}`),
    farewell: (state) => {
      last = state;
    },
    close: () => undefined,
  };
  try {
    const session = await openSession(order.site, io, via);
    try {
      const targets = await chooseTargets(session, book, { names: [key], isAll: false, retryOf: null }, null);
      const inputs = order.given?.inputs ?? null;
      const plan = { runbook: book.runbook, digest: book.digest, site: session.site.name, targets, inputs };
      const { grant, reason } = standing.take(runId, plan);
      const mode = grant === null ? "none" : "grant";
      const said = statedFor(grant?.inputs ?? {});
      const given = order.given ?? (await inputsOf(book.runbook, said, session.connections, null));
      const first = await createRun(session, { book, file, targets, mode, runId, given });
      log(`run ${runId}: begun for ${targets.map(({ label }) => label).join(", ")} (request ${via.request})`);
      await carryOut(session, front, { earlierState: null, first, grant, decisions: {} });
      return endedOf(last, reason);
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    return stoppedEnd(error);
  }
}
