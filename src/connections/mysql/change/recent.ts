/**
 * What the newest previews of a connection worked out, so that their apply need not do it again. It proves nothing by
 * itself: only where the locked rows, and later the changed ones, are the same value by value does the kept undo stand
 * for the one that would be made of them.
 */
import type { ChangePreview, TablePreview } from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import type { Aim, Ready } from "./aim.ts";
import type { Locked } from "./rows.ts";
import type { Seen } from "./trial.ts";
import type { Draft } from "./undo.ts";

export interface Kept {
  readonly approved: ChangePreview;
  readonly locked: Locked;
  readonly seen: readonly Seen[];
  readonly undo: Draft;
}

interface Entry extends Kept {
  readonly aim: Aim;
  readonly rows: number;
}

const MOST_PREVIEWS = 32;
/** Over all previews of a connection; so many rows one preview may have. */
const MOST_ROWS = 10_000;
/** Characters of undo over all previews of a connection: as many as one undo in the journal may have. */
const MOST_TEXT = 8 * 1024 * 1024;

/** By connection: what another one saw says nothing, and goes with it. */
const recent = new WeakMap<Session, Entry[]>();

/** Keeps a preview until it is applied, or newer ones need its place. New rows are not kept: they have no before. */
export function remember(session: Session, aim: Aim, kept: Kept): void {
  const entry = { ...kept, aim, rows: kept.locked.rows.length };
  if (aim.verb === "INSERT" || tooMany([entry])) return;
  const others = (recent.get(session) ?? []).filter(({ approved }) => approved.digest !== kept.approved.digest);
  const entries = [...others, entry];
  while (tooMany(entries)) entries.shift();
  recent.set(session, entries);
}

function tooMany(entries: readonly Entry[]): boolean {
  const rows = entries.reduce((sum, entry) => sum + entry.rows, 0);
  const text = entries.reduce((sum, { undo }) => sum + undo.text.length, 0);
  return entries.length > MOST_PREVIEWS || rows > MOST_ROWS || text > MOST_TEXT;
}

/** What was kept for just this approval, statement and shape of tables; once, since afterwards the rows are others. */
export function recall(session: Session, aim: Aim, approved: ChangePreview): Kept | null {
  const entries = recent.get(session) ?? [];
  const at = entries.findIndex((entry) => entry.approved.digest === approved.digest);
  if (at === -1) return null;
  const [found] = entries.splice(at, 1);
  return found !== undefined && sameFacts(found.approved, approved) && sameAim(found.aim, aim) ? found : null;
}

const tablesOf = (preview: ChangePreview): TablePreview[] => [preview, ...(preview.others ?? [])];

/** The digest names all of this; a preview that contradicts its own digest is not trusted. */
function sameFacts(kept: ChangePreview, approved: ChangePreview): boolean {
  const others = tablesOf(approved);
  return tablesOf(kept).every(({ table, matched, diff }, at) => {
    const other = others[at];
    if (other?.table !== table || other.matched !== matched) return false;
    return diff?.before === other.diff?.before && diff?.after === other.diff?.after;
  });
}

/** Whether both would send the same texts, and take every column for the same. */
const sameAim = (a: Aim, b: Aim): boolean =>
  sameReady(a.statement, b.statement) && sameReady(a.select, b.select) && shape(a) === shape(b);

const sameReady = (a: Ready | null, b: Ready | null): boolean =>
  a?.sql === b?.sql &&
  a?.values.length === b?.values.length &&
  (a?.values ?? []).every((value, at) => value === b?.values[at]);

const shape = ({ targets }: Aim): string =>
  JSON.stringify(
    targets.map(({ verb, info, volatile }) => [verb, info.table, info.keyColumns, info.columns, [...volatile]]),
  );

/**
 * Whether the rows after are those of the preview, but for what is decided at commit. Of that only whether it moved
 * must be the same: it decides which rows an undo names, its values stand in none.
 */
export const sameAfter = (now: readonly Seen[], kept: readonly Seen[]): boolean =>
  now.length === kept.length && now.every((one, at) => sameRows(one, kept[at] as Seen));

function sameRows(now: Seen, kept: Seen): boolean {
  if (now.after === null || kept.after === null) return now.after === kept.after;
  const places = now.target.info.columns.map((_, place) => place);
  const { volatile } = now.target;
  const moved = ({ before, after }: Seen, at: number, place: number): boolean =>
    before?.[at]?.[place] !== after?.[at]?.[place];
  return (
    now.after.length === kept.after.length &&
    now.after.every((row, at) =>
      places.every((place) =>
        volatile.has(place)
          ? moved(now, at, place) === moved(kept, at, place)
          : row[place] === kept.after?.[at]?.[place],
      ),
    )
  );
}
