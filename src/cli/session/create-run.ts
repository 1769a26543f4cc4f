import type { Batch, Target } from "../../engine/bodies.ts";
import { draft } from "../../engine/events.ts";
import { closingBefore } from "../../engine/closing.ts";
import type { EventDraft, JournalEvent } from "../../engine/journal-port.ts";
import { fold } from "../../engine/record.ts";
import { sentence } from "../../engine/words.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { doubtLines, refuseInDoubt } from "./doubts.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { exitOfRefusal } from "./journal.ts";
import { lockTargets, type Mode, type Session } from "./session.ts";
import { journalProofs } from "./proofs.ts";
import { outsideOf } from "./outside.ts";
import { pack } from "../packs.ts";
import { commandText } from "../site/name.ts";
import { VERSION } from "../version.ts";

export interface NewRun {
  readonly book: LoadedRunbook;
  readonly file: string;
  readonly targets: readonly Target[];
  readonly mode: Mode;
  readonly runId: string;
  /** How several targets go on together. */
  readonly batch?: Batch | undefined;
  /** Only these phases act; undefined: all of them. */
  readonly phases?: readonly string[] | undefined;
  /** Nothing is carried out. */
  readonly dry?: boolean | undefined;
}

/** Locks the targets and writes the first event of a run. Stops with 75 when a target is held by another run. */
export async function createRun(session: Session, wish: NewRun): Promise<JournalEvent> {
  const { book, file, targets, mode, runId, batch, phases, dry = false } = wish;
  const server = await session.connections.sql.identity();
  if (!server.ok) throw new Stop(EXIT.unreachable, `${sentence(server.error.message)} Nothing was executed`);
  // A dry run leaves nothing behind that two could get wrong between them, so it may look beside a run.
  const command = (words: string): string => commandText(session.request, session.io.env, words);
  if (dry)
    session.io.err(
      doubtLines(session.journal, targets, command)
        .map((line) => `handrail: ${line}\n`)
        .join(""),
    );
  else {
    await lockTargets(session, targets, runId);
    const isOurs = (id: string): boolean => session.journal.standing(id) !== null;
    for (const message of await pack.otherRuns(session.connections.sql, isOurs, targets))
      session.io.err(`handrail: ${message}\n`);
    refuseInDoubt(session.journal, targets, command);
  }
  const { name, lab } = session.site;
  const proofs = journalProofs(session.journal, targets);
  const beginning = draft(
    runId,
    "run.created",
    {},
    {
      runbook: book.runbook,
      runbook_digest: book.digest,
      file,
      targets,
      inputs: {},
      site: { name, lab: lab?.name ?? null, scale: lab?.scale ?? 1 },
      server: server.value,
      tool: VERSION,
      mode,
      ...(dry ? { dry } : { outside: outsideOf(session, server.value.user) }),
      ...(proofs.length === 0 ? {} : { proofs }),
      ...(phases === undefined ? {} : { phases }),
      ...(batch === undefined ? {} : { batch }),
    },
  );
  const result = session.journal.append([...(dry ? [] : closings(session, targets, runId)), beginning]);
  if (!result.ok) throw new Stop(exitOfRefusal(result.error), `${sentence(result.error.message)} Nothing was executed`);
  const first = result.value.at(-1);
  if (first === undefined) throw new Error("the journal stored nothing");
  return first;
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
