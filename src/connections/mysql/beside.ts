/** Whole rows as they are now, for showing beside a preview: read by their keys on the reading connection, without a lock. */
import type { RowsNow } from "../../ports/sql.ts";
import { rowsByKey } from "./change/images.ts";
import { shownText, type ColumnInfo } from "./change/columns.ts";
import { tableInfo } from "./change/table.ts";
import type { SqlSession } from "./session.ts";

/** At most as many rows are read at once: more than anybody looks at. */
export const MOST_BESIDE = 200;

/** Every column of the rows that have these keys, in the preview's form; null for a key that no row has. */
export async function rowsBeside(
  session: SqlSession,
  table: string,
  keys: readonly (readonly string[])[],
  redact: (text: string) => string,
): Promise<RowsNow> {
  const { rows: homeRows } = await session.run("SELECT DATABASE()");
  const home = String(homeRows[0]?.[0]);
  const [name, schema = home] = table.split(".").reverse() as [string, string?];
  const info = await tableInfo(session, { schema, table: name }, home);
  const matches = await rowsByKey(session, info, keys.slice(0, MOST_BESIDE), { lock: false });
  return {
    columns: info.columns.map(({ name }) => name),
    rows: matches.map(
      (row) =>
        row?.map((value, index) => {
          const text = shownText(info.columns[index] as ColumnInfo, value);
          return text === null ? null : redact(text);
        }) ?? null,
    ),
  };
}
