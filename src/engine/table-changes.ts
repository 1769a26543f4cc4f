/** What a run changed in the database, table by table over all of its statements: rows, columns from what to what, the way back. */
import type { ColumnDiff, TablePreview } from "../ports/sql.ts";
import type { Account } from "./account.ts";
import { madeSlots, undoOf, type UndoState } from "./effects.ts";
import type { Slot } from "./state.ts";

/** One column over all rows of a table that changed alike in kind. */
export interface ColumnChange {
  readonly column: string;
  readonly rows: number;
  /** The server, a clock or chance decided the value at the commit. */
  readonly isVolatile: boolean;
  /** What a value became and in how many rows, the commonest first; not all where `rest` is more than 0. */
  readonly pairs: readonly { readonly before: string | null; readonly after: string | null; readonly rows: number }[];
  readonly rest: number;
}

/** Rows of one table that were changed by one verb and are taken back alike. */
export interface TableChange extends UndoState {
  readonly table: string;
  readonly verb: "update" | "delete" | "insert";
  readonly rows: number;
  readonly key_columns: readonly string[];
  /** Of as many rows as the journal has keys of. */
  readonly keys: readonly (readonly string[])[];
  readonly columns: readonly ColumnChange[];
}

type Pair = ColumnChange["pairs"][number];

/** The tables of a statement that was previewed; of one without a preview nobody knows any. */
function tablesOf({ preview }: Slot): readonly TablePreview[] {
  if (preview === null || typeof preview["table"] !== "string" || preview["blind"] !== undefined) return [];
  const first = preview as unknown as TablePreview & { readonly others?: readonly TablePreview[] };
  return [first, ...(first.others ?? [])];
}

/** The pairs of both, those that are the same together. */
function merge(pairs: readonly Pair[], more: readonly Pair[]): readonly Pair[] {
  const known = new Map(pairs.map((pair) => [JSON.stringify([pair.before, pair.after]), pair]));
  for (const pair of more) {
    const name = JSON.stringify([pair.before, pair.after]);
    known.set(name, { ...pair, rows: pair.rows + (known.get(name)?.rows ?? 0) });
  }
  return [...known.values()];
}

function addColumns(columns: readonly ColumnChange[], more: readonly ColumnDiff[]): readonly ColumnChange[] {
  const known = new Map(columns.map((change) => [change.column, change]));
  for (const { column, rows, at_commit: isVolatile, different, commonest } of more) {
    const before = known.get(column);
    known.set(column, {
      column,
      rows: rows + (before?.rows ?? 0),
      isVolatile: isVolatile || before?.isVolatile === true,
      pairs: merge(before?.pairs ?? [], commonest),
      rest: Math.max(0, different - commonest.length) + (before?.rest ?? 0),
    });
  }
  return [...known.values()];
}

/** The keys of the rows that became others: where the journal has those rows, else of all that matched. */
function keysOf({ diff, keys, matched }: TablePreview): TableChange["keys"] {
  if (diff === undefined || diff.unchanged === 0) return keys;
  const changed = diff.rows.map(({ key }) => key);
  return changed.length === diff.changed || matched === 0 ? changed : keys;
}

/** All tables that a run changed rows of, in the order in which it came to them. */
export function tableChanges(account: Account): TableChange[] {
  const changes = new Map<string, TableChange>();
  for (const slot of madeSlots(account.state)) {
    const undo = undoOf(account, slot);
    for (const table of tablesOf(slot)) {
      const verb = table.diff?.verb ?? "update";
      const rows = table.diff?.changed ?? table.matched;
      if (rows === 0) continue;
      const name = JSON.stringify([table.table, verb, undo]);
      const change = changes.get(name);
      changes.set(name, {
        ...undo,
        table: table.table,
        verb,
        rows: rows + (change?.rows ?? 0),
        key_columns: table.key_columns,
        keys: [...(change?.keys ?? []), ...keysOf(table)],
        columns: addColumns(change?.columns ?? [], table.diff?.columns ?? []),
      });
    }
  }
  return [...changes.values()];
}
