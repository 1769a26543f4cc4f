/** Types of columns, and values for them as SQL. No value holds a backslash: what that means hangs on the mode. */
import { CHARSETS, textIn } from "./charsets.ts";
import type { Draw } from "./draw.ts";

export interface ColumnKind {
  readonly type: string;
  readonly value: (draw: Draw) => string;
}

const TEXTS = ["", "a", "A", "a ", "NULL", "it''s", "ü😀", '"q"', "%_", "0", "1abc", "?", ":name", "-- x", "#"];
const NUMBERS = ["0", "1", "-1", "7", "42", "100"];

const from = (type: string, list: readonly string[]): ColumnKind => ({ type, value: (draw) => draw.pick(list) });
const text = (type: string): ColumnKind => ({ type, value: (draw) => `'${draw.pick(TEXTS)}'` });
const bytes = (type: string, most: number): ColumnKind => ({
  type,
  value: (draw) => `x'${draw.hex(1 + draw.below(most))}'`,
});

const KINDS: readonly ColumnKind[] = [
  from("TINYINT", NUMBERS),
  from("SMALLINT UNSIGNED", ["0", "65535", "7"]),
  from("INT(8) ZEROFILL", ["0", "5", "123"]),
  from("BIGINT UNSIGNED", ["18446744073709551615", "9007199254740993", "9007199254740992", "0"]),
  from("BIGINT", ["-9223372036854775808", "9007199254740993", "1"]),
  from("DECIMAL(30,10)", ["12345678901234567890.0123456789", "-0.5", "0"]),
  from("FLOAT", ["0.1", "-3.5e20", "16777217", "0"]),
  from("DOUBLE", ["0.1", "1e-300", "-1.7976931348623157e308", "3"]),
  from("BIT(9)", ["b'101010101'", "b'0'", "b'1'"]),
  from("BIT(64)", ["b'1'", "x'8000000000000001'", "x'ffffffffffffffff'"]),
  text("CHAR(12)"),
  text("VARCHAR(40)"),
  text("VARCHAR(40) COLLATE utf8mb4_bin"),
  text("TEXT"),
  from("ENUM('red','green','it''s')", ["'red'", "'green'", "3"]),
  from("SET('x','y','z')", ["'x'", "'x,z'", "''"]),
  from("JSON", [`'{"a": 1}'`, "'[1, 2.5, null]'", `'"text"'`]),
  bytes("BINARY(6)", 6),
  bytes("VARBINARY(20)", 20),
  bytes("BLOB", 30),
  from("DATE", ["'2024-02-29'", "'1000-01-01'", "'9999-12-31'"]),
  from("TIME(3)", ["'-838:59:58.999'", "'11:12:13.140'", "'00:00:00'"]),
  from("DATETIME(6)", ["'2024-01-01 00:00:00.123456'", "'1999-12-31 23:59:59'"]),
  from("TIMESTAMP(3) NULL DEFAULT NULL", ["'2024-06-01 12:00:00.125'", "'1971-01-01 00:00:00'"]),
  from("YEAR", ["2024", "1901", "2155"]),
  from("UUID", ["'72ad283d-e614-11f1-9fb0-02fc00000001'", "'00000000-0000-0000-0000-000000000000'"]),
  from("INET6", ["'::1'", "'2001:db8::ff00:42:8329'"]),
  from("POINT", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-7.5 1e9)', 4326)"]),
];

/** One of them; every third is a text in one of the server's character sets. */
export function columnKind(draw: Draw): ColumnKind {
  if (!draw.once(3)) return draw.pick(KINDS);
  const charset = draw.pick(CHARSETS);
  return { type: `VARCHAR(20) CHARACTER SET ${charset}`, value: (again) => textIn(again, charset) };
}
