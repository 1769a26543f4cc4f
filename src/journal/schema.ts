/**
 * The journal's tables. The DDL is written by hand, since STRICT tables and triggers are not in drizzle's schema builder;
 * the drizzle tables of `tables.ts` describe the same for queries off the hot path. The verifier compares a file's schema with
 * this text letter by letter, so a change here is a new format version.
 */
/** "HRJ1": marks a file as one of ours. */
export const APPLICATION_ID = 0x48524a31;
/**
 * The `user_version` of a journal that this program has written to. It reads no newer one, and every older one: 1 (version 0.1) has the
 * same tables and fewer kinds of events; 2 (version 0.2) takes what somebody says of a step by hand for its success; 3 has no
 * {@link BEGINNINGS}. It rises whenever an older program would misread what is in there, or would not know its tables.
 */
export const FORMAT_VERSION = 4;

/** What a list says of each run's beginning: where it stands in the run's first event, in the order of its columns. */
const BEGINNING_PARTS = {
  runbook: ["body", "$.runbook.id"],
  title: ["body", "$.runbook.title"],
  targets: ["body", "$.targets"],
  dry: ["body", "$.dry"],
  by: ["actor", "$.login"],
} as const;

/** The part of a run's beginning, taken out of a row of `event`. Written as in {@link BEGINNINGS}: only so SQLite reads it there. */
export function beginningPart(name: keyof typeof BEGINNING_PARTS, row = ""): string {
  const [column, path] = BEGINNING_PARTS[name];
  return `json_extract(${row}${column}, '${path}')`;
}

export const BEGINNING_NAMES = Object.keys(BEGINNING_PARTS) as readonly (keyof typeof BEGINNING_PARTS)[];

/**
 * What a list says of each run's beginning, as columns: SQLite reads them instead of the whole first event, which holds the
 * runbook and has dozens of kilobytes. SQLite keeps it, and its integrity check compares it with the events.
 */
export const BEGINNINGS = `CREATE INDEX run_beginning ON event(run_id, ${BEGINNING_NAMES.map((name) => beginningPart(name)).join(", ")})
 WHERE type = 'run.created'`;

/** What a new journal is made of. */
export const DDL: readonly string[] = [
  "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT",
  // A projection that makes the list of runs cheap. It can be rebuilt from the events.
  "CREATE TABLE run(run_id TEXT PRIMARY KEY NOT NULL, first_seq INTEGER NOT NULL, created TEXT NOT NULL) STRICT",
  "CREATE INDEX run_by_seq ON run(first_seq)",
  `CREATE TABLE event(seq INTEGER PRIMARY KEY NOT NULL, event_id TEXT NOT NULL UNIQUE, run_id TEXT NOT NULL,
 target_key TEXT, phase_id TEXT, step_id TEXT, item TEXT, attempt_id TEXT, type TEXT NOT NULL, schema_v INTEGER NOT NULL,
 wall_time TEXT NOT NULL, mono_ms INTEGER NOT NULL, boot_id TEXT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL,
 body_sha256 BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT`,
  "CREATE INDEX event_by_run ON event(run_id, seq)",
  BEGINNINGS,
  `CREATE TABLE blob(sha256 BLOB PRIMARY KEY NOT NULL, bytes BLOB NOT NULL, media TEXT NOT NULL, size INTEGER NOT NULL,
 truncated INTEGER NOT NULL, redactions INTEGER NOT NULL) STRICT`,
  `CREATE TABLE anchor(id INTEGER PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, head BLOB NOT NULL, kind TEXT NOT NULL,
 ref TEXT NOT NULL, at TEXT NOT NULL, hash BLOB NOT NULL) STRICT`,
  // Against accidents, not against an attacker: what an attacker changes, the chain shows.
  "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
  "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
];

/** The newest format without {@link BEGINNINGS}: its events are those of today. */
export const FORMAT_WITHOUT_BEGINNINGS = 3;

/** Whether a journal of a format has {@link BEGINNINGS} for certain. */
export const hasBeginnings = (version: number): boolean => version > FORMAT_WITHOUT_BEGINNINGS;

/**
 * What a journal of a format may be without: an older one may have {@link BEGINNINGS}, since a program of its time that had
 * opened it before sets its own format again with its next event.
 */
export const mayLack = (version: number, sql: string): boolean => sql === BEGINNINGS && !hasBeginnings(version);

/** The columns of `event` in the order in which they are stored, read and hashed. */
export const EVENT_COLUMNS = [
  "seq",
  "event_id",
  "run_id",
  "target_key",
  "phase_id",
  "step_id",
  "item",
  "attempt_id",
  "type",
  "schema_v",
  "wall_time",
  "mono_ms",
  "boot_id",
  "actor",
  "body",
  "body_sha256",
  "prev",
  "hash",
] as const;
