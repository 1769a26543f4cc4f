/** What a stored function can do is told by its body: every statement of it, also those of its handlers. */
import { describe, expect, it } from "vitest";
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
  declaring("EXIT HANDLER FOR SQLSTATE VALUE '02000', NOT FOUND, 1051 RETURN 5"),
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

describe("what speaks against a body is said, each thing once", () => {
  it.each<[string, string[]]>([
    ["BEGIN SET @a = 1; SET @a = 2; END", ["it sets @a"]],
    ["BEGIN DELETE FROM t; END", ["it does DELETE"]],
    ["'a'", ["it does 'a'"]],
    ["BEGIN SET NAMES utf8; END", ["it sets NAMES"]],
    ["BEGIN SET; END", ["it sets something"]],
    ["BEGIN DECLARE x INT; SET x = @y := 1; END", ["an assignment or a label"]],
    ["BEGIN DECLARE x INT; SET x = 1, y = 2; END", ["it sets y"]],
    ["BEGIN SELECT a INTO x FROM t; END", ["INTO has no place in a read"]],
    ["BEGIN DECLARE x INT; SELECT a, b INTO x, @y FROM t; END", ["INTO has no place in a read"]],
    ["BEGIN FETCH c INTO @x; END", ["INTO has no place in a read"]],
    ["BEGIN WHILE a DO DO f(); END WHILE; END", ["it does DO", "it does f"]],
    ["BEGIN WHILE a < 5 DO SET @b = 1; END WHILE; END", ["it sets @b"]],
    ["BEGIN REPEAT SET @a = 1; UNTIL 1 END REPEAT; END", ["it sets @a"]],
    ["BEGIN LOOP SET @a = 1; END LOOP; END", ["it sets @a"]],
    ["BEGIN IF a THEN SET @a = 1; ELSE SET @b = 2; END IF; END", ["it sets @a", "it sets @b"]],
    ["BEGIN CASE a WHEN 1 THEN SET @a = 1; ELSE SET @b = 2; END CASE; END", ["it sets @a", "it sets @b"]],
    ["BEGIN DECLARE c CURSOR FOR SELECT a FROM t LOCK IN SHARE MODE; END", ["LOCK has no place in a read"]],
    ["BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '1', NOT FOUND, x, 5 DELETE FROM t; END", ["it does DELETE"]],
    [
      "BEGIN DECLARE x INT; SELECT a FROM t INTO x FOR UPDATE; END",
      ["FOR UPDATE locks rows, or is not known to only read", "UPDATE has no place in a read"],
    ],
    ["BEGIN DECLARE x INT; BEGIN DECLARE y INT; SET x = y; END; SET y = 1; END", ["it sets y"]],
    ["RETURN sleep(1)", ["sleep() waits, or keeps the server busy, as long as its caller says"]],
  ])("%s", (body, reasons) => expect(shapeOf(body).against).toEqual(reasons));
});

it.each([
  "BEGIN DECLARE x, y INT; SELECT a, b INTO x, y FROM t; RETURN x; END",
  "BEGIN DECLARE x INT; FETCH c INTO X; END",
  "BEGIN SET @sys.x = 1; END",
  "BEGIN DECLARE x INT; SET X = 1, `x` = 2; END",
  "BEGIN DECLARE `a b` INT; SET `A B` = 1; END",
  "BEGIN RETURN CASE WHEN a THEN 1 ELSE 2 END; END",
  "BEGIN DECLARE x INT DEFAULT CASE WHEN a THEN 1 ELSE 2 END; SELECT CASE WHEN a THEN 1 ELSE 2 END INTO x; END",
  "BEGIN WITH c AS (SELECT CASE WHEN a THEN 1 ELSE 2 END) SELECT 1; END",
  "BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = CASE WHEN a THEN 'b' ELSE 'c' END; END",
  "BEGIN RESIGNAL; RESIGNAL SET MESSAGE_TEXT = CASE WHEN a THEN 'b' ELSE 'c' END; END",
  "BEGIN OPEN c; CLOSE c; ITERATE l; LEAVE l; END",
  "BEGIN DECLARE x INT(5); DECLARE y ENUM ('a'); WHILE (x) DO RETURN (1); END WHILE; END",
  "BEGIN DECLARE x INT; IF a THEN SET x = 1; END IF; LOOP SET x = 1; END LOOP; WHILE 1 DO SET x = 3; END WHILE; SET x = 2; END",
  "BEGIN DECLARE x INT; REPEAT SET x = 4; UNTIL 1 END REPEAT; CASE 1 WHEN 1 THEN SET x = 2; END CASE; SET x = 2; END",
  "BEGIN WHILE a DO SELECT 1; END WHILE; END",
])("%s: nothing speaks against it, and it calls nothing", (body) => {
  expect(shapeOf(body)).toEqual({ against: [], routines: [] });
});

it("the functions that a body calls in turn are named", () => {
  expect(shapeOf("BEGIN DECLARE x INT DEFAULT f(); SET x = db.g(1); RETURN h(x); END").routines).toEqual([
    { schema: null, name: "f" },
    { schema: "db", name: "g" },
    { schema: null, name: "h" },
  ]);
});

it.each<[string, string[]]>([
  ["BEGIN SET a = 1, @b = 2, @@c = 3, NEW.d = 4, NEW.e := 5; END", ["a", "@@c"]],
  ["SET GLOBAL a = 1", ["GLOBAL"]],
  ["SET x = f(1, 2), y = 3", ["x", "y"]],
  ["BEGIN SET OLD.a = 1; END", ["OLD"]],
  ["BEGIN DECLARE x INT; SET x, NEW.a; END", ["x", "NEW"]],
  ["BEGIN DECLARE x, y INT; SET x = 1, Y := 2; END", []],
  ["BEGIN SELECT a; END", []],
  ["BEGIN SET; END", [""]],
])("%s sets %j of the session", (body, names) => {
  expect(settingsIn(lex(body).filter(isSignificant))).toEqual(names);
});
