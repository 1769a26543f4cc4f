/**
 * What of a page was on the screen. Lines that were not are one gap: the window moves by less than it shows, and to either
 * end at once, so it never stands between two lines that nobody saw.
 */
export interface Sight {
  /** For this width the lines are counted. */
  readonly columns: number;
  /** The first line that was not on the screen, and the one behind the last; the same where all of them were. */
  readonly from: number;
  readonly to: number;
}

/** The part of a page that the window shows: from `first` up to `end`, of so many lines. */
export interface PageWindow {
  readonly columns: number;
  readonly first: number;
  readonly end: number;
  readonly count: number;
}

export const isAllSeen = ({ from, to }: Sight): boolean => from >= to;

/** Whether two sights leave the same lines unseen. */
export const isSame = (a: Sight, b: Sight): boolean => a.columns === b.columns && a.from === b.from && a.to === b.to;

/** The sight with what the window shows now. Lines of another width are other lines. */
export function see(sight: Sight | null, { columns, first, end, count }: PageWindow): Sight {
  if (sight !== null && isAllSeen(sight)) return sight;
  const gap = sight?.columns === columns ? sight : { from: 0, to: count };
  const from = first <= gap.from ? Math.max(gap.from, end) : gap.from;
  const to = end >= gap.to ? Math.min(gap.to, first) : gap.to;
  return { columns, from, to };
}

/** The sight after something else lay over the page: what is below the window has to be seen again. */
export function forget(sight: Sight | null, { columns, end, count }: PageWindow): Sight | null {
  if (sight === null || (sight.columns !== columns && !isAllSeen(sight))) return null;
  return { columns, from: isAllSeen(sight) ? end : Math.min(sight.from, end), to: count };
}

/** How many lines are still to be seen, on which side of the window, and by which key. */
export interface Unseen {
  readonly count: number;
  readonly side: "below" | "above";
  readonly key: "PgDn" | "PgUp";
}

/** What is still to be seen; null where everything was. */
export function unseen(sight: Sight, { end }: PageWindow): Unseen | null {
  if (isAllSeen(sight)) return null;
  const count = sight.to - sight.from;
  return sight.from >= end ? { count, side: "below", key: "PgDn" } : { count, side: "above", key: "PgUp" };
}
