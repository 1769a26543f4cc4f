/** Where in its file something of a runbook was written, for what is found out once it is loaded. */
import { foreignBooks, type ReadOther } from "./load.ts";
import type { Path } from "./raw.ts";
import type { RawRunbook } from "./schema.ts";
import { readShape, type Place } from "./shape.ts";
import { placeUses } from "./use.ts";

/** Where something was written, or its key of that name where it has one. */
export type Places = (path: readonly string[], key?: string) => Place;

/** A path in which what is in a list goes by its index; null where there is nothing of that id. */
function indexed(book: RawRunbook, [part = "", id, ...rest]: readonly string[]): Path | null {
  if (part !== "phases") return [part, ...(id === undefined ? [] : [id]), ...rest];
  const phase = book.phases.findIndex((each) => each.id === id);
  if (rest.length === 0) return phase < 0 ? null : [part, phase];
  const step = book.phases[phase]?.steps.findIndex((each) => each["id"] === rest[1]) ?? -1;
  return step < 0 ? null : [part, phase, "steps", step];
}

/** The places of a runbook by paths in which what is in a list goes by its id. Null where the file no longer holds it. */
export function placesOf(source: string, file: string, bookId: string, readOther: ReadOther): Places | null {
  const { raw, place } = readShape(source, file);
  const index = raw?.runbooks.findIndex(({ id }) => id === bookId) ?? -1;
  const book = raw?.runbooks[index];
  if (raw === null || book === undefined) return null;
  const none = (): void => undefined;
  const { whole, originOf } = placeUses(book, [...raw.runbooks, ...foreignBooks(raw, readOther, none)], none);
  return (path, key) => {
    const inside = indexed(whole, path);
    return inside === null ? place(["runbooks", index]) : place(originOf(inside), key);
  };
}
