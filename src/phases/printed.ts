/**
 * What a statement of the operators' own documents would do here: tried out, looked at and rolled back. The statements
 * were written for one incident; on a database with a history they reach rows of incidents that ended long ago.
 */
import type { JsonObject } from "../ports/json.ts";
import type { Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import type { ChangePreview, Touches } from "../ports/sql.ts";
import { ok, type Result } from "../ports/result.ts";
import { NO_SCOPE } from "./expression.ts";
import type { Printed } from "./spec.ts";
import { texts } from "./values.ts";

/** One statement and what became of it. */
export type TriedPrinted = { readonly title: string; readonly sql: string; readonly instead: string } & (
  | {
      readonly kind: "reaches";
      readonly table: string;
      /** Rows that it matches or would insert, and how many of them belong to the targets. */
      readonly rows: number;
      readonly own: number;
      /** The keys of some of the others, as text. */
      readonly others: readonly string[];
    }
  /** It could not be tried, or the server refused it: nothing of it would remain. */
  | { readonly kind: "refused"; readonly why: string }
);

/** Bounds no statement: how far it reaches is the question. */
const ANY_NUMBER = 1_000_000;
const MOST_OTHERS = 4;

/**
 * Tries one printed statement for some targets (rows of the runbook's `select`). Locks what it matches for as long as
 * it takes to look, then rolls back; nothing of it remains but a gap in an AUTO_INCREMENT.
 */
export async function tryPrinted(
  statement: Printed,
  targets: readonly JsonObject[],
  { sql: port }: Pick<Ports, "sql">,
): Promise<Result<TriedPrinted, Failure>> {
  const core = { title: statement.title, sql: statement.sql, instead: statement.instead };
  const values = new Set<string>();
  for (const target of targets) {
    const result = texts("whose", statement.whose.in, { ...NO_SCOPE, target });
    if (!result.ok) return ok({ ...core, kind: "refused", why: result.error.message });
    for (const value of result.value) values.add(value);
  }
  const { table, column } = statement.whose;
  const touches: Touches = { table, rows: { at_most: ANY_NUMBER }, within: null };
  const preview = await port.preview({ sql: statement.sql, values: {}, touches });
  if (!preview.ok) {
    if (preview.error.kind === "unreachable") return preview;
    return ok({ ...core, kind: "refused", why: preview.error.message });
  }
  if (preview.value.blind !== undefined) return ok({ ...core, kind: "refused", why: preview.value.blind });
  const own = await ownKeys(preview.value, column, [...values], port);
  if (!own.ok) return own;
  const strangers = preview.value.keys.filter((key) => !own.value.has(nameOf(key)));
  return ok({
    ...core,
    kind: "reaches",
    table,
    rows: preview.value.matched,
    own: preview.value.matched - strangers.length,
    others: strangers.slice(0, MOST_OTHERS).map((key) => key.join("/")),
  });
}

const nameOf = (key: readonly string[]): string => JSON.stringify(key);
const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** Which of the rows belong to the targets: what is there is asked for, what would be inserted is in the preview. */
async function ownKeys(
  { table, key_columns, diff }: ChangePreview,
  column: string,
  values: readonly string[],
  port: Ports["sql"],
): Promise<Result<ReadonlySet<string>, Failure>> {
  if (diff?.verb === "insert") {
    const own = diff.rows.filter(({ cells }) =>
      cells.some((cell) => cell.column === column && values.includes(cell.after ?? "")),
    );
    return ok(new Set(own.map(({ key }) => nameOf(key))));
  }
  const names = key_columns.map((_name, index) => `k${index}`);
  const columns = key_columns.map((name, index) => `CAST(${quote(name)} AS CHAR) AS ${names[index]}`).join(", ");
  const read = await port.read(
    { sql: `SELECT ${columns} FROM ${quote(table)} WHERE ${quote(column)} IN (:values)`, values: { values } },
    Object.fromEntries(names.map((name) => [name, "text" as const])),
  );
  if (!read.ok) return read;
  return ok(new Set(read.value.rows.map((row) => nameOf(names.map((name) => String(row[name]))))));
}
