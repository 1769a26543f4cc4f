/** By which texts the values of each type of column are read, compared, carried and shown. */
import { describe, expect, test } from "vitest";
import {
  asTextSql,
  carrierOf,
  columnsOf,
  digestSql,
  equalsSql,
  fromTextSql,
  holdsInstants,
  isCoded,
  joinsSql,
  keyText,
  keyTextSql,
  keyValueSql,
  shownText,
} from "../../../src/connections/mysql/change/columns.ts";
import { columnOf, described, type Listed } from "./table.ts";

const of = (type: string, charset: string | null = null, more: Partial<Listed> = {}) =>
  columnOf({ name: "c", type, charset, ...more });

test.each([
  ["int(11)", null, "number"],
  ["decimal(10,2)", null, "number"],
  ["year(4)", null, "number"],
  ["double", null, "float"],
  ["bit(8)", null, "bits"],
  ["varchar(20)", "utf8mb4", "text"],
  ["varchar(20)", "utf8mb3", "text"],
  ["enum('a')", "latin1", "coded"],
  ["varbinary(20)", null, "bytes"],
  ["point", null, "bytes"],
  ["datetime(6)", null, "time"],
  ["timestamp", null, "instant"],
  ["uuid", null, "other"],
  ["interior", null, "bytes"],
])("a column of %s and %s is %s", (type, charset, form) => {
  expect(of(type, charset).form).toBe(form);
});

test("what the catalogue says beside the type", () => {
  expect(of("int(11)", null, { extra: "auto_increment", nullable: true })).toMatchObject({
    autoIncrement: true,
    nullable: true,
    generated: false,
    invisible: false,
    onUpdate: false,
    volatileDefault: false,
  });
  expect(of("int(11)", null, { extra: "INVISIBLE" }).invisible).toBe(true);
  expect(
    of("datetime", null, { extra: "on update current_timestamp()", fallback: "current_timestamp()" }),
  ).toMatchObject({
    onUpdate: true,
    volatileDefault: true,
    nullable: false,
  });
  expect(of("datetime", null, { extra: "DEFAULT_GENERATED", expression: "now()" })).toMatchObject({
    generated: false,
    expression: [],
  });
  const made = of("int(11)", null, { extra: "VIRTUAL GENERATED", expression: "a + 1" });
  expect([made.generated, made.expression.map(({ text }) => text)]).toEqual([true, ["a", "+", "1"]]);
});

test("the period of a versioned table is the server's own, and no column to us", () => {
  const listed = [{ name: "id" }, { name: "from", expression: "ROW START" }, { name: "to", expression: "row end" }];
  expect(columnsOf(described(listed)).map(({ name }) => name)).toEqual(["id"]);
});

describe("each form is read, written and joined without loss", () => {
  test.each<[string, string | null, string, string, string]>([
    ["int(11)", null, "CAST(t.c AS CHAR)", "?", "t.c = ?"],
    ["decimal(9,2)", null, "CAST(t.c AS CHAR)", "?", "t.c = CAST(? AS DECIMAL(65,30))"],
    [
      "double",
      null,
      "CAST(CAST(t.c AS DOUBLE) AS CHAR)",
      "CAST(? AS DOUBLE)",
      "CAST(t.c AS DOUBLE) = CAST(? AS DOUBLE)",
    ],
    ["bit(8)", null, "CAST(t.c + 0 AS CHAR)", "CAST(? AS UNSIGNED)", "t.c = CAST(? AS UNSIGNED)"],
    ["text", "utf8mb4", "CONVERT(t.c USING utf8mb4)", "?", "t.c = CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin"],
    ["blob", null, "HEX(t.c)", "UNHEX(?)", "t.c = UNHEX(?)"],
    ["date", null, "CAST(t.c AS CHAR)", "?", "t.c = ?"],
    ["time", null, "CAST(t.c AS CHAR)", "?", "t.c = CAST(? AS TIME(6))"],
    [
      "timestamp",
      null,
      "CAST(UNIX_TIMESTAMP(t.c) AS CHAR)",
      "CASE WHEN ? = 0 THEN '0000-00-00 00:00:00' ELSE FROM_UNIXTIME(CAST(? AS DECIMAL(20,6))) END",
      "UNIX_TIMESTAMP(t.c) = CAST(? AS DECIMAL(20,6))",
    ],
    ["inet4", null, "CAST(t.c AS CHAR)", "?", "t.c = CAST(? AS inet4)"],
  ])("%s", (type, charset, read, written, joined) => {
    const column = of(type, charset);
    expect([asTextSql(column, "t.c"), fromTextSql(column, "?"), joinsSql(column, "t.c", "?")]).toEqual([
      read,
      written,
      joined,
    ]);
    expect(equalsSql(column, "t.c", "?")).toBe(`BINARY ${read} <=> BINARY ?`);
  });

  test("a text that is not Unicode goes by its bytes where characters would lose them", () => {
    const column = of("varchar(9)", "latin1");
    const back =
      "CASE WHEN HEX(?) LIKE '00%' THEN CONVERT(UNHEX(SUBSTRING(?, 2)) USING latin1) ELSE CONVERT(? USING latin1) END";
    expect(fromTextSql(column, "?")).toBe(back);
    expect(asTextSql(column, "c")).toBe(
      "CASE WHEN HEX(CONVERT(CONVERT(c USING utf8mb4) USING latin1)) = HEX(c) AND NOT HEX(c) LIKE '00%' AND NOT HEX(CONVERT(c USING utf8mb4)) REGEXP '^(..)*ED[AB]' THEN CONVERT(c USING utf8mb4) WHEN c IS NULL THEN NULL ELSE CONCAT(_utf8mb4 X'00', HEX(c)) END",
    );
    expect(equalsSql(column, "c", "?")).toBe(`HEX(c) <=> HEX(${back})`);
    expect(joinsSql(column, "c", "?")).toBe(`c = (${back}) COLLATE latin1_bin`);
  });
});

test.each([
  ["int(11)", null, "BIGINT"],
  ["bigint(20) UNSIGNED", null, "BIGINT UNSIGNED"],
  ["decimal(9,2)", null, "LONGTEXT CHARACTER SET utf8mb4"],
  ["NUMERIC(9,2)", null, "LONGTEXT CHARACTER SET utf8mb4"],
  ["datetime", null, "DATETIME(6)"],
  ["time", null, "LONGTEXT CHARACTER SET utf8mb4"],
  ["varchar(9)", "utf8mb4", "LONGTEXT CHARACTER SET utf8mb4"],
])("the key of a %s travels as %s", (type, charset, carrier) => {
  expect(carrierOf({ ...of("int(11)", charset), ...of(type.toLowerCase(), charset), type })).toBe(carrier);
});

test.each([
  ["timestamp", null, "0", "0000-00-00 00:00:00"],
  ["timestamp", null, "1774148400", "2026-03-22 03:00:00 UTC"],
  ["timestamp", null, "1774148400.250000", "2026-03-22 03:00:00.250000 UTC"],
  ["blob", null, "00FF", "0x00FF"],
  ["varchar(9)", "latin1", "\0E9", "0xE9"],
  ["varchar(9)", "latin1", "é", "é"],
  ["varchar(9)", "utf8mb4", "\0E9", "\0E9"],
  ["int(11)", null, "7", "7"],
  ["timestamp", null, null, null],
])("a %s (%s) of %j is shown as %j", (type, charset, text, shown) => {
  expect(shownText(of(type, charset), text)).toBe(shown);
});

test("only instants need a session in UTC", () => {
  expect(holdsInstants([of("int(11)"), of("timestamp")])).toBe(true);
  expect(holdsInstants([of("int(11)"), of("datetime")])).toBe(false);
});

describe("a key as one string of bytes", () => {
  const [id, name, coded] = [
    columnOf({ name: "id" }),
    columnOf({ name: "name", type: "varchar(9)", charset: "utf8mb4" }),
    columnOf({ name: "code", type: "varchar(9)", charset: "latin1" }),
  ];
  test("of one column is its text, of several their texts in hexadecimal", () => {
    expect(keyTextSql([id], "t")).toBe("CAST(CAST(`t`.`id` AS CHAR) AS BINARY)");
    expect(keyTextSql([id, name], "t")).toBe(
      "CAST(CONCAT(HEX(CAST(`t`.`id` AS CHAR)), '/', HEX(CONVERT(`t`.`name` USING utf8mb4))) AS BINARY)",
    );
    expect(keyValueSql([id, name], (index) => `:k${index}`)).toBe("CAST(CONCAT(HEX(:k0), '/', HEX(:k1)) AS BINARY)");
    expect([keyText(["7"]), keyText(["7", "é"]), keyText([])]).toEqual(["7", "37/C3A9", ""]);
  });
  test("of a text that is not Unicode is made by the server", () => {
    expect([isCoded([id, name]), isCoded([id, coded])]).toEqual([false, true]);
    expect(keyTextSql([coded], "t")).toBe("CAST(CONCAT(HEX(`t`.`code`)) AS BINARY)");
    expect(keyValueSql([coded], () => "?")).toBe(`CAST(CONCAT(HEX(${fromTextSql(coded, "?")})) AS BINARY)`);
  });
});

test("a row's digest is made of each text behind its length", () => {
  expect(digestSql([columnOf({ name: "a" }), columnOf({ name: "b", type: "blob" })], "t")).toBe(
    "SHA2(CONCAT(IFNULL(LENGTH(CAST(`t`.`a` AS CHAR)), '-'), ':', IFNULL(CAST(CAST(`t`.`a` AS CHAR) AS BINARY), ''), " +
      "IFNULL(LENGTH(HEX(`t`.`b`)), '-'), ':', IFNULL(CAST(HEX(`t`.`b`) AS BINARY), '')), 256)",
  );
});
