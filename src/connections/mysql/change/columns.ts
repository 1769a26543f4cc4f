/** The columns of a table, and for each the texts by which it is read, written, compared and joined without any loss. */
import { quoteName } from "../../../sql/dissect.ts";
import { lex } from "../../../sql/lexer.ts";
import { isSignificant, type Token } from "../../../sql/token.ts";
import { isVolatile } from "../../../sql/volatile.ts";
import type { Described } from "./catalogue.ts";

/** How the values of a column become text and come back. */
type Form = "number" | "float" | "bits" | "text" | "bytes" | "time" | "other";

export interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly form: Form;
  readonly charset: string | null;
  readonly collation: string | null;
  readonly nullable: boolean;
  readonly generated: boolean;
  readonly invisible: boolean;
  readonly autoIncrement: boolean;
  /** The server sets it by itself whenever the row changes. */
  readonly onUpdate: boolean;
  /** What a generated column is made from; '' otherwise. */
  readonly expression: readonly Token[];
  /** Its default is a clock's or chance's. */
  readonly volatileDefault: boolean;
}

const NUMBERS = /^(?:tinyint|smallint|mediumint|int|integer|bigint|decimal|numeric|year)$/;
const TEXTS = /^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set|json)$/;
const TIMES = /^(?:date|time|datetime|timestamp)$/;
const OTHERS = /^(?:uuid|inet4|inet6)$/;

function formOf(dataType: string): Form {
  if (NUMBERS.test(dataType)) return "number";
  if (dataType === "float" || dataType === "double") return "float";
  if (dataType === "bit") return "bits";
  if (TEXTS.test(dataType)) return "text";
  if (TIMES.test(dataType)) return "time";
  return OTHERS.test(dataType) ? "other" : "bytes";
}

const tokensOf = (text: string): Token[] => lex(text).filter(isSignificant);

/** Every column, the invisible ones too, in their order. */
export const columnsOf = (found: Described): ColumnInfo[] =>
  found.columns.map((row) => {
    const [name, data, type, charset, collation, nullable, extra, expression, fallback] = row;
    const flags = (extra ?? "").toLowerCase();
    const generated = /generated/.test(flags) && !/default_generated/.test(flags);
    return {
      name: name ?? "",
      type: type ?? "",
      form: formOf((data ?? "").toLowerCase()),
      charset: charset ?? null,
      collation: collation ?? null,
      nullable: nullable === "YES",
      generated,
      invisible: flags.includes("invisible"),
      autoIncrement: flags.includes("auto_increment"),
      onUpdate: flags.includes("on update"),
      expression: generated ? tokensOf(expression ?? "") : [],
      volatileDefault: isVolatile(tokensOf(fallback ?? "")),
    };
  });

/** Reads an expression of the column's type as text; NULL stays NULL. */
export function asTextSql({ form }: ColumnInfo, of: string): string {
  switch (form) {
    case "float":
      return `CAST(CAST(${of} AS DOUBLE) AS CHAR)`;
    case "bits":
      return `CAST(${of} + 0 AS CHAR)`;
    case "text":
      return `CONVERT(${of} USING utf8mb4)`;
    case "bytes":
      return `HEX(${of})`;
    case "number":
    case "time":
    case "other":
      return `CAST(${of} AS CHAR)`;
    default:
      return form satisfies never;
  }
}

/** Turns such a text back into a value that can be stored. */
export function fromTextSql({ form }: ColumnInfo, text: string): string {
  if (form === "float") return `CAST(${text} AS DOUBLE)`;
  if (form === "bits") return `CAST(${text} AS UNSIGNED)`;
  return form === "bytes" ? `UNHEX(${text})` : text;
}

/** True only where the stored value is exactly that text's, whatever collations and clients round away. */
export const equalsSql = (column: ColumnInfo, of: string, text: string): string =>
  `BINARY ${asTextSql(column, of)} <=> BINARY ${text}`;

/** The type under which a key's text travels, so that the server can use the key's index. */
export function carrierOf({ form, type }: ColumnInfo): string {
  if (form === "number" && !/^(?:decimal|numeric)/i.test(type)) {
    return /unsigned/i.test(type) ? "BIGINT UNSIGNED" : "BIGINT";
  }
  if (form === "time" && /^(?:datetime|timestamp|date)\b/i.test(type)) return "DATETIME(6)";
  if (form === "time") return "TIME(6)";
  return CARRIER;
}

/** The type under which every other text travels. */
export const CARRIER = "LONGTEXT CHARACTER SET utf8mb4";

/** Joins a key column with a text that travelled as {@link carrierOf} says; by index wherever that is possible. */
export function joinsSql(column: ColumnInfo, of: string, text: string): string {
  switch (column.form) {
    case "text":
      return column.charset === null || column.collation === null
        ? equalsSql(column, of, text)
        : `${of} = CONVERT(${text} USING ${column.charset}) COLLATE ${column.collation}`;
    case "bytes":
      return `${of} = UNHEX(${text})`;
    case "other":
      return `${of} = CAST(${text} AS ${column.type})`;
    case "float":
      return `CAST(${of} AS DOUBLE) = CAST(${text} AS DOUBLE)`;
    case "bits":
      return `${of} = CAST(${text} AS UNSIGNED)`;
    case "number":
    case "time":
      return /^(?:decimal|numeric)/i.test(column.type) ? `${of} = CAST(${text} AS DECIMAL(65,30))` : `${of} = ${text}`;
    default:
      return column.form satisfies never;
  }
}

/** `alias`.`column`, quoted. */
export const columnSql = (alias: string, name: string): string => `${quoteName(alias)}.${quoteName(name)}`;
