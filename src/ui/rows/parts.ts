/** The rows of SQL previews, picked by what a person looks for: a part of a key or of a column's name. */
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import type { Slot } from "../../engine/state.ts";
import type { JsonObject } from "../../ports/json.ts";
import type { CellDiff, ChangePreview, TablePreview } from "../../ports/sql.ts";

/** One previewed statement. */
export interface RowsPart {
  readonly title: string;
  readonly tables: readonly TablePreview[];
}

/** A row of a preview; without cells where the preview keeps only its key. */
export interface PickedRow {
  readonly key: readonly string[];
  readonly cells: readonly CellDiff[];
}

function partOf(title: string, preview: JsonObject | null): RowsPart[] {
  if (preview === null || !Array.isArray(preview["keys"]) || preview["keys"].length === 0) return [];
  const changePreview = preview as unknown as ChangePreview;
  return [{ title, tables: [changePreview, ...(changePreview.others ?? [])] }];
}

export function partsOfPage({ targets }: ApprovalDocument): RowsPart[] {
  const several = targets.length > 1;
  return targets.flatMap(({ label, steps }) =>
    steps.flatMap(({ title, preview }) => partOf(several ? `${label}: ${title}` : title, preview)),
  );
}

export const partsOfSlot = (slot: Slot): RowsPart[] => partOf(slot.title, slot.preview);

/** A row whose key holds the text, with all its cells; else those of its cells whose column's name holds it. */
export function pickRows({ keys, diff }: TablePreview, filter: string): PickedRow[] {
  const needle = filter.toLowerCase();
  const holds = (text: string): boolean => text.toLowerCase().includes(needle);
  const cells = new Map(diff?.rows.map((row) => [nameOf(row.key), row.cells]));
  return keys.flatMap((key): PickedRow[] => {
    const rowCells = cells.get(nameOf(key)) ?? [];
    if (needle === "" || holds(key.join("/"))) return [{ key, cells: rowCells }];
    const some = rowCells.filter(({ column }) => holds(column));
    return some.length > 0 ? [{ key, cells: some }] : [];
  });
}

export const nameOf = (key: readonly string[]): string => JSON.stringify(key);
