/** What a change would do: seen under locks, tried out, and rolled back. */
import { canonical, type JsonObject } from "../../../phases/json.ts";
import type {
  ChangePreview,
  ServerIdentity,
  SideEffect,
  SqlChange,
  TablePreview,
  UndoNotice,
} from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import { refuse, SqlTrouble } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { tablePreview } from "./diff.ts";
import { countedByServer, sideEffects } from "./effects.ts";
import { digestTexts, looksOf, rowName, type Looks } from "./images.ts";
import { beyond, lockTables, MOST_KEYS, type Locked, type Matched } from "./rows.ts";
import { remember } from "./recent.ts";
import { tentativelyThen } from "./transaction.ts";
import { carryOut, type Seen, type Trial } from "./trial.ts";
import { draftOf, proveUndo, travelsBadly, unkeepable, type Draft } from "./undo.ts";

/** Undoing is tried out for as many rows; for more of them only where keys change. */
const MOST_PROVEN = 200;

export interface Look {
  readonly session: Session;
  readonly server: ServerIdentity;
  readonly change: SqlChange;
  readonly aim: Aim;
  readonly redact: (text: string) => string;
}

interface Found {
  readonly locked: Locked;
  /** Of the rows before, table by table. */
  readonly looks: readonly Looks[];
  readonly trial: Trial;
  readonly effects: readonly SideEffect[];
  /** Why undoing does not work, null when it was seen to work, undefined when it was not tried. */
  readonly proof: string | null | undefined;
}

/**
 * Locks the matching rows, checks them against what the change declares, runs the statement and reads the rows again,
 * so that a refusal of the server (a value outside an enum, a foreign key) comes before anyone is asked. Throws `SqlTrouble`.
 */
export async function preview(look: Look): Promise<ChangePreview> {
  const { session, aim } = look;
  await refuseLargeScan(session, aim);
  // What is worked out here the server need not wait for: no lock is held longer than it takes to change and to read.
  const [made, beyondContract] = await tentativelyThen(
    session,
    () => tryOut(look),
    (found) => {
      const undo = draftOf(found.trial.seen);
      const approved = assemble(look, found, undo);
      return [
        { approved, locked: found.locked, seen: found.trial.seen, undo },
        outside(aim, found.trial.seen),
      ] as const;
    },
  );
  if (beyondContract === null) {
    remember(session, aim, made);
    return made.approved;
  }
  throw refuse(beyondContract, "touches", made.approved as unknown as JsonObject);
}

async function tryOut({ session, aim }: Look): Promise<Found> {
  const locked = await lockTables(session, aim);
  const before = locked.tables;
  const early = aim.targets.map((target, at) => {
    const rows = before[at]?.rows ?? [];
    const touches = aim.touches[at];
    return aim.verb === "INSERT" || touches === undefined ? null : beyond(touches, target, rows);
  });
  const broken = early.find((message) => message !== null) ?? null;
  const announced = await sideEffects(session, aim.targets, before);
  let looks: Looks[] = [];
  const trial = await tried(session, aim, before, broken, () => {
    looks = before.map(({ rows }) => looksOf(rows));
  });
  const expected = trial.seen.reduce((sum, { keys }) => sum + keys.length, 0);
  const counted = broken === null ? await countedByServer(session, expected, announced) : [];
  return {
    locked,
    looks,
    trial,
    effects: [...announced, ...counted],
    proof: broken === null ? await prove(session, trial.seen) : undefined,
  };
}

/** What breaks its contract is tried out only to be shown; the server's own refusal matters less then. */
async function tried(
  session: Session,
  aim: Aim,
  before: readonly Matched[],
  broken: string | null,
  meanwhile: () => void,
): Promise<Trial> {
  try {
    const trial = await carryOut(session, aim, before, aim.statement, meanwhile);
    if (!trial.open) throw refuse("The statement ended its own transaction: it cannot be previewed.", "no-preview");
    const [first] = trial.seen;
    if (aim.single && first !== undefined && trial.matched !== first.keys.length) {
      const message = `The statement hit ${trial.matched} rows where ${first.keys.length} match: it cannot be previewed.`;
      throw refuse(message, "no-preview");
    }
    return trial;
  } catch (error) {
    if (broken !== null && error instanceof SqlTrouble && error.kind === "refused") throw refuse(broken, "touches");
    throw error;
  }
}

async function prove(session: Session, seen: readonly Seen[]): Promise<string | null | undefined> {
  const rows = seen.reduce((sum, { keys }) => sum + keys.length, 0);
  const moving = seen.some(({ target }) => target.newKeys.some((key) => key !== null));
  return rows <= MOST_PROVEN || moving || travelsBadly(seen) ? proveUndo(session, seen) : undefined;
}

function outside(aim: Aim, seen: readonly Seen[]): string | null {
  for (const [at, touches] of aim.touches.entries()) {
    const one = seen[at];
    const message = one === undefined ? null : beyond(touches, one.target, one.before ?? one.after ?? []);
    if (message !== null) return message;
  }
  return null;
}

function assemble(look: Look, { trial, looks, effects, proof }: Found, draft: Draft): ChangePreview {
  const { server, change, redact, aim } = look;
  const [main, ...others] = trial.seen.map((one, at) => tablePreview(one, looks[at] as Looks)) as [
    TablePreview,
    ...TablePreview[],
  ];
  const undo = noticeOf(trial.seen, effects, proof, unkeepable(draft.text, redact));
  const conflicts = conflictsOf(change, main);
  const raises = raisesOf(aim, change, effects, undo);
  return {
    ...main,
    digest: digestOf(server, change, [main, ...others]),
    ...(others.length > 0 ? { others } : {}),
    ...(effects.length > 0 ? { effects } : {}),
    undo,
    ...(raises.length > 0 ? { raises } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
  };
}

/** What an approval is bound to. */
function digestOf(
  { fingerprint }: ServerIdentity,
  { sql, values }: SqlChange,
  tables: readonly TablePreview[],
): string {
  // Known parts in a fixed order, each a JSON text of its own.
  const rows = tables.flatMap(({ table, keys, diff }) => [table, keys, diff?.before ?? null, diff?.after ?? null]);
  const bound = canonical({ server: fingerprint, sql, values });
  return digestTexts([bound, ...rows.map((part) => JSON.stringify(part))]);
}

const REVERSE = { UPDATE: "UPDATE", DELETE: "INSERT", INSERT: "DELETE" } as const;

function noticeOf(
  seen: readonly Seen[],
  effects: readonly SideEffect[],
  proof: string | null | undefined,
  unkept: string | null,
): UndoNotice {
  const beside = effects.filter(({ kind, rows }) => kind !== "cascade" || rows !== 0).map(({ says }) => says);
  for (const { target } of seen) {
    const back = target.info.triggers.filter(({ event }) => event === REVERSE[target.verb] && event !== target.verb);
    beside.push(...back.map(({ name }) => `undoing it runs the trigger ${name}`));
  }
  if (unkept !== null) return { kind: "none", why: [unkept] };
  if (typeof proof === "string") return { kind: beside.length > 0 ? "partial" : "none", why: [...beside, proof] };
  return { kind: beside.length > 0 ? "partial" : "complete", why: beside };
}

function conflictsOf({ expects = [] }: SqlChange, { keys }: TablePreview): (readonly string[])[] {
  if (expects.length === 0) return [];
  const matched = new Set(keys.map(rowName));
  return expects.filter((key) => !matched.has(rowName(key)));
}

function raisesOf(aim: Aim, change: SqlChange, effects: readonly SideEffect[], undo: UndoNotice): string[] {
  const raises: string[] = [];
  const unbound = aim.touches.some(({ within }) => within === null) && change.expects === undefined;
  if (unbound) raises.push("it is not bound to selected VMs");
  for (const { kind, rows, says } of effects) if (kind !== "trigger" && rows !== 0) raises.push(says);
  if (undo.kind === "none") raises.push(`it cannot be undone: ${undo.why.join("; ")}`);
  return raises;
}

/** Without an index the whole table would be locked, even by a statement that matches nothing. */
async function refuseLargeScan(
  session: Session,
  { select, statement, verb, table, alone, targets }: Aim,
): Promise<void> {
  // No plan can lock more than the table has.
  if (alone && targets.every(({ info }) => info.rows <= MOST_KEYS)) return;
  const asked = select ?? statement;
  const text = verb === "INSERT" ? asked.sql.replace(/ RETURNING [^;]*$/u, "") : asked.sql;
  const { columns, rows } = await session.run(`EXPLAIN ${text}`, asked.values);
  const at = (name: string): number => columns.findIndex((column) => column.name.toLowerCase() === name);
  const [type, count] = [at("type"), at("rows")];
  for (const row of rows) {
    const scan = /^(?:all|index)$/i.test(String(row[type]));
    if (!scan || Number(row[count]) <= MOST_KEYS) continue;
    const message = `No index helps this statement: it would lock all ${String(row[count])} rows of ${table}.`;
    throw refuse(`${message} It cannot be previewed.`, "no-preview");
  }
}
