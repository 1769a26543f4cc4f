/** The hot path: one transaction that reads the head, chains and commits. */
import type Database from "better-sqlite3";
import type { Actor, EventDraft } from "../engine/journal-port.ts";
import { canonical, type Json } from "../ports/json.ts";
import { isOwed } from "../engine/event-table.ts";
import type { Redactor } from "../text/redact.ts";
import { Buffer } from "node:buffer";
import { isOlder, raiseEvents, raiseFormat } from "./database.ts";
import { type EventRow, sealRow } from "./rows.ts";
import { EVENT_COLUMNS } from "./schema.ts";

/** Time as the journal needs it; injected, since a lab's clock may run faster. */
export interface JournalClock {
  /** UTC with milliseconds: `2025-01-02T03:04:05.678Z`. */
  wall(): string;
  /** Milliseconds since boot. */
  monoMs(): number;
  readonly bootId: string;
}

/** Bytes. A longer body is a bug: large output belongs into a blob. */
const BODY_LIMIT = 1024 * 1024;
/** The page of a run over hundreds of targets is long, and has to stand in the chain itself. */
const PAGE_LIMIT = 16 * BODY_LIMIT;

export interface AppendParts {
  readonly db: Database.Database;
  readonly sync: Sync;
  readonly clock: JournalClock;
  readonly ids: () => string;
  readonly redactor: Redactor;
  readonly actor: Actor;
  readonly genesis: Buffer;
}

/** What is known of an event before it has its place. */
type Prepared = Omit<EventRow, "seq" | "prev" | "body_sha256" | "hash">;

/** Makes the function that writes drafts. It throws what SQLite throws, with nothing written. */
export function makeWriter(parts: AppendParts): (drafts: readonly EventDraft[]) => EventRow[] {
  const { db, sync } = parts;
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  const readHead = db.prepare<[], { seq: number; hash: Buffer }>(
    "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1",
  );
  const places = EVENT_COLUMNS.map((column) => `@${column}`).join(", ");
  const insert = db.prepare<[EventRow]>(`INSERT INTO event(${EVENT_COLUMNS.join(", ")}) VALUES(${places})`);
  const addRun = db.prepare<[string, number, string]>(
    "INSERT OR IGNORE INTO run(run_id, first_seq, created) VALUES(?, ?, ?)",
  );
  const runIds = new Set<string>();
  const prepare = makePreparer(parts);
  let older = isOlder(db);

  const write = (events: readonly Prepared[]): EventRow[] => {
    const head = readHead.get();
    let [seq, prev] = [head?.seq ?? 0, head?.hash ?? parts.genesis];
    return events.map((event) => {
      seq += 1;
      const row = sealRow({ seq, ...event, prev });
      insert.run(row);
      if (!runIds.has(row.run_id)) addRun.run(row.run_id, seq, row.wall_time);
      prev = row.hash;
      return row;
    });
  };
  return (drafts) => {
    // Before the lock is taken: other processes may be waiting for it.
    const events = drafts.map((draft) => prepare(draft));
    sync(drafts.some(({ deferred }) => deferred !== true));
    begin.run();
    try {
      const stays = older && !raise(db, drafts);
      const rows = write(events);
      commit.run();
      older = stays;
      for (const row of rows) runIds.add(row.run_id);
      return rows;
    } catch (error) {
      // SQLite has rolled back already after some errors, a full disk among them.
      if (db.inTransaction) rollback.run();
      throw error;
    }
  };
}

/** Makes an older journal one of today, and says whether it is so wholly: what is owed may come onto a full disk, with room for itself. */
function raise(db: Database.Database, drafts: readonly EventDraft[]): boolean {
  const isRoomy = drafts.some(({ type }) => !isOwed(type));
  if (isRoomy) raiseFormat(db);
  else raiseEvents(db);
  return isRoomy;
}

/** Says before a commit whether that waits for the disk. */
export type Sync = (isFull: boolean) => void;

/**
 * Sets whether the next commit waits for the disk. One that does syncs the whole log, and with it all that was committed
 * before; one that does not may be lost with the power, but never without all that came after it.
 */
export function makeSync(db: Database.Database): Sync {
  let current = true;
  return (isFull) => {
    if (isFull !== current) db.pragma(`synchronous=${isFull ? "FULL" : "NORMAL"}`);
    current = isFull;
  };
}

const MOST_CLEANED = 1000;

function makePreparer({ clock, ids, redactor, actor }: AppendParts): (draft: EventDraft) => Prepared {
  const actorText = canonical(redactor.redactJson(actor) as unknown as Json).toWellFormed();
  // SQLite stores UTF-8, which has no lone surrogates: what is hashed must be what is stored.
  // The names of targets and steps come again and again.
  const cache = new Map<string, string>();
  const clean = (text: string): string => {
    const hit = cache.get(text);
    if (hit !== undefined) return hit;
    if (cache.size >= MOST_CLEANED) cache.clear();
    const result = redactor.redact(text).toWellFormed();
    cache.set(text, result);
    return result;
  };
  const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text));
  return (draft) => {
    const body = canonical(redactor.redactJson(draft.body));
    const limit = draft.type === "approval.requested" ? PAGE_LIMIT : BODY_LIMIT;
    if (Buffer.byteLength(body) > limit)
      throw new RangeError(`the body of ${draft.type} is larger than ${limit} bytes`);
    return {
      event_id: ids(),
      run_id: draft.run_id.toWellFormed(),
      target_key: cleanOrNull(draft.target_key),
      phase_id: cleanOrNull(draft.phase_id),
      step_id: cleanOrNull(draft.step_id),
      item: cleanOrNull(draft.item),
      attempt_id: cleanOrNull(draft.attempt_id),
      type: draft.type.toWellFormed(),
      schema_v: draft.schema_v,
      wall_time: clock.wall(),
      mono_ms: Math.floor(clock.monoMs()),
      boot_id: clock.bootId,
      actor: actorText,
      body,
    };
  };
}
