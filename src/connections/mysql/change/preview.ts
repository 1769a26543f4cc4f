/** What a change would do: seen under locks, tried out, taken back as its undo would, and rolled back. */
import { canonical, type JsonObject } from "../../../ports/json.ts";
import type {
  ChangePreview,
  ServerIdentity,
  SideEffect,
  SqlChange,
  TablePreview,
  UndoNotice,
} from "../../../ports/sql.ts";
import type { Level } from "../commit-mode.ts";
import { ask, type SqlSession } from "../session.ts";
import { isRefusal, refuse, SqlTrouble } from "../trouble.ts";
import { MOST_KEYS, UNSETTLED, type Aim, type Ready } from "./aim.ts";
import { aimUnderLocks, catalogueOf } from "./ground.ts";
import { tablePreview } from "./diff.ts";
import { beginTally, sideEffects } from "./effects.ts";
import { once } from "./once.ts";
import { mostTogether } from "./primary.ts";
import { proveUndo } from "./prove.ts";
import { refuseOutsiders, whyUntried } from "./reach.ts";
import { digestTexts, keyName, type Row } from "./row.ts";
import { beyond, lockKeys } from "./rows.ts";
import type { Reading } from "./take-aim.ts";
import type { TableTarget } from "./targets.ts";
import { inZone, lowestLevel, tentatively } from "./transaction.ts";
import { carryOut, readGround, type Ground, type TableImage, type Trial } from "./trial.ts";
import { REVERSE, undoChanges, unkeepable } from "./undo.ts";

export interface PreviewLook {
  readonly session: SqlSession;
  readonly server: ServerIdentity;
  readonly change: SqlChange;
  readonly redact: (text: string) => string;
}

interface Found {
  readonly aim: Aim;
  readonly ground: Ground;
  readonly trial: Trial;
  /** What its rows look like to a person. */
  readonly tables: () => readonly TablePreview[];
  readonly effects: readonly SideEffect[];
  /** What would take it back. */
  readonly draft: readonly SqlChange[];
  /** Why undoing does not work, null when it was seen to work, undefined when it was not tried. */
  readonly proof: string | null | undefined;
}

/**
 * Locks the matching rows, checks them against what the change declares, runs the statement and reads the rows again,
 * so that a refusal of the server (a value outside an enum, a foreign key) comes before anyone is asked. Throws `SqlTrouble`.
 */
export async function preview(look: PreviewLook): Promise<ChangePreview> {
  const attempt = await tryTill(look, MOST_TRIES);
  const result = assemble(look, attempt);
  const beyondContract = outside(attempt.aim, attempt.trial.images);
  if (beyondContract === null) return result;
  throw refuse(beyondContract, "touches", result as unknown as JsonObject);
}

/** Rows of an INSERT that the server does not tell are found by what one transaction alone sees. */
const trialLevel = (session: SqlSession, { parts }: Reading): Level =>
  parts.verb === "insert" && session.dialect.telling === null ? "REPEATABLE READ" : lowestLevel(session);

/** Somebody's writing can get between two reads of one try; what is no better after some more is not his doing. */
const MOST_TRIES = 4;

async function tryTill(look: PreviewLook, triesLeft: number): Promise<Found> {
  const { session, change } = look;
  try {
    return await aimUnderLocks(
      look,
      (reading, inside) => tentatively(session, trialLevel(session, reading), inside),
      (aim) => inZone(session, change.zone, () => tryOut(look, aim)),
    );
  } catch (error) {
    if (!(error instanceof SqlTrouble) || error.code !== UNSETTLED) throw error;
    if (triesLeft > 1) return tryTill(look, triesLeft - 1);
    throw refuse(error.message, "no-preview");
  }
}

async function tryOut({ session, server }: PreviewLook, aim: Aim): Promise<Found> {
  await refuseOutsiders(session, aim, server.database);
  const selections = await lockKeys(session, aim, await looksWide(session, aim));
  const ground = await readGround(session, aim, selections, server.database);
  const early = aim.targets.map((target, index) => {
    const touches = aim.touches[index];
    return aim.verb === "INSERT" || touches === undefined ? null : beyond(touches, target, ground.oldRows[index] ?? []);
  });
  const broken = early.find((message) => message !== null) ?? null;
  const knownEffects = await sideEffects(session, aim.targets, ground.passing);
  const tally = await beginTally(session, knownEffects);
  const trial = await runTrial(session, aim, ground, broken);
  const expectedCount = trial.images.reduce((sum, { keys }) => sum + keys.length, 0);
  const extraEffects = broken === null ? await tally(expectedCount) : [];
  const draft = undoChanges({ images: trial.images, keys: ground.passing.keys, maxCharacters: mostTogether(session) });
  const tables = once(() => trial.images.map(tablePreview));
  return {
    aim,
    ground,
    trial,
    tables,
    effects: [...knownEffects, ...extraEffects],
    draft,
    proof: broken === null ? await provedBy(session, { draft, trial, tables }, server.database) : undefined,
  };
}

/** Why undoing does not work or was not tried; null where it was seen to work. */
const provedBy = async (
  session: SqlSession,
  { draft, trial: { images }, tables }: Pick<Found, "draft" | "trial" | "tables">,
  home: string,
): Promise<string | null> =>
  (await whyUntried(session, images, home)) ?? (await proveUndo(session, draft, images, () => void tables()));

/** What breaks its contract is tried out only to be shown; the server's own refusal matters less then. */
async function runTrial(session: SqlSession, aim: Aim, ground: Ground, broken: string | null): Promise<Trial> {
  try {
    const trial = await carryOut(session, aim, ground);
    if (!trial.open) throw refuse("The statement ended its own transaction: it cannot be previewed.", "no-preview");
    refuseMiscount(aim, trial);
    return trial;
  } catch (error) {
    if (broken !== null && isRefusal(error)) throw refuse(broken, "touches");
    throw error;
  }
}

/** Somebody's writing between two reads shows as another count. */
function refuseMiscount({ verb, single }: Aim, { images: [first], matched: matchedCount }: Trial): void {
  if (verb !== "UPDATE" || !single || first === undefined || matchedCount === first.keys.length) return;
  const message = `The statement hit ${matchedCount} rows where ${first.keys.length} match: it cannot be previewed.`;
  throw refuse(message, UNSETTLED);
}

function outside(aim: Aim, images: Trial["images"]): string | null {
  for (const [index, touches] of aim.touches.entries()) {
    const image = images[index];
    const message = image === undefined ? null : beyond(touches, image.target, rowsIn(image));
    if (message !== null) return message;
  }
  return null;
}

/** The rows of before, for an INSERT those after it. */
const rowsIn = ({ oldRows, newRows }: TableImage): readonly Row[] => oldRows ?? newRows ?? [];

function assemble(look: PreviewLook, attempt: Found): ChangePreview {
  const { aim, ground, effects, draft } = attempt;
  const { server, change, redact } = look;
  const [main, ...otherTables] = attempt.tables() as [TablePreview, ...TablePreview[]];
  const undo = noticeOf(attempt, unkeepable(draft, redact));
  const conflicts = conflictsOf(change, main);
  const raises = raisesOf(aim, change, effects, undo);
  const catalogue = catalogueOf(aim, ground.passing);
  return {
    ...main,
    digest: digestOf(server, change, [main, ...otherTables], catalogue),
    ...unlessEmpty("others", otherTables),
    catalogue,
    ...(aim.timed ? { timed: true as const } : {}),
    ...unlessEmpty("effects", effects),
    undo,
    ...unlessEmpty("raises", raises),
    ...unlessEmpty("conflicts", conflicts),
  };
}

/** A part of a preview that is left out where there is nothing in it. */
const unlessEmpty = <Name extends string, Item>(
  name: Name,
  items: readonly Item[],
): Partial<Record<Name, readonly Item[]>> =>
  items.length > 0 ? ({ [name]: items } as Record<Name, readonly Item[]>) : {};

/** What an approval is bound to. */
function digestOf(
  { fingerprint }: ServerIdentity,
  { sql, values }: SqlChange,
  tables: readonly TablePreview[],
  catalogue: string,
): string {
  // Known parts in a fixed order, each a JSON text of its own.
  const rows = tables.flatMap(({ table, keys, diff }) => [table, keys, diff?.before ?? null, diff?.after ?? null]);
  const bound = canonical({ server: fingerprint, sql, values, catalogue });
  return digestTexts([bound, ...rows.map((part) => JSON.stringify(part))]);
}

/** What may leave something behind that the rows shown do not hold. */
const BESIDE: ReadonlySet<SideEffect["kind"]> = new Set(["trigger", "more rows", "unknown"]);

function noticeOf({ trial, effects, ground, proof }: Found, unkept: string | null): UndoNotice {
  const reasons = effects.filter(({ kind }) => BESIDE.has(kind)).map(({ says }) => says);
  for (const label of ground.passing.nameless)
    reasons.push(`the rows of ${label} have no key by which they could come back`);
  reasons.push(...trial.images.flatMap(triggersOfUndo).map((name) => `undoing it runs the trigger ${name}`));
  if (unkept !== null) return { kind: "none", why: [unkept] };
  // What was seen not to work is promised in no part: rows that come back as others would be worse than none.
  if (typeof proof === "string") return { kind: "none", why: [proof] };
  return { kind: reasons.length > 0 ? "partial" : "complete", why: reasons };
}

/** The triggers that undoing would run; where an undo is the same verb again, they have been seen to run. */
function triggersOfUndo({ target: { info, verb }, by }: TableImage): string[] {
  if (by.length === 0 && REVERSE[verb] === verb) return [];
  return info.triggers.filter(({ event }) => event === REVERSE[verb]).map(({ name }) => name);
}

function conflictsOf({ expects = [] }: SqlChange, { keys }: TablePreview): (readonly string[])[] {
  if (expects.length === 0) return [];
  const matchedNames = new Set(keys.map(keyName));
  return expects.filter((key) => !matchedNames.has(keyName(key)));
}

/** What a change may set off without being asked about twice. */
const EXPECTED: ReadonlySet<SideEffect["kind"]> = new Set(["trigger", "history", "unseen"]);

const isUnexpected = ({ kind, rows }: SideEffect): boolean => !EXPECTED.has(kind) && rows !== 0;

/** What of a change is asked about twice, as sentences. */
export function raisesOf(aim: Aim, change: SqlChange, effects: readonly SideEffect[], undo: UndoNotice): string[] {
  const raises: string[] = [];
  const unbound = aim.touches.some(({ within }) => within === null) && change.expects === undefined;
  if (unbound) raises.push("it is not bound to selected targets");
  raises.push(...effects.filter(isUnexpected).map(({ says }) => says));
  if (undo.kind === "none") raises.push(`it cannot be undone: ${undo.why.join("; ")}`);
  return raises;
}

/**
 * Whether the rows are read whole as they are locked, or first by their keys: where only that way an index helps. Without
 * any index the whole table would be locked, even by a statement that matches nothing: that is refused.
 */
async function looksWide(session: SqlSession, aim: Aim): Promise<boolean> {
  const { whole, planQuery, targets } = aim;
  if (isSmall(aim)) return true;
  if (whole !== null && (await scanCount(session, whole)) === null) return true;
  const rows = await scanCount(session, planQuery);
  if (rows === null) return false;
  throw noIndex(rows, targets[0]);
}

/** Whether no plan can lock more rows than may be looked at: so many the table has not. */
const isSmall = ({ readsOnlyItsTable, targets }: Aim): boolean =>
  readsOnlyItsTable && targets.every(({ info }) => info.rows <= MOST_KEYS);

function noIndex(rows: string, target: TableTarget | undefined): Error {
  const message = `No index helps this statement: it would lock all ${rows} rows of ${target?.info.label ?? ""}.`;
  return refuse(`${message} It cannot be previewed.`, "no-preview");
}

/** How many rows of a large table a question goes through one by one, as the server plans it; null: of none. */
async function scanCount(session: SqlSession, { sql, values }: Ready): Promise<string | null> {
  const { columns, rows } = await ask(session, `${session.dialect.explain} ${sql}`, values);
  const place = (name: string): number => columns.findIndex((column) => column.name.toLowerCase() === name);
  const [type, count] = [place("type"), place("rows")];
  const scan = rows.find((row) => /^(?:all|index)$/i.test(String(row[type])) && Number(row[count]) > MOST_KEYS);
  return scan === undefined ? null : String(scan[count]);
}
