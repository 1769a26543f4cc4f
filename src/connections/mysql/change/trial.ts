/** Runs the statement inside an open transaction and reads what became of the rows. Nothing is committed here. */
import type { SqlSession } from "../session.ts";
import { refuse } from "../trouble.ts";
import { UNSETTLED, type Aim } from "./aim.ts";
import { followKeys, type Going, type Passing, type Reached } from "./children.ts";
import { keyPlaces, rowsByKey } from "./images.ts";
import { make, type Made } from "./insert.ts";
import { equalRows, keyName, type Row } from "./row.ts";
import { imagesOf, rowsOf, type Matched } from "./rows.ts";
import type { TableInfo } from "./table.ts";
import type { TableTarget } from "./targets.ts";

/** One table before and after: row by row, in the order of the keys before it (of the new rows, for an INSERT). */
export interface TableImage {
  readonly target: TableTarget;
  readonly keys: readonly (readonly string[])[];
  /** null for an INSERT. */
  readonly oldRows: readonly Row[] | null;
  /** null for a DELETE. */
  readonly newRows: readonly Row[] | null;
  /** The foreign keys that reach these rows; none for those of the statement itself. */
  readonly by: readonly string[];
  /** Whether the server itself takes them back along with their parents. */
  readonly passedBack: boolean;
}

/** What is there before the statement runs, under locks: its own rows, then what foreign keys reach from them. */
export interface Ground {
  readonly selections: readonly Matched[];
  /** Every column of the matched rows, target by target. */
  readonly oldRows: readonly (readonly Row[])[];
  readonly passing: Passing;
}

export interface Trial {
  /** The statement's own tables, then those that foreign keys reach. */
  readonly images: readonly TableImage[];
  readonly matched: number;
  readonly changed: number;
  readonly warnings: number;
  /** False when the statement ended its transaction, which then cannot be taken back. */
  readonly open: boolean;
}

/** Reads under locks all that the statement can reach. Throws `SqlTrouble`. */
export async function readGround(
  session: SqlSession,
  aim: Aim,
  selections: readonly Matched[],
  home: string,
): Promise<Ground> {
  const oldRows: (readonly Row[])[] = [];
  for (const [index, { info }] of aim.targets.entries()) oldRows.push(await rowsOf(session, info, selections[index]));
  const own = aim.targets.flatMap(({ verb, info, assignments }, index): Going[] => {
    const columns = new Set(assignments.map(({ column }) => column.toLowerCase()));
    return verb === "INSERT" ? [] : [{ verb, info, columns, keys: selections[index]?.keys ?? [] }];
  });
  return { selections, oldRows, passing: await followKeys(session, own, home) };
}

/** Runs the narrowed statement once. Throws `SqlTrouble` when the server refuses it or its rows cannot be found again. */
export async function carryOut(session: SqlSession, aim: Aim, ground: Ground, mark = ""): Promise<Trial> {
  const { sql, values } = aim.narrow(ground.selections.map(({ keys }) => keys));
  const { targets } = aim;
  for (const [index, { info }] of targets.entries()) await refuseOccupied(session, info, ground.selections[index]);
  if (aim.verb === "INSERT") return insertTrial(session, aim, await make(session, aim, { sql: mark + sql, values }));
  const answer = await session.run(mark + sql, values, { again: mark === "" && aim.readsOnlyItsTable });
  const { matched: matchedCount, changed: changedCount, warnings, inTransaction: open } = answer;
  const counts = { matched: matchedCount, changed: changedCount, warnings, open };
  if (!open) return { ...counts, images: [] };
  const images: TableImage[] = [];
  for (const [index, target] of targets.entries()) {
    const { keys, newKeys } = ground.selections[index] as Matched;
    const oldRows = ground.oldRows[index] ?? [];
    const places = ground.passing.keys.length > 0 ? null : movable(target);
    images.push({
      target,
      keys,
      oldRows,
      newRows: await afterwards(session, target, newKeys, { oldRows, places }),
      by: [],
      passedBack: false,
    });
  }
  return { ...counts, images: [...images, ...(await passedOn(session, ground.passing, images))] };
}

/** A row that keeps no key of ours must not stand where one of ours is said to go: it would be taken for it. */
async function refuseOccupied(session: SqlSession, info: TableInfo, selection: Matched | undefined): Promise<void> {
  if (selection === undefined || selection.newKeys === selection.keys) return;
  const keys = new Set(selection.keys.map(keyName));
  const movedKeys = selection.newKeys.filter((key) => !keys.has(keyName(key)));
  const rowsOrNull = await rowsByKey(session, info, movedKeys, { places: keyPlaces(info.columns, info.keyColumns) });
  const takenKeys = rowsOrNull.filter((row) => row !== null);
  if (takenKeys.length === 0) return;
  const names = takenKeys.map((key) => key.join("/")).join(", ");
  throw refuse(`The statement gives rows of ${info.label} keys that others have: ${names}.`, "no-preview");
}

/** Rows by their new keys, put together from those of before and the places that may have changed; `null`: all of them. */
async function afterwards(
  session: SqlSession,
  target: TableTarget,
  keys: readonly Row[],
  { oldRows, places }: { readonly oldRows: readonly Row[]; readonly places: readonly number[] | null },
): Promise<Row[] | null> {
  const { info } = target;
  if (target.verb === "DELETE") {
    await refuseLeft(session, info, keys);
    return null;
  }
  if (places === null) return imagesOf(session, info, keys);
  const changedValues = allOf(info, await rowsByKey(session, info, keys, { places }));
  return oldRows.map((row, rowIndex) => {
    const newRow = [...row];
    for (const [index, place] of places.entries()) newRow[place] = changedValues[rowIndex]?.[index] ?? null;
    return newRow;
  });
}

/** Rows that were to go and are still there. */
async function refuseLeft(session: SqlSession, info: TableInfo, keys: readonly Row[]): Promise<void> {
  const rowsOrNull = await rowsByKey(session, info, keys, { places: keyPlaces(info.columns, info.keyColumns) });
  const remaining = rowsOrNull.filter((row) => row !== null);
  if (remaining.length === 0) return;
  throw refuse(`${remaining.length} of the rows of ${info.label} that match were not deleted.`, UNSETTLED);
}

/** Places of the columns that an UPDATE can change; null where a trigger may change any. */
function movable({ info, assignments }: TableTarget): number[] | null {
  if (info.triggers.some(({ event, timing }) => event === "UPDATE" && timing === "BEFORE")) return null;
  const set = new Set(assignments.map(({ column }) => column.toLowerCase()));
  return info.columns.flatMap(({ name, onUpdate, generated: isGenerated }, place) =>
    onUpdate || isGenerated || set.has(name.toLowerCase()) ? [place] : [],
  );
}

function allOf(info: TableInfo, rowsOrNull: readonly (Row | null)[]): Row[] {
  const rows = rowsOrNull.filter((row) => row !== null);
  if (rows.length === rowsOrNull.length) return rows;
  throw refuse(
    `${rowsOrNull.length - rows.length} of the changed rows of ${info.label} cannot be found again by their keys: the change cannot be shown.`,
    UNSETTLED,
  );
}

/** What became of the rows that foreign keys reach. A child may have taken the new key of its parent over. */
async function passedOn(session: SqlSession, { children }: Passing, own: readonly TableImage[]): Promise<TableImage[]> {
  const images: TableImage[] = [];
  for (const child of children) {
    const { verb, info, keys, oldRows, by, passedBack } = child;
    const target: TableTarget = { verb, info, alias: "", assignments: [], volatile: new Set(), newKeys: [] };
    if (verb === "DELETE") await refuseLeft(session, info, keys);
    const newRows = verb === "DELETE" ? null : await imagesOf(session, info, keysAfter(child, [...own, ...images]));
    images.push({ target, keys, oldRows, newRows, by, passedBack });
  }
  return images;
}

function keysAfter({ info, keys, origins, passedBack }: Reached, images: readonly TableImage[]): Row[] {
  return keys.map((key, index) => {
    const origin = origins[index];
    const parent = images.find(
      (image) => image.target.info.label === origin?.parent.info.label && image.newRows !== null,
    );
    if (origin === undefined || parent === undefined || !passedBack) return key;
    const name = origin.parent.keys[origin.at];
    const row = parent.newRows?.[parent.keys.findIndex((parentKey) => equalRows(parentKey, name))];
    return key.map((part, place) => {
      const column = origin.key.columns.indexOf(info.keyColumns[place] ?? "");
      const from = parent.target.info.columns.findIndex(
        ({ name: columnName }) => columnName === origin.key.referenced[column],
      );
      return column === -1 ? part : (row?.[from] ?? part);
    });
  });
}

async function insertTrial(session: SqlSession, aim: Aim, { keys, answer }: Made): Promise<Trial> {
  const [target] = aim.targets as [TableTarget];
  const { inTransaction: open } = await session.control("DO 0");
  const newRows = await imagesOf(session, target.info, keys);
  const image = {
    target,
    keys: keys.map((key) => key.map((part) => part ?? "")),
    oldRows: null,
    newRows,
    by: [],
    passedBack: false,
  };
  return { images: [image], matched: keys.length, changed: keys.length, warnings: answer.warnings, open };
}
