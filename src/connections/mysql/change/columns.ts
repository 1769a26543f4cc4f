/** The columns of a table, and for each the texts by which it is read, written, compared and joined without any loss. */
import { quoteName } from "../../../sql/dissect.ts";
import { lex } from "../../../sql/lexer.ts";
import { isSignificant, type Token } from "../../../sql/token.ts";
import { isVolatile } from "../../../sql/volatile.ts";
import type { Described } from "./catalogue.ts";

/** How the values of a column become text and come back. */
type Form = "number" | "float" | "bits" | "text" | "coded" | "bytes" | "time" | "instant" | "other";

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
const TIMES = /^(?:date|time|datetime)$/;
const OTHERS = /^(?:uuid|inet4|inet6)$/;
/** Every text of these comes to the client and goes back as the same bytes. */
const UNICODE = /^utf8(?:mb[34])?$/;

function formOf(dataType: string, charset: string | null): Form {
  if (NUMBERS.test(dataType)) return "number";
  if (dataType === "float" || dataType === "double") return "float";
  if (dataType === "bit") return "bits";
  if (TEXTS.test(dataType)) return charset === null || UNICODE.test(charset) ? "text" : "coded";
  if (TIMES.test(dataType)) return "time";
  if (dataType === "timestamp") return "instant";
  return OTHERS.test(dataType) ? "other" : "bytes";
}

const tokensOf = (text: string): Token[] => lex(text).filter(isSignificant);

/** Columns that hold the period of a row of a system-versioned table, which the server keeps as it likes. */
export const periodOf = (description: Described): ReadonlySet<string> =>
  new Set(description.columns.filter((row) => /^ROW (?:START|END)$/i.test(row[7] ?? "")).map(([name]) => name ?? ""));

/** Every column, the invisible ones too, in their order. */
export function columnsOf(description: Described): ColumnInfo[] {
  const period = periodOf(description);
  return description.columns.flatMap((row) => {
    const [name, data, type, charset, collation, nullable, extra, expression, fallback] = row;
    const flags = (extra ?? "").toLowerCase();
    const isGenerated = /generated/.test(flags) && !/default_generated/.test(flags);
    if (period.has(name ?? "")) return [];
    const column: ColumnInfo = {
      name: name ?? "",
      type: type ?? "",
      form: formOf((data ?? "").toLowerCase(), charset ?? null),
      charset: charset ?? null,
      collation: collation ?? null,
      nullable: nullable === "YES",
      generated: isGenerated,
      invisible: flags.includes("invisible"),
      autoIncrement: flags.includes("auto_increment"),
      onUpdate: flags.includes("on update"),
      expression: isGenerated ? tokensOf(expression ?? "") : [],
      volatileDefault: isVolatile(tokensOf(fallback ?? "")),
    };
    return [column];
  });
}

/** Before the bytes, in hexadecimal, of a text that its character set does not give back as it was. */
const RAW = "\0";

/**
 * Reads an expression of the column's type as text; NULL stays NULL. Two values of a column are the same value exactly
 * where these texts are: an instant is its seconds since 1970, whatever zone the session has; a text of a character set
 * that is not Unicode is its bytes, where it would not come back as it was.
 */
export function asTextSql({ form, charset }: ColumnInfo, of: string): string {
  switch (form) {
    case "float":
      return `CAST(CAST(${of} AS DOUBLE) AS CHAR)`;
    case "bits":
      return `CAST(${of} + 0 AS CHAR)`;
    case "text":
      return `CONVERT(${of} USING utf8mb4)`;
    case "coded": {
      const text = `CONVERT(${of} USING utf8mb4)`;
      // Half a surrogate pair comes back to the server as it was, but not to anybody who reads it.
      const whole = `NOT HEX(${of}) LIKE '00%' AND NOT HEX(${text}) REGEXP '^(..)*ED[AB]'`;
      const back = `HEX(CONVERT(${text} USING ${charset ?? "binary"})) = HEX(${of}) AND ${whole}`;
      return `CASE WHEN ${back} THEN ${text} WHEN ${of} IS NULL THEN NULL ELSE CONCAT(_utf8mb4 X'00', HEX(${of})) END`;
    }
    case "bytes":
      return `HEX(${of})`;
    case "instant":
      return `CAST(UNIX_TIMESTAMP(${of}) AS CHAR)`;
    case "number":
    case "time":
    case "other":
      return `CAST(${of} AS CHAR)`;
    default:
      return form satisfies never;
  }
}

/** Turns such a text back into a value that can be stored; that of an instant only in a session in UTC. */
export function fromTextSql({ form, charset }: ColumnInfo, text: string): string {
  switch (form) {
    case "float":
      return `CAST(${text} AS DOUBLE)`;
    case "bits":
      return `CAST(${text} AS UNSIGNED)`;
    case "coded": {
      const raw = `CONVERT(UNHEX(SUBSTRING(${text}, 2)) USING ${charset ?? "binary"})`;
      return `CASE WHEN HEX(${text}) LIKE '00%' THEN ${raw} ELSE CONVERT(${text} USING ${charset ?? "binary"}) END`;
    }
    case "bytes":
      return `UNHEX(${text})`;
    case "instant":
      return `CASE WHEN ${text} = 0 THEN '0000-00-00 00:00:00' ELSE FROM_UNIXTIME(CAST(${text} AS DECIMAL(20,6))) END`;
    case "number":
    case "text":
    case "time":
    case "other":
      return text;
    default:
      return form satisfies never;
  }
}

/** Whether a table's values can only be written back in a session whose zone is UTC. */
export const holdsInstants = (columns: readonly ColumnInfo[]): boolean =>
  columns.some(({ form }) => form === "instant");

/** A value as a person reads it. */
export function shownText({ form }: ColumnInfo, text: string | null): string | null {
  if (text === null) return null;
  if (form === "bytes") return `0x${text}`;
  if (form === "coded" && text.startsWith(RAW)) return `0x${text.slice(RAW.length)}`;
  return form === "instant" ? instantText(text) : text;
}

/** Seconds since 1970 as a date in UTC; zero is the date that is none. */
function instantText(seconds: string): string {
  const [whole = "0", fraction] = seconds.split(".");
  if (Number(seconds) === 0) return "0000-00-00 00:00:00";
  const date = new Date(Number(whole) * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${date}${fraction === undefined ? "" : `.${fraction}`} UTC`;
}

/**
 * True only where the stored value is exactly that text's, whatever collations and clients round away. Of a text that is not
 * Unicode the bytes are compared: turning them into characters is an error of the statement where they are none.
 */
export const equalsSql = (column: ColumnInfo, of: string, text: string): string =>
  column.form === "coded"
    ? `HEX(${of}) <=> HEX(${fromTextSql(column, text)})`
    : `BINARY ${asTextSql(column, of)} <=> BINARY ${text}`;

const isDate = (type: string): boolean => /^date/i.test(type);

/** The type under which a key's text travels, so that the server can use the key's index. */
export function carrierOf({ form, type }: ColumnInfo): string {
  if (form === "number" && !/^(?:decimal|numeric)/i.test(type)) {
    return /unsigned/i.test(type) ? "BIGINT UNSIGNED" : "BIGINT";
  }
  return form === "time" && isDate(type) ? "DATETIME(6)" : CARRIER;
}

/** The type under which every other text travels. */
export const CARRIER = "LONGTEXT CHARACTER SET utf8mb4";

/** Joins a key column with a text that travelled as {@link carrierOf} says; by index wherever that is possible. */
export function joinsSql(column: ColumnInfo, of: string, text: string): string {
  const { form, charset, collation, type } = column;
  switch (form) {
    case "text":
    case "coded":
      if (charset === null || collation === null) return equalsSql(column, of, text);
      return form === "text"
        ? `${of} = CONVERT(${text} USING ${charset}) COLLATE ${collation}`
        : `${of} = (${fromTextSql(column, text)}) COLLATE ${collation}`;
    case "bytes":
      return `${of} = UNHEX(${text})`;
    case "other":
      return `${of} = CAST(${text} AS ${type})`;
    case "float":
      return `CAST(${of} AS DOUBLE) = CAST(${text} AS DOUBLE)`;
    case "bits":
      return `${of} = CAST(${text} AS UNSIGNED)`;
    case "instant":
      return `UNIX_TIMESTAMP(${of}) = CAST(${text} AS DECIMAL(20,6))`;
    case "time":
      return isDate(type) ? `${of} = ${text}` : `${of} = CAST(${text} AS TIME(6))`;
    case "number":
      return /^(?:decimal|numeric)/i.test(type) ? `${of} = CAST(${text} AS DECIMAL(65,30))` : `${of} = ${text}`;
    default:
      return form satisfies never;
  }
}

/** `alias`.`column`, quoted. */
export const columnSql = (alias: string, name: string): string => `${quoteName(alias)}.${quoteName(name)}`;

/**
 * The SHA-256 of a row's values in these columns, in hexadecimal: of their texts, each behind its length in bytes, so that
 * no two rows have the same. `digestOf` in row.ts makes the same of texts that were read.
 */
export function digestSql(columns: readonly ColumnInfo[], alias: string): string {
  const parts = columns.map((column) => {
    const text = asTextSql(column, columnSql(alias, column.name));
    return `IFNULL(LENGTH(${text}), '-'), ':', IFNULL(CAST(${text} AS BINARY), '')`;
  });
  return `SHA2(CONCAT(${parts.join(", ")}), 256)`;
}

/**
 * A key as one string of bytes: its text, or of several columns the texts in hexadecimal. Both sides of a comparison are
 * made by it, what was shown and what is sent, so it is exact in any plan; and the optimizer sees no column in it that an
 * index has. NULL where a part is NULL, as for the missing side of an outer join.
 */
export const keyTextSql = (key: readonly ColumnInfo[], alias: string): string =>
  joinedSql(key, (column) => {
    const of = columnSql(alias, column.name);
    return column.form === "coded" ? of : asTextSql(column, of);
  });

/** The same of a key whose texts are bound: `bound` gives the placeholder of each part. */
export const keyValueSql = (key: readonly ColumnInfo[], bound: (at: number) => string): string =>
  joinedSql(key, (column, index) => (column.form === "coded" ? fromTextSql(column, bound(index)) : bound(index)));

/** Whether only the server can make the bytes of such a key from its texts. */
export const isCoded = (key: readonly ColumnInfo[]): boolean => key.some(({ form }) => form === "coded");

function joinedSql(key: readonly ColumnInfo[], part: (column: ColumnInfo, at: number) => string): string {
  const [first = "NULL", ...rest] = key.map((column, index) => part(column, index));
  if (rest.length === 0 && !isCoded(key)) return `CAST(${first} AS BINARY)`;
  return `CAST(CONCAT(${[first, ...rest].map((text) => `HEX(${text})`).join(", '/', ")}) AS BINARY)`;
}

/** The same text of a key that was read. */
export const keyText = (key: readonly string[]): string =>
  key.length === 1 ? (key[0] ?? "") : key.map((part) => Buffer.from(part).toString("hex").toUpperCase()).join("/");
