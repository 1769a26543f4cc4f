/** Where a change points: its tables and keys, the SELECT of the rows it would hit, and the statement ready to be sent. */
import type { BoundSql, SqlChange, Touches } from "../../../phases/sql-port.ts";
import { anatomy, type Anatomy, type RowChange } from "../../../sql/anatomy.ts";
import { bindNamed } from "../../../sql/bind.ts";
import { checkCalls } from "../../../sql/calls.ts";
import { classify } from "../../../sql/classify.ts";
import { namedIn, quoteName } from "../../../sql/dissect.ts";
import { isOperator, isWord, lexMode, type LexMode } from "../../../sql/token.ts";
import { unquote } from "../../../sql/survey.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { asTextSql, columnSql } from "./columns.ts";
import { keyPlaces } from "./images.ts";
import { MOST_JOINED, MOST_KEYS } from "./rows.ts";
import { refuseOutsiders } from "./outside.ts";
import { lastMode, onPrimary } from "./primary.ts";
import { targetsOf, type Target } from "./targets.ts";

/** A statement with its placeholders filled in order. */
export interface Ready {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

export interface Aim {
  readonly verb: "UPDATE" | "DELETE" | "INSERT";
  readonly table: string;
  readonly keyColumns: readonly string[];
  /** The changed tables; the first is the one that the change declares. */
  readonly targets: readonly Target[];
  readonly touches: readonly Touches[];
  /** Every column of each target's matching rows, then their new keys; without its FOR UPDATE. null for an INSERT. */
  readonly select: Ready | null;
  readonly statement: Ready;
  /** Whether only one table is named: then the server's count of matched rows has to be ours. */
  readonly single: boolean;
  /** Whether the statement reads nothing but its one table. */
  readonly alone: boolean;
  /** Counts the rows that have one of `count` keys. */
  countByKey(count: number): string;
}

/**
 * Takes the statement apart. Throws `SqlTrouble` when it cannot be previewed or is not about the declared tables.
 * It is read by the mode that the connection had last; the catalogue's answer tells whether it still has it.
 */
export async function takeAim(session: Session, change: SqlChange, database: string): Promise<Aim> {
  const sqlMode = lastMode(session) ?? (await onPrimary(session));
  try {
    const aim = await aimBy(sqlMode, session, change, database);
    if (lastMode(session) === sqlMode) return aim;
  } catch (error) {
    // A refusal by another mode, or before the server was asked whether it may be written to, says nothing.
    if ((await onPrimary(session)) === sqlMode) throw error;
  }
  return aimBy(await onPrimary(session), session, change, database);
}

async function aimBy(sqlMode: string, session: Session, change: SqlChange, database: string): Promise<Aim> {
  const mode = lexMode(sqlMode);
  const parts = apart(change.sql, sqlMode, mode);
  const named = await targetsOf(session, parts, database);
  const targets = [...named].sort((a, b) => rank(change, a) - rank(change, b));
  const touches = targets.map((target) => contractOf(change, target));
  await refuseOutsiders(session, targets);
  const [main] = targets as [Target];
  return {
    verb: main.verb,
    table: main.info.table,
    keyColumns: main.info.keyColumns,
    targets,
    touches,
    select: parts.verb === "insert" ? null : selectOf(parts, targets, change, mode),
    statement: ready(parts.verb === "insert" ? returning(change, parts.text, main) : change, mode),
    single: parts.verb !== "insert" && parts.single,
    alone: parts.verb !== "insert" && parts.single && !parts.tokens.some((token) => isWord(token, "SELECT")),
    countByKey: (count) => counting(main.info.table, main.info.keyColumns, count),
  };
}

const rank = ({ touches }: SqlChange, { info }: Target): number => (info.table === touches.table ? 0 : 1);

function contractOf(change: SqlChange, { info }: Target): Touches {
  const all = [change.touches, ...(change.also ?? [])];
  const found = all.find(({ table }) => table === info.table);
  if (found !== undefined) return found;
  const declared = all.map(({ table }) => table).join(", ");
  throw refuse(`The statement is about ${info.table}, but declares that it touches ${declared}.`, "touches");
}

function apart(sql: string, sqlMode: string, mode: LexMode): Anatomy {
  const { class: kind, reasons } = classify(sql, { sqlMode });
  if (kind === "read") throw refuse("This statement reads only: it is no change.", "no-change");
  const parts = kind === "change" ? anatomy(sql, mode) : null;
  if (parts === null) {
    const why = kind === "change" ? "it is no UPDATE, DELETE or INSERT of a plain shape" : reasons.join("; ");
    throw refuse(`This statement cannot be previewed: ${why}.`, "no-preview");
  }
  const body =
    isWord(parts.tokens[0], "VALUES") || isWord(parts.tokens[0], "VALUE") ? parts.tokens.slice(1) : parts.tokens;
  const calls = checkCalls(body);
  if (body.some((token) => isOperator(token, ":="))) calls.push("it assigns a variable");
  if (calls.length > 0) throw refuse(`This statement cannot be previewed: ${calls.join("; ")}.`, "no-preview");
  return parts;
}

/** Binds by name. Throws `SqlTrouble` for a name without a value, an empty list and the like. */
export function ready({ sql, values }: BoundSql, mode: LexMode): Ready {
  const bound = bindNamed(sql, values, mode);
  if (!bound.ok) throw refuse(`The statement cannot be bound: ${bound.error.message}.`, bound.error.kind);
  return { sql: bound.value.sql, values: bound.value.values as readonly (string | null)[] };
}

/** The rows by the very text of the statement: every column of each changed table, and what becomes of their keys. */
function selectOf(parts: RowChange, targets: readonly Target[], change: SqlChange, mode: LexMode): Ready {
  if (parts.limit !== null) totalOrder(parts, targets[0] as Target);
  const columns = targets.flatMap(({ info, alias, newKeys }) => [
    ...info.columns.map((column) => asTextSql(column, columnSql(alias, column.name))),
    ...keyPlaces(info.columns, info.keyColumns).flatMap((place, at) => {
      const [column, expression] = [info.columns[place], newKeys[at] ?? null];
      return column === undefined || expression === null ? [] : [asTextSql(column, `(${expression})`)];
    }),
  ]);
  const clauses = [`SELECT ${columns.join(", ")} FROM ${parts.refs}`];
  if (parts.where !== null) clauses.push(`WHERE ${parts.where}`);
  if (parts.order !== null) clauses.push(`ORDER BY ${parts.order}`);
  clauses.push(`LIMIT ${parts.limit ?? (parts.single ? MOST_KEYS + 1 : MOST_JOINED)}`);
  const sql = clauses.join(" ");
  const names = namedIn(sql, mode);
  const named = Object.fromEntries(Object.entries(change.values).filter(([name]) => names.includes(name)));
  return ready({ sql, values: named }, mode);
}

/** LIMIT picks rows; only an order that names each row always picks the same. */
function totalOrder({ orderTokens, order }: RowChange, { info }: Target): void {
  const named = new Set<string>();
  let piece: string[] = [];
  for (const token of [...orderTokens, null]) {
    if (token !== null && !isOperator(token, ",")) {
      if (!isWord(token, "ASC") && !isWord(token, "DESC") && token.text !== ".")
        piece.push(unquote(token).toLowerCase());
      continue;
    }
    if (piece.length === 1 || piece.length === 2) named.add(piece.at(-1) ?? "");
    piece = [];
  }
  if (order !== null && info.keyColumns.every((key) => named.has(key.toLowerCase()))) return;
  throw refuse(
    `LIMIT without an ORDER BY that ends in the key (${info.keyColumns.join(", ")}) picks rows by chance: it cannot be previewed.`,
    "no-preview",
  );
}

/** The keys of inserted rows are told by the server; everything else about the statement stays as it is. */
function returning(change: SqlChange, text: string, { info }: Target): BoundSql {
  const keys = keyPlaces(info.columns, info.keyColumns).map((at) => {
    const column = info.columns[at];
    if (column === undefined) throw new Error(`${info.table} has no column for its key`);
    return asTextSql(column, quoteName(column.name));
  });
  return { sql: `${text} RETURNING ${keys.join(", ")}`, values: change.values };
}

function counting(table: string, keys: readonly string[], count: number): string {
  const columns = keys.map(quoteName).join(", ");
  const one = `(${keys.map(() => "?").join(", ")})`;
  const all = Array.from({ length: count }, () => one).join(", ");
  return `SELECT COUNT(*) FROM ${quoteName(table)} WHERE (${columns}) IN (${all})`;
}
