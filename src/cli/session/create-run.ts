import type { Batch } from "../../engine/batch.ts";
import type { Bodies, Target } from "../../engine/bodies.ts";
import { draft } from "../../engine/events.ts";
import { closingBefore } from "../../engine/closing.ts";
import type { EventDraft, JournalEvent } from "../../engine/journal-port.ts";
import { fold } from "../../engine/record.ts";
import type { ServerIdentity } from "../../ports/sql.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { GivenInputs } from "./inputs.ts";
import { doubtLines, refuseInDoubt } from "./doubts.ts";
import { appendOrStop } from "./journal.ts";
import { lockTargets, serverOf, siteOf, type Mode, type Session } from "./session.ts";
import { journalProofs } from "./proofs.ts";
import { outsideOf } from "./outside.ts";
import { packOf } from "../packs.ts";
import { commandText } from "../site/name.ts";
import { VERSION } from "../version.ts";

export interface NewRun {
  readonly book: LoadedRunbook;
  readonly file: string;
  readonly targets: readonly Target[];
  readonly mode: Mode;
  readonly runId: string;
  readonly given: GivenInputs;
  /** How several targets go on together. */
  readonly batch?: Batch | undefined;
  /** Only these phases act; undefined: all of them. */
  readonly phases?: readonly string[] | undefined;
  /** Nothing is carried out. */
  readonly dry?: boolean | undefined;
}

/** Locks the targets and writes the first event of a run. Stops with 75 when a target is held by another run. */
export async function createRun(session: Session, wish: NewRun): Promise<JournalEvent> {
  const { targets, runId, dry = false } = wish;
  const server = await serverOf(session);
  await (dry ? remarkDoubts(session, targets) : guardTargets(session, wish));
  const beginning = draft(runId, "run.created", {}, bodyOf(session, wish, server));
  return appendOrStop(session.journal, [...(dry ? [] : closings(session, targets, runId)), beginning]);
}

/** A dry run leaves nothing behind that two could get wrong between them, so it may look beside a run. */
function remarkDoubts({ io, journal, request }: Session, targets: readonly Target[]): void {
  const lines = doubtLines(journal, targets, (words) => commandText(request, io.env, words));
  io.err(lines.map((line) => `handrail: ${line}\n`).join(""));
}

/** Locks the targets; tells of what others do with them, and refuses what is in doubt. */
async function guardTargets(session: Session, { book: { runbook }, targets, runId }: NewRun): Promise<void> {
  const { io, journal, request, connections } = session;
  await lockTargets(session, targets, { runId, runbook });
  const isOurs = (id: string): boolean => journal.standing(id) !== null;
  for (const message of await packOf(session.site).otherRuns(connections.sql, isOurs, targets))
    io.err(`handrail: ${message}\n`);
  refuseInDoubt(journal, targets, (words) => commandText(request, io.env, words));
}

function bodyOf(session: Session, wish: NewRun, server: ServerIdentity | null): Bodies["run.created"] {
  const { book, file, targets, mode, batch, phases, dry = false } = wish;
  const proofs = journalProofs(session.journal, targets);
  return {
    runbook: book.runbook,
    runbook_digest: book.digest,
    file,
    targets,
    ...wish.given,
    site: siteOf(session),
    server,
    tool: VERSION,
    mode,
    ...(packOf(session.site).log === null ? { unlogged: true as const } : {}),
    ...(dry ? { dry } : { outside: outsideOf(session, book.runbook, server) }),
    ...(proofs.length === 0 ? {} : { proofs }),
    ...(phases === undefined ? {} : { phases }),
    ...(batch === undefined ? {} : { batch }),
  };
}

/** A run that was left as failed ends when another is begun for its targets: it is not taken up any more. */
function closings({ journal }: Session, targets: readonly Target[], runId: string): EventDraft[] {
  const keys = new Set(targets.map(({ key }) => key));
  return journal.openRuns().flatMap(({ run_id }): EventDraft[] => {
    const state = fold(journal.events(run_id));
    const body = state === null ? null : closingBefore(state, keys, runId);
    return body === null ? [] : [draft(run_id, "run.closed", {}, body)];
  });
}
