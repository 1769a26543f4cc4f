/** Runs the statement inside an open transaction and reads what became of the rows. Nothing is committed here. */
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import type { Aim, Ready } from "./aim.ts";
import { rowsByKey, textRows, type Row } from "./images.ts";
import { MOST_KEYS, type Matched } from "./rows.ts";
import type { Target } from "./targets.ts";

/** One table before and after: row by row, in the order of the keys before it (of the new rows, for an INSERT). */
export interface Seen {
  readonly target: Target;
  readonly keys: readonly (readonly string[])[];
  /** null for an INSERT. */
  readonly before: readonly Row[] | null;
  /** null for a DELETE. */
  readonly after: readonly Row[] | null;
}

export interface Trial {
  readonly seen: readonly Seen[];
  readonly matched: number;
  readonly changed: number;
  readonly warnings: number;
  /** False when the statement ended its transaction, which then cannot be taken back. */
  readonly open: boolean;
}

/** Runs `statement` once, and `meanwhile` while the server does. Throws `SqlTrouble` when the server refuses it or its rows cannot be found again. */
export async function carryOut(
  session: Session,
  aim: Aim,
  before: readonly Matched[],
  statement: Ready,
  meanwhile: () => void,
): Promise<Trial> {
  const answer = await session.run(statement.sql, statement.values, meanwhile);
  if (aim.verb === "INSERT") return inserted(session, aim, textRows(answer), answer.warnings);
  const { matched, changed, warnings, inTransaction: open } = answer;
  const counts = { matched, changed, warnings, open };
  if (!open) return { ...counts, seen: [] };
  const seen: Seen[] = [];
  for (const [at, target] of aim.targets.entries()) {
    const { keys, rows, newKeys } = before[at] as Matched;
    seen.push({ target, keys, before: rows, after: await afterwards(session, target, newKeys, rows) });
  }
  return { ...counts, seen };
}

async function afterwards(
  session: Session,
  target: Target,
  keys: readonly Row[],
  before: readonly Row[],
): Promise<Row[] | null> {
  if (target.verb === "DELETE") return null;
  const places = movable(target);
  const moved = allOf(await rowsByKey(session, target.info, keys, { only: places }));
  if (places === null) return moved;
  return before.map((row, at) => {
    const whole = [...row];
    for (const [index, place] of places.entries()) whole[place] = moved[at]?.[index] ?? null;
    return whole;
  });
}

/** Places of the columns that an UPDATE can change; null where a trigger may change any. */
function movable({ info, assigned }: Target): number[] | null {
  if (info.triggers.some(({ event, timing }) => event === "UPDATE" && timing === "BEFORE")) return null;
  const set = new Set(assigned.map(({ column }) => column.toLowerCase()));
  return info.columns.flatMap(({ name, onUpdate, generated }, at) =>
    onUpdate || generated || set.has(name.toLowerCase()) ? [at] : [],
  );
}

function allOf(found: readonly (Row | null)[]): Row[] {
  const rows = found.filter((row) => row !== null);
  if (rows.length === found.length) return rows;
  throw refuse(
    `${found.length - rows.length} of the changed rows cannot be found again by their keys: the change cannot be shown.`,
    "no-preview",
  );
}

async function inserted(session: Session, aim: Aim, keys: readonly Row[], warnings: number): Promise<Trial> {
  const [target] = aim.targets as [Target];
  if (keys.length > MOST_KEYS)
    throw refuse(`The statement inserts more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");
  const { rows } = await session.run("SELECT @@in_transaction");
  const open = String(rows[0]?.[0]) === "1";
  const after = allOf(await rowsByKey(session, target.info, keys));
  const seen = { target, keys: keys.map((key) => key.map((part) => part ?? "")), before: null, after };
  return { seen: [seen], matched: keys.length, changed: keys.length, warnings, open };
}
