/** What the server's catalogue says of names that a read may reach: views, tables and stored functions. */
import type { ReadingLines } from "../../sql/dialects/family.ts";
import { textRows, type Row } from "./change/row.ts";
import type { SqlSession } from "./session.ts";
import { isRefusal, refuse } from "./trouble.ts";

/** The state of the reading session at the begin of a read. */
export interface State {
  readonly sqlMode: string;
  readonly readOnly: boolean;
  readonly home: string;
}

/** A table or a view. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  /** null for a table; empty for a view whose text this account may not see. */
  readonly view: string | null;
  readonly engine: string | null;
}

export interface StoredFunction {
  readonly schema: string;
  readonly name: string;
  /** null where this account may not see it, or where it is of another language than SQL. */
  readonly body: string | null;
  /** The mode that it was made under, which decides how its text is read. */
  readonly sqlMode: string;
}

/** Names of one schema. */
export interface NamesOfSchema {
  readonly schema: string;
  readonly relations: readonly string[];
  readonly functions: readonly string[];
}

export interface Lookup {
  readonly state: State;
  readonly schemas: ReadonlySet<string>;
  readonly relations: readonly Relation[];
  readonly functions: readonly StoredFunction[];
}

/** What holds rows of its own; anything else is a view of some kind. */
const TABLE = /^(?:BASE TABLE|SEQUENCE|SYSTEM VERSIONED|SYSTEM VIEW|TEMPORARY(?: SEQUENCE)?)$/;

const literal = (text: string): string => `_utf8mb4 X'${Buffer.from(text, "utf8").toString("hex")}'`;
const literals = (names: readonly string[]): string => [...new Set(names)].map(literal).join(", ");

const relationsOf = ({ schema, relations }: NamesOfSchema): string[] =>
  relations.length === 0
    ? []
    : [
        `SELECT 'relation', table_schema, table_name, table_type, engine FROM information_schema.tables
         WHERE table_schema = ${literal(schema)} AND table_name IN (${literals(relations)})`,
        `SELECT 'view', table_schema, table_name, view_definition, NULL FROM information_schema.views
         WHERE table_schema = ${literal(schema)} AND table_name IN (${literals(relations)})`,
      ];

const functionsOf = ({ schema, functions }: NamesOfSchema): string[] =>
  functions.length === 0
    ? []
    : [
        `SELECT 'function', routine_schema, routine_name, CASE routine_body WHEN 'SQL' THEN routine_definition END,
           sql_mode FROM information_schema.routines
         WHERE routine_schema = ${literal(schema)} AND routine_type = 'FUNCTION' AND routine_name IN (${literals(functions)})`,
      ];

/** A row of texts, with an empty one for each that is missing. */
const filled = (row: Row): string[] => row.map((value) => value ?? "");

/** Asks for the session's state and all of these names at once. Throws `SqlTrouble`. */
export async function lookUp(
  session: SqlSession,
  lines: ReadingLines,
  schemaNames: readonly NamesOfSchema[],
  schemas: boolean,
): Promise<Lookup> {
  const parts = [
    `SELECT 'state', @@session.sql_mode, ${lines.readOnly}, DATABASE(), NULL`,
    ...(schemas ? ["SELECT 'schema', schema_name, NULL, NULL, NULL FROM information_schema.schemata"] : []),
    ...schemaNames.flatMap((names) => [...relationsOf(names), ...functionsOf(names)]),
  ];
  const rows = textRows(await session.control(parts.join(" UNION ALL ")));
  const of = (kind: string): (readonly (string | null)[])[] =>
    rows.filter(([part]) => part === kind).map((row) => row.slice(1));
  const [sqlMode, readOnly, home] = of("state")[0] ?? [];
  const views = new Map(of("view").map(([schema, name, text]) => [`${schema}.${name}`, text ?? ""]));
  return {
    state: { sqlMode: sqlMode ?? "", readOnly: readOnly === "1", home: home ?? "" },
    schemas: new Set(of("schema").map(([name]) => (name ?? "").toLowerCase())),
    relations: of("relation").map((row): Relation => {
      const [schema = "", name = "", type = ""] = filled(row);
      const view = TABLE.test(type) ? null : (views.get(`${schema}.${name}`) ?? "");
      return { schema, name, view, engine: row[3] ?? null };
    }),
    functions: of("function").map((row): StoredFunction => {
      const [schema = "", name = "", , sqlMode = ""] = filled(row);
      return { schema, name, body: /\bORACLE\b/iu.test(sqlMode) ? null : (row[2] ?? null), sqlMode };
    }),
  };
}

/** Which of these names were loaded into the server as functions; null where this account may not know. Throws `SqlTrouble`. */
export async function loadedAmong(
  session: SqlSession,
  lines: ReadingLines,
  names: readonly string[],
): Promise<string[] | null> {
  try {
    const [[flag]] = textRows(await session.control(`SELECT ${lines.booksKept}`)) as [[string]];
    if (flag !== "1") return null;
    const rows = textRows(await session.control(lines.loaded(literals(names))));
    return rows.map(([name]) => (name ?? "").toLowerCase());
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** Refuses a session that may write: what is read on it relies on that. */
export function assertReadOnly({ readOnly }: State): void {
  if (!readOnly) throw refuse("The reading connection is not read-only any more: nothing was sent on it.", "read-only");
}
