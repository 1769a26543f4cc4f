/** Reads from the site what somebody looks at: one target, rows of a preview, what printed statements would do. */
import { showDetail, showPrinted } from "../detail/act.ts";
import { top, type RowsModel } from "../model.ts";
import { showRows } from "../rows/act.ts";
import { nameOf, pickRows } from "../rows/parts.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";

/** How often a target on the screen is looked at again. */
const DETAIL_MS = 5000;

/** Asks each source again and again, as long as this target is on the screen. */
export async function readDetail(host: Host, key: string): Promise<void> {
  const current = host.model().detail?.target;
  if (current?.key !== key) return;
  const target = host.model().board.targets.find((entry) => entry.key === key) ?? current;
  const read = await host.sources.detail(target);
  void host.take((model) => update(showDetail(model, target, read)));
  const repeat = (): void => {
    const { screens } = host.model();
    if (top(host.model()) === "detail") void readDetail(host, key);
    else if (screens.includes("detail")) host.agenda.later("detail", DETAIL_MS, repeat);
  };
  host.agenda.later("detail", DETAIL_MS, repeat);
}

/** At most so many rows are read for one look. */
const MOST_READ = 200;

type Asked = Pick<RowsModel, "parts" | "filter">;

async function rowsNow({ sources }: Host, { parts, filter }: Asked): Promise<Pick<RowsModel, "now" | "trouble">> {
  const tables: Record<string, RowsModel["now"][string]> = {};
  for (const table of parts.flatMap(({ tables }) => tables)) {
    const keys = pickRows(table, filter)
      .slice(0, MOST_READ)
      .map(({ key }) => key);
    if (keys.length === 0) continue;
    const read = await sources.rows(table.table, keys);
    if (!read.ok) return { now: {}, trouble: read.error };
    const rows = new Map(tables[table.table]?.rows);
    for (const [index, key] of keys.entries()) rows.set(nameOf(key), read.value.rows[index] ?? null);
    tables[table.table] = { columns: read.value.columns, rows };
  }
  return { now: tables, trouble: "" };
}

/** Reads the rows that a filter picks, as they are now. */
export async function readRows(host: Host, request: Asked): Promise<void> {
  const read = await rowsNow(host, request);
  void host.take((model) => update(showRows(model, request, read)));
}

/** Tries what the operators' own documents print; nothing of it remains. */
export async function tryPrinted(host: Host, keys: readonly string[]): Promise<void> {
  const trials = await host.sources.printed(keys);
  void host.take((model) => update(showPrinted(model, keys, trials)));
}
