/** Runs the statement inside an open transaction and reads what became of the rows. Nothing is committed here. */
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { UNSETTLED, type Aim } from "./aim.ts";
import { followKeys, type Going, type Passing, type Reached } from "./children.ts";
import { keyPlaces, rowsByKey } from "./images.ts";
import { make, type Made } from "./insert.ts";
import { equalRows, keyName, type Row } from "./row.ts";
import { imagesOf, rowsOf, type Matched } from "./rows.ts";
import type { TableInfo } from "./table.ts";
import type { Target } from "./targets.ts";

/** One table before and after: row by row, in the order of the keys before it (of the new rows, for an INSERT). */
export interface Seen {
  readonly target: Target;
  readonly keys: readonly (readonly string[])[];
  /** null for an INSERT. */
  readonly before: readonly Row[] | null;
  /** null for a DELETE. */
  readonly after: readonly Row[] | null;
  /** The foreign keys that reach these rows; none for those of the statement itself. */
  readonly by: readonly string[];
  /** Whether the server itself takes them back along with their parents. */
  readonly passedBack: boolean;
}

/** What is there before the statement runs, under locks: its own rows, then what foreign keys reach from them. */
export interface Ground {
  readonly matched: readonly Matched[];
  /** Every column of the matched rows, target by target. */
  readonly before: readonly (readonly Row[])[];
  readonly passing: Passing;
}

export interface Trial {
  /** The statement's own tables, then those that foreign keys reach. */
  readonly seen: readonly Seen[];
  readonly matched: number;
  readonly changed: number;
  readonly warnings: number;
  /** False when the statement ended its transaction, which then cannot be taken back. */
  readonly open: boolean;
}

/** Reads under locks all that the statement can reach. Throws `SqlTrouble`. */
export async function readGround(
  session: Session,
  aim: Aim,
  matched: readonly Matched[],
  home: string,
): Promise<Ground> {
  const before: (readonly Row[])[] = [];
  for (const [at, { info }] of aim.targets.entries()) before.push(await rowsOf(session, info, matched[at]));
  const own = aim.targets.flatMap(({ verb, info, assigned }, at): Going[] => {
    const columns = new Set(assigned.map(({ column }) => column.toLowerCase()));
    return verb === "INSERT" ? [] : [{ verb, info, columns, keys: matched[at]?.keys ?? [] }];
  });
  return { matched, before, passing: await followKeys(session, own, home) };
}

/** Runs the narrowed statement once. Throws `SqlTrouble` when the server refuses it or its rows cannot be found again. */
export async function carryOut(session: Session, aim: Aim, ground: Ground, mark = ""): Promise<Trial> {
  const { sql, values } = aim.narrow(ground.matched.map(({ keys }) => keys));
  const { targets } = aim;
  for (const [at, { info }] of targets.entries()) await refuseOccupied(session, info, ground.matched[at]);
  if (aim.verb === "INSERT") return inserted(session, aim, await make(session, aim, { sql: mark + sql, values }));
  const answer = await session.run(mark + sql, values);
  const { matched, changed, warnings, inTransaction: open } = answer;
  const counts = { matched, changed, warnings, open };
  if (!open) return { ...counts, seen: [] };
  const seen: Seen[] = [];
  for (const [at, target] of targets.entries()) {
    const { keys, newKeys } = ground.matched[at] as Matched;
    const before = ground.before[at] ?? [];
    const places = ground.passing.keys.length > 0 ? null : movable(target);
    seen.push({
      target,
      keys,
      before,
      after: await afterwards(session, target, newKeys, { before, places }),
      by: [],
      passedBack: false,
    });
  }
  return { ...counts, seen: [...seen, ...(await passedOn(session, ground.passing, seen))] };
}

/** A row that keeps no key of ours must not stand where one of ours is said to go: it would be taken for it. */
async function refuseOccupied(session: Session, info: TableInfo, matched: Matched | undefined): Promise<void> {
  if (matched === undefined || matched.newKeys === matched.keys) return;
  const keys = new Set(matched.keys.map(keyName));
  const moved = matched.newKeys.filter((key) => !keys.has(keyName(key)));
  const there = await rowsByKey(session, info, moved, { only: keyPlaces(info.columns, info.keyColumns) });
  const taken = there.filter((row) => row !== null);
  if (taken.length === 0) return;
  const names = taken.map((key) => key.join("/")).join(", ");
  throw refuse(`The statement gives rows of ${info.label} keys that others have: ${names}.`, "no-preview");
}

/** Rows by their new keys, put together from those of before and the places that may have changed; `null`: all of them. */
async function afterwards(
  session: Session,
  target: Target,
  keys: readonly Row[],
  { before, places }: { readonly before: readonly Row[]; readonly places: readonly number[] | null },
): Promise<Row[] | null> {
  const { info } = target;
  if (target.verb === "DELETE") {
    await refuseLeft(session, info, keys);
    return null;
  }
  if (places === null) return imagesOf(session, info, keys);
  const moved = allOf(info, await rowsByKey(session, info, keys, { only: places }));
  return before.map((row, at) => {
    const now = [...row];
    for (const [index, place] of places.entries()) now[place] = moved[at]?.[index] ?? null;
    return now;
  });
}

/** Rows that were to go and are still there. */
async function refuseLeft(session: Session, info: TableInfo, keys: readonly Row[]): Promise<void> {
  const there = await rowsByKey(session, info, keys, { only: keyPlaces(info.columns, info.keyColumns) });
  const left = there.filter((row) => row !== null);
  if (left.length === 0) return;
  throw refuse(`${left.length} of the rows of ${info.label} that match were not deleted.`, UNSETTLED);
}

/** Places of the columns that an UPDATE can change; null where a trigger may change any. */
function movable({ info, assigned }: Target): number[] | null {
  if (info.triggers.some(({ event, timing }) => event === "UPDATE" && timing === "BEFORE")) return null;
  const set = new Set(assigned.map(({ column }) => column.toLowerCase()));
  return info.columns.flatMap(({ name, onUpdate, generated }, at) =>
    onUpdate || generated || set.has(name.toLowerCase()) ? [at] : [],
  );
}

function allOf(info: TableInfo, found: readonly (Row | null)[]): Row[] {
  const rows = found.filter((row) => row !== null);
  if (rows.length === found.length) return rows;
  throw refuse(
    `${found.length - rows.length} of the changed rows of ${info.label} cannot be found again by their keys: the change cannot be shown.`,
    UNSETTLED,
  );
}

/** What became of the rows that foreign keys reach. A child may have taken the new key of its parent over. */
async function passedOn(session: Session, { reached }: Passing, own: readonly Seen[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const one of reached) {
    const { verb, info, keys, before, by, passedBack } = one;
    const target: Target = { verb, info, alias: "", assigned: [], volatile: new Set(), newKeys: [] };
    if (verb === "DELETE") await refuseLeft(session, info, keys);
    const after = verb === "DELETE" ? null : await imagesOf(session, info, keysAfter(one, [...own, ...seen]));
    seen.push({ target, keys, before, after, by, passedBack });
  }
  return seen;
}

function keysAfter({ info, keys, origins, passedBack }: Reached, seen: readonly Seen[]): Row[] {
  return keys.map((key, at) => {
    const origin = origins[at];
    const parent = seen.find((one) => one.target.info.label === origin?.parent.info.label && one.after !== null);
    if (origin === undefined || parent === undefined || !passedBack) return key;
    const name = origin.parent.keys[origin.at];
    const row = parent.after?.[parent.keys.findIndex((other) => equalRows(other, name))];
    return key.map((part, place) => {
      const column = origin.key.columns.indexOf(info.keyColumns[place] ?? "");
      const from = parent.target.info.columns.findIndex(({ name: other }) => other === origin.key.referenced[column]);
      return column === -1 ? part : (row?.[from] ?? part);
    });
  });
}

async function inserted(session: Session, aim: Aim, { keys, answer }: Made): Promise<Trial> {
  const [target] = aim.targets as [Target];
  const { inTransaction: open } = await session.control("DO 0");
  const after = await imagesOf(session, target.info, keys);
  const seen = {
    target,
    keys: keys.map((key) => key.map((part) => part ?? "")),
    before: null,
    after,
    by: [],
    passedBack: false,
  };
  return { seen: [seen], matched: keys.length, changed: keys.length, warnings: answer.warnings, open };
}
