/** The journal over an open database. */
import type Database from "better-sqlite3";
import type { JournalEvent, JournalPort, JournalRefusal, RunLine } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { type AppendParts, makeSync, makeWriter } from "./append.ts";
import type { Ballast } from "./ballast.ts";
import { blobDigest, type BlobRef, prepareBlob, type StoredBlob } from "./blobs.ts";
import { identityOf } from "./database.ts";
import { type Anchor, makeColdQueries } from "./queries.ts";
import { makeReaders, type Readers } from "./readers.ts";
import { cannotWrite, hasNoRoom, refusalOf } from "./refusal.ts";
import { toEvent } from "./rows.ts";
import { makeRunQueries, type RunBeginning, type RunRow } from "./run-queries.ts";
import { watchEvents, type WatchOptions } from "./watch.ts";

export interface Journal extends JournalPort, Readers {
  /** The newest runs for a list, without reading them. */
  summaries(limit: number): RunRow[];
  /** What a run began as; null where its first event is none that begins one. */
  beginning(line: Pick<RunLine, "run_id">): RunBeginning | null;
  /** The runs whose id is, or ends in, this name, newest first, however old. */
  runsNamed(name: string): RunLine[];
  /** The newest run that was no dry run; a dry run only where there is no other. */
  newestRun(): RunLine | null;
  /** Every run that is not closed and was no dry run, newest first, however many there are: a doubt of long ago is still one. */
  openRuns(): RunLine[];
  /** Ids of the runs that sent something for a target, and one of whose kinds of change is among `kinds`, the oldest first. */
  runsOf(targetKey: string, kinds: readonly string[]): string[];
  /** Whether a run ever sent anything. */
  hasSent(runId: string): boolean;
  readonly path: string;
  readonly journalId: string;
  readonly readOnly: boolean;
  /** Stores output that is too large for a body: redacted, capped, flagged. Storing the same twice stores it once. */
  putBlob(data: Uint8Array | string, media: string): Result<BlobRef, JournalRefusal>;
  blob(digest: string): StoredBlob | null;
  /** Tells of events of the run as they are appended, by this or any other process. */
  watch(runId: string, onEvents: (events: JournalEvent[]) => void, options: WatchOptions): void;
  /** Notes that the present head was published: `kind` says how (screen, syslog, …), `ref` where. Null when empty. */
  publishHead(kind: string, ref: string): Result<Anchor | null, JournalRefusal>;
  anchors(): Anchor[];
}

export interface JournalParts extends Omit<AppendParts, "sync"> {
  readonly path: string;
  readonly journalId: string;
  readonly readOnly: boolean;
  readonly ballast: Ballast;
  /** Which events may still be written when the disk is full: those that tell of an effect that has happened. */
  readonly owed: (type: string) => boolean;
}

/**
 * Writes what is in the log beside the file into the file itself, so that a copy of the file alone has all of it also while
 * somebody else still reads. Where it cannot be done now, nothing is lost: the log has it, and whoever comes next does it.
 */
function foldIn(db: Database.Database): void {
  try {
    db.pragma("wal_checkpoint(PASSIVE)");
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith("SQLITE_")) throw error;
  }
}

/** Makes the journal. The database must be configured as {@link openDatabase} does; it is closed with the journal. */
export function makeJournal(parts: JournalParts): Journal {
  const { db, path, journalId, readOnly } = parts;
  const { events, page, head, standing } = makeReaders(db);
  const cold = makeColdQueries(db);
  const runQueries = makeRunQueries(db);
  const guard = makeGuard(parts);
  const sync = makeSync(db);
  const writer = readOnly ? null : makeWriter({ ...parts, sync });
  let own = 0;
  const dataVersion = db.prepare("PRAGMA data_version").pluck();

  return {
    path,
    journalId,
    readOnly,
    events,
    page,
    head,
    standing,
    ...runQueries,
    blob: cold.blob,
    anchors: cold.anchors,
    append(drafts) {
      if (drafts.length === 0) return ok([]);
      own += 1;
      const rows = guard(
        drafts.every(({ type }) => parts.owed(type)),
        () => writer?.(drafts) ?? [],
      );
      return rows.ok ? ok(rows.value.map((row) => toEvent(row))) : rows;
    },
    ...makeStore({ ...parts, sync }, guard, { ...cold, head }),
    watch(runId, onEvents, options) {
      // The data version counts only what other connections commit.
      const version = (): string => `${String(dataVersion.get())}.${own}`;
      const source = { open: () => db.open, version, events: (afterSeq: number) => events(runId, afterSeq) };
      watchEvents(source, options.after ?? head()?.seq ?? 0, onEvents, options);
    },
    close() {
      if (!readOnly && db.open) foldIn(db);
      db.close();
    },
  };
}

type Queries = ReturnType<typeof makeColdQueries> & Pick<Journal, "head">;

/** What is kept beside the events: output, and heads that were published. */
function makeStore(
  { redactor, clock, sync }: JournalParts & Pick<AppendParts, "sync">,
  guard: Guard,
  { addBlob, addAnchor, head }: Queries,
): Pick<Journal, "putBlob" | "publishHead"> {
  return {
    putBlob(data, media) {
      const output = prepareBlob(data, redactor.redact(media), redactor);
      const digest = blobDigest(output);
      const ref = {
        blob: digest.toString("hex"),
        media: output.media,
        size: output.size,
        truncated: output.truncated,
      };
      return guard(true, () => {
        addBlob(digest, output);
        return ref;
      });
    },
    publishHead(kind, ref) {
      const time = clock.wall();
      const current = head();
      if (current === null) return ok(null);
      const anchor = { ...current, kind: redactor.redact(kind), ref: redactor.redact(ref), at: time };
      return guard(true, () => {
        // Whoever saw that head holds the journal against it later.
        sync(true);
        addAnchor(anchor);
        return anchor;
      });
    },
  };
}

type Guard = <T>(owed: boolean, write: () => T) => Result<T, JournalRefusal>;

/** Runs a write, turning what the world refuses into values, and gives the ballast up for what is owed. */
function makeGuard({ path, readOnly, ballast }: JournalParts): Guard {
  const identity = identityOf(path);
  const full = `Journal ${path}: the disk is full. What had happened is recorded as far as it fitted; nothing new is begun. Free some space.`;
  const refusal = (isOwed: boolean): JournalRefusal | null => {
    if (readOnly) return cannotWrite("unwritable", `Journal ${path}: it was opened for reading only.`);
    if (identityOf(path) !== identity)
      return cannotWrite(
        "unwritable",
        `Journal ${path}: the file was moved or deleted while it was open. Put it back.`,
      );
    // Without ballast nothing may begin: its outcome might find no room.
    return ballast.present() || ballast.restore() || isOwed ? null : cannotWrite("full", full);
  };
  return (isOwed, write) => {
    const problem = refusal(isOwed);
    if (problem !== null) return err(problem);
    const first = attempt(write, path);
    if (first !== "full") return first;
    const second = isOwed && ballast.release() ? attempt(write, path) : "full";
    return second === "full" ? err(cannotWrite("full", full)) : second;
  };
}

/** Runs a write once; "full" where SQLite found no room for it. */
function attempt<T>(write: () => T, path: string): Result<T, JournalRefusal> | "full" {
  try {
    return ok(write());
  } catch (error) {
    return hasNoRoom(error) ? "full" : err(refusalOf(error, path, true));
  }
}
