/** What a stored function can do is told by its body: every statement of it, also those of its handlers. */
import { expect, it } from "vitest";
import { dialectOf } from "../../src/sql/dialects/dialect.ts";
import { lex } from "../../src/sql/lexer.ts";
import { bodyShape, settingsIn } from "../../src/sql/routine.ts";
import { isSignificant } from "../../src/sql/token.ts";

const shapeOf = (body: string) =>
  bodyShape(
    lex(body, { noBackslashEscapes: true, ansiQuotes: false }).filter(isSignificant),
    dialectOf("mysql", "9.7"),
  );
const declaring = (text: string): string => `BEGIN DECLARE x INT; DECLARE ${text}; RETURN 1; END`;

it.each([
  declaring("CONTINUE HANDLER FOR NOT FOUND SET GLOBAL long_query_time = 9"),
  declaring("EXIT HANDLER FOR SQLSTATE VALUE '02000', 1051, SQLWARNING SET @@global.long_query_time = 9"),
  declaring("EXIT HANDLER FOR SQLEXCEPTION BEGIN SET GLOBAL long_query_time = 9; END"),
  declaring("EXIT HANDLER FOR SQLEXCEPTION BEGIN DECLARE EXIT HANDLER FOR 1 SET GLOBAL long_query_time = 9; END"),
  declaring("EXIT HANDLER FOR SQLEXCEPTION SET @a = 1"),
  declaring("EXIT HANDLER FOR mine KILL 3"),
  declaring("EXIT HANDLER FOR SQLEXCEPTION FLUSH STATUS"),
  declaring("c CURSOR FOR SELECT a FROM t FOR UPDATE"),
  "BEGIN DECLARE sql_mode CURSOR FOR SELECT 1; SET sql_mode = ''; RETURN 1; END",
  "BEGIN DECLARE sql_mode CONDITION FOR SQLSTATE '42000'; SET sql_mode = ''; RETURN 1; END",
  "BEGIN DECLARE continue HANDLER FOR NOT FOUND BEGIN END; SET continue = 1; RETURN 1; END",
  "BEGIN BEGIN DECLARE sql_mode INT; SET sql_mode = 1; END; SET sql_mode = ''; RETURN 1; END",
  "BEGIN IF 1 THEN SET GLOBAL long_query_time = 9; END IF; RETURN 1; END",
])("%s: is not known to be without effects", (body) => {
  expect(shapeOf(body).against).not.toEqual([]);
});

it.each([
  declaring("CONTINUE HANDLER FOR NOT FOUND, SQLEXCEPTION SET x = 9"),
  declaring("EXIT HANDLER FOR SQLSTATE '02000' RETURN 5"),
  declaring("CONTINUE HANDLER FOR NOT FOUND BEGIN END"),
  declaring("c CURSOR FOR SELECT a FROM t"),
  "BEGIN DECLARE b INT DEFAULT 2; WHILE b < 9 DO IF b > 1 THEN SET b = b * 2; END IF; END WHILE; SET b = 1; RETURN b; END",
])("%s: only computes and reads", (body) => {
  expect(shapeOf(body).against).toEqual([]);
});

it.each([
  ["BEGIN SET sql_select_limit = 1; END", ["sql_select_limit"]],
  ["BEGIN DECLARE sql_select_limit CURSOR FOR SELECT 1; SET sql_select_limit = 1; END", ["sql_select_limit"]],
  [
    "BEGIN DECLARE group_concat_max_len CONDITION FOR 1051; SET group_concat_max_len = 4; END",
    ["group_concat_max_len"],
  ],
  ["BEGIN DECLARE x INT; SET x = 1, NEW.a = x, @kept = 2; END", []],
  ["BEGIN DECLARE x INT; l: BEGIN SET x = 1; END l; SET x = 2; END", []],
  ["BEGIN l: BEGIN DECLARE sql_mode INT; SET sql_mode = 1; END l; SET sql_mode = 2; END", ["sql_mode"]],
] as const)("%s sets of the session: %j", (body, names) => {
  expect(settingsIn(lex(body).filter(isSignificant))).toEqual(names);
});
