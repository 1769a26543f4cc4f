/**
 * Holds two dumps against what a page shows: each shown row is looked for before and after, with exactly its cells, and
 * both are laid aside. What is left must be the same on both sides.
 */
import type { ChangePreview, RowDiff, TablePreview } from "../../../src/ports/sql.ts";
import { exactly, shown, type Dump, type DumpRow } from "./dump.ts";
import { Fault } from "./fault.ts";
import { HOME } from "./scene.ts";

/** Rows of one table that no page has spoken for yet. */
class Pool {
  readonly rows: Set<DumpRow>;
  readonly #byKey = new Map<string, Map<string, DumpRow[]>>();
  readonly #all: readonly DumpRow[];
  #exact: Set<string> | null = null;

  constructor(rows: readonly DumpRow[]) {
    this.#all = rows;
    this.rows = new Set(rows);
  }

  /** Whether just this row was among them from the beginning. */
  had(row: DumpRow): boolean {
    this.#exact ??= new Set(this.#all.map(exactly));
    return this.#exact.has(exactly(row));
  }

  /** The rows that may be meant by a key as it is shown. */
  find(columns: readonly string[], key: readonly string[]): DumpRow[] {
    const found = this.#index(columns).get(JSON.stringify(key)) ?? [];
    return found.filter((row) => this.rows.has(row));
  }

  take(row: DumpRow): void {
    this.rows.delete(row);
  }

  #index(columns: readonly string[]): Map<string, DumpRow[]> {
    const known = this.#byKey.get(columns.join("\0"));
    if (known !== undefined) return known;
    const index = new Map<string, DumpRow[]>();
    for (const row of this.rows) {
      for (const key of keyForms(row, columns)) index.set(key, [...(index.get(key) ?? []), row]);
    }
    this.#byKey.set(columns.join("\0"), index);
    return index;
  }
}

function keyForms(row: DumpRow, columns: readonly string[]): Set<string> {
  let keys: string[][] = [[]];
  for (const column of columns) {
    const forms = row.get(column)?.forms ?? [];
    keys = keys.flatMap((key) => forms.map((form) => [...key, form ?? ""]));
  }
  return new Set(keys.map((key) => JSON.stringify(key)));
}

interface Sides {
  readonly before: Pool;
  readonly after: Pool;
  /** Rows that are not shown one by one, and whose key is not known afterwards. */
  loose: number;
}

/** The dump before, without the rows of the page that went away, and the dump after, without those that it foretold. */
export interface Rest {
  readonly before: Dump;
  readonly after: Dump;
}

/** Lays aside what the page shows. Throws `Fault` where a shown row is not as it is shown. */
export function fulfil(before: Dump, after: Dump, preview: ChangePreview): Rest {
  const sides = new Map<string, Sides>();
  for (const page of [preview, ...(preview.others ?? [])]) {
    const table = page.table.includes(".") ? page.table : `${HOME}.${page.table}`;
    const known = sides.get(table) ?? {
      before: new Pool(before.get(table) ?? []),
      after: new Pool(after.get(table) ?? []),
      loose: 0,
    };
    sides.set(table, known);
    fulfilTable(known, page);
  }
  for (const [table, side] of sides) settleLoose(table, side);
  const left = (all: Dump, which: "before" | "after"): Dump =>
    new Map([...all].map(([table, rows]) => [table, [...(sides.get(table)?.[which].rows ?? rows)]]));
  return { before: left(before, "before"), after: left(after, "after") };
}

/** For rows that are only counted, any row that was not there before will do. */
function settleLoose(table: string, { before, after, loose }: Sides): void {
  if (loose === 0) return;
  const there = new Set([...before.rows].map(exactly));
  const fresh = [...after.rows].filter((row) => !there.has(exactly(row)));
  if (fresh.length !== loose)
    throw new Fault("not as shown", `${table}: ${fresh.length} new rows, shown were ${loose}`);
  for (const row of fresh) after.take(row);
}

function fulfilTable(sides: Sides, page: TablePreview): void {
  const { diff } = page;
  if (diff === undefined) throw new Fault("not as shown", `${page.table} has no rows on its page`);
  if (page.keys.length !== diff.changed + diff.unchanged)
    throw new Fault(
      "not as shown",
      `${page.table}: ${page.keys.length} keys, ${diff.changed} + ${diff.unchanged} rows`,
    );
  for (const row of diff.rows) fulfilRow(sides, page, row);
  if (diff.rows.length < diff.changed) fulfilRest(sides, page);
}

function fulfilRow({ before, after }: Sides, page: TablePreview, row: RowDiff): void {
  const { table, diff, key_columns: columns } = page;
  const olds = diff?.verb === "insert" ? [null] : oldRows(before, columns, row);
  if (olds.length === 0)
    throw new Fault("not as shown", `${table}: no row was as shown before, ${JSON.stringify(row)}`);
  if (diff?.verb === "delete") return before.take(goneFirst(olds, after.find(columns, row.key)));
  const news = newRows({ before, after }, columns, row);
  for (const old of olds) {
    const now = news.find((candidate) => isAsShown(candidate, old, row));
    if (now === undefined) continue;
    if (old !== null) before.take(old);
    return after.take(now);
  }
  const seen = news.slice(0, 2).map(shown).join(" or ");
  throw new Fault("not as shown", `${table}: shown ${JSON.stringify(row)}, is ${seen === "" ? "not there" : seen}`);
}

/** Rows that the page may mean: a local time may stand for two instants. */
const oldRows = (pool: Pool, columns: readonly string[], { key, cells }: RowDiff): DumpRow[] =>
  pool
    .find(columns, key)
    .filter((row) => cells.every(({ column, before }) => row.get(column)?.forms.includes(before) ?? true));

/** A key that the server gives at commit is that of any row which was not there before. */
function newRows(
  { before, after }: Omit<Sides, "loose">,
  columns: readonly string[],
  { key, new_key, cells }: RowDiff,
): DumpRow[] {
  const atCommit = cells.some(({ column, at_commit }) => at_commit === true && columns.includes(column));
  return atCommit ? [...after.rows].filter((row) => !before.had(row)) : after.find(columns, new_key ?? key);
}

/** Of rows that look alike on a page, one that is there no more. */
function goneFirst(olds: readonly (DumpRow | null)[], there: readonly DumpRow[]): DumpRow {
  const still = new Set(there.map(exactly));
  const rows = olds.filter((row) => row !== null);
  return rows.find((row) => !still.has(exactly(row))) ?? (rows[0] as DumpRow);
}

/** Whether a row has the shown values, and everything else as it was before. */
function isAsShown(row: DumpRow, old: DumpRow | null, { cells }: RowDiff): boolean {
  const byName = new Map(cells.map((cell) => [cell.column, cell]));
  return [...row].every(([name, { exact, forms }]) => {
    const cell = byName.get(name);
    if (cell !== undefined) return cell.at_commit === true || forms.includes(cell.after);
    return old === null || old.get(name)?.exact === exact;
  });
}

/** Rows beyond those that are shown one by one: their keys are listed, and which columns change in how many rows. */
function fulfilRest(sides: Sides, page: TablePreview): void {
  const { diff, keys, key_columns: columns } = page;
  const done = new Set((diff?.rows ?? []).map(({ key }) => JSON.stringify(key)));
  const changing = new Set((diff?.columns ?? []).map(({ column }) => column));
  for (const key of keys) {
    if (done.has(JSON.stringify(key))) continue;
    if (diff?.verb === "insert") {
      sides.loose += 1;
      continue;
    }
    const [old] = sides.before.find(columns, key);
    if (old === undefined) throw new Fault("not as shown", `${page.table}: there was no row ${key.join("/")}`);
    sides.before.take(old);
    if (diff?.verb === "delete") continue;
    const now = sides.after.find(columns, key).find((row) => differsIn(row, old, changing));
    if (now === undefined) sides.loose += 1;
    else sides.after.take(now);
  }
}

const differsIn = (row: DumpRow, old: DumpRow, columns: ReadonlySet<string>): boolean =>
  [...row].every(([name, { exact }]) => columns.has(name) || old.get(name)?.exact === exact);
