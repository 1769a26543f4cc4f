/** Where a change points: its table and key, the SELECT of the rows it would hit, and the statement ready to be sent. */
import type { BoundSql, SqlChange } from "../../../phases/ports.ts";
import { bindNamed } from "../../../sql/bind.ts";
import { classify } from "../../../sql/classify.ts";
import { dissect, keySelect, quoteName, type Dissected } from "../../../sql/dissect.ts";
import { lexMode, type LexMode } from "../../../sql/token.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { keyColumns } from "./keys.ts";
import { MOST_KEYS } from "./rows.ts";

/** A statement with its placeholders filled in order. */
export interface Ready {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

export interface Aim {
  readonly verb: "UPDATE" | "DELETE";
  readonly table: string;
  readonly keyColumns: readonly string[];
  /** Keys and, last, the `within` column of the matching rows; without its FOR UPDATE. */
  readonly select: Ready;
  readonly statement: Ready;
  /** Counts the rows that have one of `count` keys. */
  countByKey(count: number): string;
}

/** Takes the statement apart. Throws `SqlTrouble` when it cannot be previewed or is not about the declared table. */
export async function takeAim(session: Session, change: SqlChange, database: string): Promise<Aim> {
  const { rows } = await session.run("SELECT @@sql_mode");
  const sqlMode = String(rows[0]?.[0]);
  const mode = lexMode(sqlMode);
  const parts = apart(change.sql, sqlMode, mode);
  const table = tableOf(parts, database);
  if (table !== change.touches.table) {
    throw refuse(`The statement is about ${table}, but declares that it touches ${change.touches.table}.`, "touches");
  }
  const keys = await keyColumns(session, table);
  const select = keySelect(parts, [...keys, change.touches.within.column], { forUpdate: false });
  const bounded = parts.limit === null ? `${select.sql} LIMIT ${MOST_KEYS + 1}` : select.sql;
  const named = Object.fromEntries(Object.entries(change.values).filter(([name]) => select.names.includes(name)));
  return {
    verb: parts.verb === "update" ? "UPDATE" : "DELETE",
    table,
    keyColumns: keys,
    select: ready({ sql: bounded, values: named }, mode),
    statement: ready(change, mode),
    countByKey: (count) => counting(table, keys, count),
  };
}

function apart(sql: string, sqlMode: string, mode: LexMode): Dissected {
  const { class: kind, reasons } = classify(sql, { sqlMode });
  if (kind === "read") throw refuse("This statement reads only: it is no change.", "no-preview");
  const parts = kind === "change" ? dissect(sql, mode) : null;
  if (parts !== null) return parts;
  const why = kind === "change" ? "it is no plain UPDATE or DELETE of one table" : reasons.join("; ");
  throw refuse(`This statement cannot be previewed: ${why}.`, "no-preview");
}

/** Binds by name. Throws `SqlTrouble` for a name without a value, an empty list and the like. */
export function ready({ sql, values }: BoundSql, mode: LexMode): Ready {
  const bound = bindNamed(sql, values, mode);
  if (!bound.ok) throw refuse(`The statement cannot be bound: ${bound.error.message}.`, bound.error.kind);
  return { sql: bound.value.sql, values: bound.value.values as readonly (string | null)[] };
}

function tableOf({ table }: Dissected, database: string): string {
  const names = table.match(/`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^.`"]+/g) ?? [];
  const [last, schema] = names.map(unquoted).reverse();
  if (schema !== undefined && schema !== database) {
    throw refuse(`The statement is about another database, "${schema}".`, "touches");
  }
  return last ?? "";
}

const unquoted = (name: string): string => {
  const mark = name.charAt(0);
  return mark === "`" || mark === '"' ? name.slice(1, -1).replaceAll(mark + mark, mark) : name;
};

function counting(table: string, keys: readonly string[], count: number): string {
  const columns = keys.map(quoteName).join(", ");
  const one = `(${keys.map(() => "?").join(", ")})`;
  const all = Array.from({ length: count }, () => one).join(", ");
  return `SELECT COUNT(*) FROM ${quoteName(table)} WHERE (${columns}) IN (${all})`;
}
