/** What the journal is asked about its runs. The list of them is what many look at and quit: it waits for nothing else. */
import type Database from "better-sqlite3";
import { BESIDE_TYPES } from "../engine/event-table.ts";
import type { RunLine } from "../engine/journal-port.ts";
import { wireWord } from "../engine/wire-words.ts";
import { formatOf } from "./database.ts";
import { BEGINNING_NAMES, beginningPart as part, hasBeginnings } from "./schema.ts";

/** What a list says of a run, taken out of its first and its last event by SQLite: whole bodies can be large. */
export interface RunRow extends RunLine {
  readonly runbook: string;
  readonly by: string;
  readonly targets: readonly { readonly key: string; readonly label: string }[];
  readonly last_type: string;
  readonly exit: number | null;
  readonly reason: string | null;
  /** 1 for a dry run, else null. */
  readonly dry: number | null;
  /** Steps that undos took back after the run was closed, each once: wholly, and but for rows that somebody changed since. */
  readonly undone: number;
  readonly undone_in_part: number;
}

/** What a run began as, taken out of its first event by SQLite: with all that was asked then it can have many kilobytes. */
export interface RunBeginning {
  readonly runbook: string;
  readonly title: string;
  readonly by: string;
  readonly targets: RunRow["targets"];
  readonly isDry: boolean;
}

/** Events that come into a run beside its course. */
export const BESIDE = `(type IN (${BESIDE_TYPES.map((type) => `'${type}'`).join(", ")})
  OR (type = 'step.marked' AND json_extract(body, '$.mark') IN ('undone', 'undone-in-part', 'undone in part')))`;

/** Finds the first event of a run `r` where its parts are kept as columns, or, in a journal of an older version, itself. */
const firstOf = (isKept: boolean): string =>
  isKept
    ? "event f INDEXED BY run_beginning ON f.run_id = r.run_id AND f.type = 'run.created'"
    : "event f ON f.seq = r.first_seq";

/** A run's first event holds its runbook, and with that each kind as the text of its id: rather one run more than one too few. */
const HAS_KIND = `EXISTS (SELECT 1 FROM json_each(@kinds) AS kind WHERE instr(f.body, '"' || kind.value || '"'))`;

/** Whose targets name it is told by what is kept of a run's beginning; only of those the whole first event is read. */
const runsOfText = (isKept: boolean): string => `
  SELECT run_id FROM (
    SELECT r.run_id, (SELECT seq FROM event WHERE event.run_id = r.run_id AND target_key = @key AND type = 'step.intent'
                       ORDER BY seq LIMIT 1) AS sent
      FROM run r JOIN ${firstOf(isKept)}
     WHERE CASE WHEN instr(${isKept ? part("targets", "f.") : "f.body"}, @keyText) = 0 THEN 0 ELSE ${HAS_KIND} END)
   WHERE sent IS NOT NULL ORDER BY sent`;

const SENT = "SELECT 1 FROM event WHERE run_id = ? AND type = 'step.intent' LIMIT 1";

const OPEN_RUNS = `
  SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created
    FROM run r
   WHERE (SELECT type FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1) <> 'run.closed'
     AND (SELECT json_extract(body, '$.dry') FROM event WHERE event.seq = r.first_seq) IS NOT 1
   ORDER BY r.first_seq DESC`;

/** Counts the steps whose newest mark after the run's end is this one: a partial undo may have been followed by a whole one. */
const takenBack = (...marks: readonly string[]): string => `(
  SELECT count(*) FROM event u
   WHERE u.run_id = r.run_id AND u.seq > l.seq AND u.type = 'step.marked' AND json_extract(u.body, '$.mark') IN (${marks.map((mark) => `'${mark}'`).join(", ")})
     AND NOT EXISTS (SELECT 1 FROM event v
           WHERE v.run_id = u.run_id AND v.seq > u.seq AND v.type = 'step.marked' AND v.target_key IS u.target_key
             AND v.phase_id IS u.phase_id AND v.step_id IS u.step_id AND v.item IS u.item))`;

const summariesText = (isKept: boolean): string => `
  SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created, l.type AS last_type,
         ${part("runbook", "f.")} AS runbook, ${part("by", "f.")} AS by, ${part("targets", "f.")} AS targets, ${part("dry", "f.")} AS dry,
         json_extract(l.body, '$.exit') AS exit, json_extract(l.body, '$.reason') AS reason,
         ${takenBack("undone")} AS undone, ${takenBack("undone-in-part", "undone in part")} AS undone_in_part
    FROM run r
    LEFT JOIN ${firstOf(isKept)}
    JOIN event l ON l.seq = (SELECT seq FROM event WHERE event.run_id = r.run_id AND NOT ${BESIDE} ORDER BY seq DESC LIMIT 1)
   ORDER BY r.first_seq DESC LIMIT ?`;

/** SQLite parses a body once for all that is taken out of it, but once more for what goes through its list of targets. */
const targetsIn = (text: string | null): RunRow["targets"] =>
  (JSON.parse(text ?? "[]") as RunRow["targets"]).map(({ key, label }) => ({ key, label }));

const LINE = `SELECT r.run_id, r.first_seq, (SELECT max(seq) FROM event WHERE event.run_id = r.run_id) AS last_seq, r.created FROM run r`;

const NAMED = `${LINE} WHERE r.run_id = @name OR substr(r.run_id, -length(@name) - 1) = '-' || @name ORDER BY r.first_seq DESC`;

/** Goes back from the newest one, and reads no further than it must. */
const NEWEST_REAL = `${LINE} JOIN event f ON f.seq = r.first_seq
   WHERE json_extract(f.body, '$.dry') IS NOT 1 ORDER BY r.first_seq DESC LIMIT 1`;

const NEWEST = `${LINE} ORDER BY r.first_seq DESC LIMIT ?`;

const beginningText = (isKept: boolean): string => `
  SELECT ${BEGINNING_NAMES.map((name) => `${part(name, "f.")} AS ${name}`).join(", ")}
    FROM run r JOIN ${firstOf(isKept)} WHERE r.run_id = ? AND f.type = 'run.created'`;

interface BeginningRow extends Pick<RunBeginning, "runbook" | "title" | "by"> {
  readonly targets: string;
  readonly dry: number | null;
}

export type RunQueries = ReturnType<typeof makeRunQueries>;

/** Each prepared at its use. */
export function makeRunQueries(db: Database.Database) {
  const runs = (limit: number): RunLine[] => db.prepare<[number], RunLine>(NEWEST).all(limit);

  const isKept = (): boolean => hasBeginnings(formatOf(db));

  const summaries = (limit: number): RunRow[] =>
    db
      .prepare<[number], Omit<RunRow, "targets"> & { targets: string | null }>(summariesText(isKept()))
      .all(limit)
      .map((row) => ({
        ...row,
        reason: wireWord(row.reason),
        targets: targetsIn(row.targets),
      }));

  let beginnings: Database.Statement<[string], BeginningRow> | null = null;
  const beginning = ({ run_id }: Pick<RunLine, "run_id">): RunBeginning | null => {
    beginnings ??= db.prepare(beginningText(isKept()));
    const row = beginnings.get(run_id);
    if (row === undefined) return null;
    const { targets, dry, ...rest } = row;
    return { ...rest, targets: targetsIn(targets), isDry: dry === 1 };
  };

  const openRuns = (): RunLine[] => db.prepare<[], RunLine>(OPEN_RUNS).all();

  const runsNamed = (name: string): RunLine[] => db.prepare<[{ name: string }], RunLine>(NAMED).all({ name });

  const newestRun = (): RunLine | null => db.prepare<[], RunLine>(NEWEST_REAL).get() ?? runs(1)[0] ?? null;

  const runsOf = (targetKey: string, kinds: readonly string[]): string[] =>
    db
      .prepare<[{ key: string; keyText: string; kinds: string }], { run_id: string }>(runsOfText(isKept()))
      .all({ key: targetKey, keyText: JSON.stringify(targetKey), kinds: JSON.stringify(kinds) })
      .map(({ run_id }) => run_id);
  const hasSent = (runId: string): boolean => db.prepare<[string]>(SENT).get(runId) !== undefined;
  return { runs, summaries, beginning, runsNamed, newestRun, openRuns, runsOf, hasSent };
}
