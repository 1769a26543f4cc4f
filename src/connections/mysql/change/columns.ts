/** The columns of a table, and for each the texts by which it is read, written, compared and joined without any loss. */
import { quoteName } from "../../../sql/dissect.ts";
import { lex } from "../../../sql/lexer.ts";
import { isSignificant, type Token } from "../../../sql/token.ts";
import { isVolatile } from "../../../sql/volatile.ts";
import type { Described } from "./catalogue.ts";
import type { Row } from "./row.ts";

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

/** By the type's name; every other type is bytes. */
const FORMS: readonly (readonly [RegExp, Form])[] = [
  [/^(?:tinyint|smallint|mediumint|int|integer|bigint|decimal|numeric|year)$/, "number"],
  [/^(?:float|double)$/, "float"],
  [/^bit$/, "bits"],
  [/^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set|json)$/, "text"],
  [/^(?:date|time|datetime)$/, "time"],
  [/^timestamp$/, "instant"],
  [/^(?:uuid|inet4|inet6)$/, "other"],
];
/** Every text of these comes to the client and goes back as the same bytes. */
const UNICODE = /^utf8(?:mb[34])?$/;

function formOf(dataType: string, charset: string | null): Form {
  const form = FORMS.find(([pattern]) => pattern.test(dataType))?.[1] ?? "bytes";
  return form === "text" && charset !== null && !UNICODE.test(charset) ? "coded" : form;
}

const tokensOf = (text = ""): Token[] => lex(text).filter(isSignificant);

/** Columns that hold the period of a row of a system-versioned table, which the server keeps as it likes. */
export const periodOf = (description: Described): ReadonlySet<string> =>
  new Set(description.columns.filter((row) => /^ROW (?:START|END)$/i.test(row[7] ?? "")).map(([name]) => name ?? ""));

/** Every column, the invisible ones too, in their order. */
export function columnsOf(description: Described): ColumnInfo[] {
  const period = periodOf(description);
  return description.columns.filter(([name]) => !period.has(name ?? "")).map(columnOf);
}

function columnOf(row: Row): ColumnInfo {
  const [
    name = "",
    data = "",
    type = "",
    charset = null,
    collation = null,
    nullable,
    extra = "",
    expression,
    fallback,
  ] = row.map((value) => value ?? undefined);
  const flags = extra.toLowerCase();
  const isGenerated = /generated/.test(flags) && !/default_generated/.test(flags);
  return {
    name,
    type,
    form: formOf(data.toLowerCase(), charset),
    charset,
    collation,
    nullable: nullable === "YES",
    generated: isGenerated,
    invisible: flags.includes("invisible"),
    autoIncrement: flags.includes("auto_increment"),
    onUpdate: flags.includes("on update"),
    expression: isGenerated ? tokensOf(expression) : [],
    volatileDefault: isVolatile(tokensOf(fallback)),
  };
}

/** Before the bytes, in hexadecimal, of a text that its character set does not give back as it was. */
const RAW = "\0";

/** Makes SQL of the SQL of a value; `charset` is its column's, where it has one. */
type Convert = (value: string, charset: string | null) => string;

const asChars: Convert = (of) => `CAST(${of} AS CHAR)`;

const AS_TEXT: Readonly<Record<Form, Convert>> = {
  number: asChars,
  float: (of) => `CAST(CAST(${of} AS DOUBLE) AS CHAR)`,
  bits: (of) => `CAST(${of} + 0 AS CHAR)`,
  text: (of) => `CONVERT(${of} USING utf8mb4)`,
  coded: (of, charset) => {
    const text = `CONVERT(${of} USING utf8mb4)`;
    // Half a surrogate pair comes back to the server as it was, but not to anybody who reads it.
    const whole = `NOT HEX(${of}) LIKE '00%' AND NOT HEX(${text}) REGEXP '^(..)*ED[AB]'`;
    const back = `HEX(CONVERT(${text} USING ${charset ?? "binary"})) = HEX(${of}) AND ${whole}`;
    return `CASE WHEN ${back} THEN ${text} WHEN ${of} IS NULL THEN NULL ELSE CONCAT(_utf8mb4 X'00', HEX(${of})) END`;
  },
  bytes: (of) => `HEX(${of})`,
  time: asChars,
  instant: (of) => `CAST(UNIX_TIMESTAMP(${of}) AS CHAR)`,
  other: asChars,
};

/**
 * Reads an expression of the column's type as text; NULL stays NULL. Two values of a column are the same value exactly
 * where these texts are: an instant is its seconds since 1970, whatever zone the session has; a text of a character set
 * that is not Unicode is its bytes, where it would not come back as it was.
 */
export const asTextSql = ({ form, charset }: ColumnInfo, of: string): string => AS_TEXT[form](of, charset);

const asItIs: Convert = (text) => text;

const FROM_TEXT: Readonly<Record<Form, Convert>> = {
  number: asItIs,
  float: (text) => `CAST(${text} AS DOUBLE)`,
  bits: (text) => `CAST(${text} AS UNSIGNED)`,
  text: asItIs,
  coded: (text, charset) => {
    const raw = `CONVERT(UNHEX(SUBSTRING(${text}, 2)) USING ${charset ?? "binary"})`;
    return `CASE WHEN HEX(${text}) LIKE '00%' THEN ${raw} ELSE CONVERT(${text} USING ${charset ?? "binary"}) END`;
  },
  bytes: (text) => `UNHEX(${text})`,
  time: asItIs,
  instant: (text) =>
    `CASE WHEN ${text} = 0 THEN '0000-00-00 00:00:00' ELSE FROM_UNIXTIME(CAST(${text} AS DECIMAL(20,6))) END`,
  other: asItIs,
};

/** Turns such a text back into a value that can be stored; that of an instant only in a session in UTC. */
export const fromTextSql = ({ form, charset }: ColumnInfo, text: string): string => FROM_TEXT[form](text, charset);

/** Whether a table's values can only be written back in a session whose zone is UTC. */
export const holdsInstants = (columns: readonly ColumnInfo[]): boolean =>
  columns.some(({ form }) => form === "instant");

/** A value as a person reads it. */
export function shownText({ form }: ColumnInfo, text: string | null): string | null {
  if (text === null) return null;
  if (form === "instant") return instantText(text);
  const hex = form === "bytes" ? text : rawOf(form, text);
  return hex === null ? text : `0x${hex}`;
}

/** The bytes of a text that its character set does not give back; null for every other value. */
const rawOf = (form: Form, text: string): string | null =>
  form === "coded" && text.startsWith(RAW) ? text.slice(RAW.length) : null;

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
  if (form === "number") return isDecimal(type) ? CARRIER : integerOf(type);
  return form === "time" && isDate(type) ? "DATETIME(6)" : CARRIER;
}

const isUnsigned = (type: string): boolean => /unsigned/i.test(type);

const integerOf = (type: string): string => (isUnsigned(type) ? "BIGINT UNSIGNED" : "BIGINT");

/**
 * SQL of a key's text that is bound by itself, to be joined with the column as one that travelled. null for the types of which
 * a mode of the session says what a text means, and for those of which not every value is one text.
 */
export function boundSql({ form, type, charset, collation }: ColumnInfo): string | null {
  // MySQL takes what is cast to a number at once for a signed one, and the largest keys are none.
  if (form === "number" && !isDecimal(type))
    return `CAST(CONVERT(? USING utf8mb4) AS ${isUnsigned(type) ? "UNSIGNED" : "SIGNED"})`;
  const isPlainText = form === "text" && /^(?:var)?char\b/i.test(type) && charset !== null && collation !== null;
  return isPlainText ? "?" : null;
}

/** The type under which every other text travels. */
export const CARRIER = "LONGTEXT CHARACTER SET utf8mb4";

/** Compares SQL of a column's value with a text. */
type Join = (column: ColumnInfo, of: string, text: string) => string;

const isDecimal = (type: string): boolean => /^(?:decimal|numeric)/i.test(type);

const JOINS: Readonly<Record<Form, Join>> = {
  number: ({ type }, of, text) => `${of} = ${isDecimal(type) ? `CAST(${text} AS DECIMAL(65,30))` : text}`,
  float: (_column, of, text) => `CAST(${of} AS DOUBLE) = CAST(${text} AS DOUBLE)`,
  bits: (_column, of, text) => `${of} = CAST(${text} AS UNSIGNED)`,
  text: collatedSql,
  coded: collatedSql,
  bytes: (_column, of, text) => `${of} = UNHEX(${text})`,
  time: ({ type }, of, text) => `${of} = ${isDate(type) ? text : `CAST(${text} AS TIME(6))`}`,
  instant: (_column, of, text) => `UNIX_TIMESTAMP(${of}) = CAST(${text} AS DECIMAL(20,6))`,
  other: ({ type }, of, text) => `${of} = CAST(${text} AS ${type})`,
};

function collatedSql(column: ColumnInfo, of: string, text: string): string {
  const { form, charset, collation } = column;
  if (charset === null || collation === null) return equalsSql(column, of, text);
  const value = form === "text" ? `CONVERT(${text} USING ${charset})` : `(${fromTextSql(column, text)})`;
  return `${of} = ${value} COLLATE ${collation}`;
}

/** Joins a key column with a text that travelled as {@link carrierOf} says; by index wherever that is possible. */
export const joinsSql = (column: ColumnInfo, of: string, text: string): string => JOINS[column.form](column, of, text);

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
