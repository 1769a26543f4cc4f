/** What a person is told of a statement: what it was taken for, and everything that speaks against its being a read. */
import { describe, expect, it } from "vitest";
import { classify } from "../../src/sql/classify.ts";
import { dialectOf } from "../../src/sql/dialects/dialect.ts";

const OPTIONS = { sqlMode: "", dialect: dialectOf("mariadb", "10.11") };

describe("a read is named by its first words", () => {
  it.each([
    ["(SELECT 1)", "SELECT"],
    ["VALUES (1)", "VALUES"],
    ["TABLE t", "TABLE"],
    ["WITH c AS (SELECT 1) SELECT 1", "WITH … SELECT"],
    ["WITH c AS (SELECT 1) VALUES (1)", "WITH … VALUES"],
    ["WITH c AS (SELECT 1) TABLE c", "WITH … TABLE"],
    ["show tables", "SHOW TABLES"],
    ["SHOW COLUMNS FROM t.update", "SHOW COLUMNS"],
    ["SHOW VARIABLES LIKE 'INTO'", "SHOW VARIABLES"],
    ["SHOW VARIABLES WHERE `update` = 1", "SHOW VARIABLES"],
    ["SHOW GRANTS FOR u", "SHOW GRANTS"],
    ["HELP select", "HELP"],
    ["HELP 'a b'", "HELP"],
    ["USE `a`", "USE"],
    ["CHECKSUM TABLE a, b.c", "CHECKSUM TABLE"],
    ["CHECKSUM TABLES a QUICK", "CHECKSUM TABLE"],
    ["CHECKSUM TABLE a EXTENDED", "CHECKSUM TABLE"],
    ["ANALYZE SELECT 1", "ANALYZE of a SELECT"],
    ["ANALYZE (SELECT 1)", "ANALYZE of a SELECT"],
    ["ANALYZE FORMAT = JSON SELECT 1", "ANALYZE of a SELECT"],
    ["ANALYZE WITH c AS (SELECT 1) SELECT 1", "ANALYZE of a WITH … SELECT"],
    ["SET STATEMENT max_statement_time = 5 FOR SELECT 1", "SET STATEMENT FOR SELECT"],
    ["SET STATEMENT max_statement_time = 5, sort_buffer_size = '1' FOR (SELECT 1)", "SET STATEMENT FOR SELECT"],
    ["SET STATEMENT use_stat_tables = never FOR WITH c AS (SELECT 1) SELECT 1", "SET STATEMENT FOR WITH … SELECT"],
    ["SELECT 1 /*+ MAX_EXECUTION_TIME(5) BKA(t, `u` @q) */", "SELECT"],
    ["SELECT /*+ */ 1", "SELECT"],
  ])("%s: %s", (sql, took_for) => {
    expect(classify(sql, OPTIONS)).toMatchObject({ class: "read", took_for, reasons: [], explains: false });
  });
});

describe("an EXPLAIN is named by what it explains", () => {
  it.each([
    ["EXPLAIN t", "DESCRIBE of a table", false],
    ["DESCRIBE db.t c", "DESCRIBE of a table", false],
    ["DESC `t` 'a%'", "DESCRIBE of a table", false],
    ["EXPLAIN PARTITIONS SELECT 1", "EXPLAIN of a SELECT", false],
    ["EXPLAIN FORMAT = 'tree' SELECT 1", "EXPLAIN of a SELECT", false],
    ["EXPLAIN FOR SCHEMA s SELECT 1", "EXPLAIN of a SELECT", false],
    ["EXPLAIN FOR DATABASE s UPDATE t SET a = 1", "EXPLAIN of a change: UPDATE", true],
    ["EXPLAIN WITH c AS (SELECT 1) SELECT 1", "EXPLAIN of a WITH … SELECT", false],
    ["EXPLAIN WITH c AS (SELECT 1) UPDATE t SET a = 1", "EXPLAIN of a change: UPDATE", true],
    ["EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE of a SELECT", false],
    ["EXPLAIN ANALYZE FORMAT = TREE SELECT 1", "EXPLAIN ANALYZE of a SELECT", false],
    ["EXPLAIN FOR CONNECTION 5", "EXPLAIN FOR CONNECTION", false],
    ["EXPLAIN FORMAT = JSON FOR CONNECTION 5", "EXPLAIN FOR CONNECTION", false],
    ["EXPLAIN DELETE FROM t", "EXPLAIN of a change: DELETE", true],
    ["EXPLAIN INSERT INTO t VALUES (1)", "EXPLAIN of a change: INSERT", true],
    ["EXPLAIN INSERT t (a) VALUES (1)", "EXPLAIN of a change: INSERT", true],
    ["EXPLAIN INSERT LOW_PRIORITY IGNORE INTO t (a, b) VALUES (1, 2)", "EXPLAIN of a change: INSERT", true],
    ["EXPLAIN INSERT INTO t (a) WITH c AS (SELECT 1) SELECT 1", "EXPLAIN of a change: INSERT", true],
    ["EXPLAIN INSERT INTO t (a) TABLE u", "EXPLAIN of a change: INSERT", true],
    ["EXPLAIN REPLACE INTO db.t (t.a, t.b) SELECT 1, 2", "EXPLAIN of a change: REPLACE", true],
  ])("%s: %s", (sql, took_for, explains) => {
    expect(classify(sql, OPTIONS)).toMatchObject({ class: "read", took_for, reasons: [], explains });
  });
});

describe("what speaks against a read is said, by itself", () => {
  const ANALYZES = "ANALYZE TABLE writes statistics, and ANALYZE of a change carries it out";
  const NO_CONNECTION = "EXPLAIN FOR something else than a connection";
  const NO_READ = "EXPLAIN of something that is no read";
  const NO_NAMES = "CHECKSUM takes TABLE and names";
  const NO_VALUE = "SET STATEMENT with something else than a value";
  const NO_FOR = "SET STATEMENT without a FOR";
  const NO_READ_SET = "SET STATEMENT FOR something that is no read";

  it.each<[string, string, string[]]>([
    ["", "nothing", ["no statement"]],
    [" ; ;", "nothing", ["no statement"]],
    ["foo bar", "foo", ["foo is not a known read"]],
    ["'a'", "'a'", ["'a' is not a known read"]],
    ["`update` t", "`update`", ["`update` is not a known read"]],
    ["toString", "toString", ["toString is not a known read"]],
    ["drop TABLE t", "DROP, a change", ["drop is not a known read"]],
    ["KILL 3", "KILL", ["KILL ends somebody's statement or connection"]],
    ["SET a = 1", "SET", ["SET changes a variable"]],
    ["HELP", "HELP", ["HELP takes one word"]],
    ["HELP 'a' 'b'", "HELP", ["HELP takes one word"]],
    ["HELP 5", "HELP", ["HELP takes one word"]],
    ["USE", "USE", ["USE takes one name"]],
    ["USE a b", "USE", ["USE takes one name"]],
    ["USE 'a'", "USE", ["USE takes one name"]],
    ["(DELETE FROM t)", "DELETE", ["parentheses without a SELECT", "DELETE has no place in a read"]],
    ["WITH c AS (SELECT 1) DELETE FROM t", "WITH … DELETE", ["WITH without a SELECT at its end"]],
    ["WITH c AS (SELECT 1)", "WITH", ["WITH without a SELECT at its end"]],
    ["SHOW", "SHOW", ["SHOW is not a known read"]],
    ["SHOW foo", "SHOW FOO", ["SHOW FOO is not a known read"]],
    ["SHOW TABLES INTO x", "SHOW TABLES", ["INTO has no place in SHOW"]],
    ["SHOW TABLES LOCK", "SHOW TABLES", ["LOCK has no place in SHOW"]],
    ["SHOW TABLES WHERE NEXT VALUE FOR s", "SHOW TABLES", ["NEXT VALUE FOR counts a sequence up"]],
    [
      "SHOW VARIABLES WHERE a := f()",
      "SHOW VARIABLES",
      [":= has no place in SHOW", "an assignment or a label", "f() is not known to be without effects"],
    ],
    ["EXPLAIN", "EXPLAIN", [NO_READ]],
    ["EXPLAIN t 5", "EXPLAIN", [NO_READ]],
    ["EXPLAIN t a b", "EXPLAIN", [NO_READ]],
    ["EXPLAIN db.", "EXPLAIN", [NO_READ]],
    ["EXPLAIN db.t a b", "EXPLAIN", [NO_READ]],
    ["EXPLAIN CALL", "EXPLAIN", [NO_READ]],
    ["EXPLAIN EXTENDED t", "EXPLAIN", [NO_READ]],
    ["EXPLAIN DROP TABLE t", "EXPLAIN", [NO_READ]],
    ["EXPLAIN WITH c AS (SELECT 1)", "EXPLAIN", [NO_READ]],
    ["EXPLAIN FOR CONNECTION x", "EXPLAIN FOR CONNECTION", [NO_CONNECTION]],
    ["EXPLAIN FOR CONNECTION 5 6", "EXPLAIN FOR CONNECTION", [NO_CONNECTION]],
    ["EXPLAIN FOR x 5", "EXPLAIN FOR CONNECTION", [NO_CONNECTION]],
    ["EXPLAIN FOR SCHEMA 5 SELECT 1", "EXPLAIN FOR CONNECTION", [NO_CONNECTION]],
    [
      "EXPLAIN FORMAT = TREE ANALYZE DELETE FROM t",
      "EXPLAIN ANALYZE of a change",
      ["EXPLAIN ANALYZE carries out what it explains"],
    ],
    ["EXPLAIN UPDATE t SET a = @x := 1", "EXPLAIN of a change: UPDATE", ["an assignment or a label"]],
    ["EXPLAIN DELETE FROM t WHERE a INTO @x", "EXPLAIN of a change: DELETE", ["INTO has no place in a read"]],
    ["EXPLAIN INSERT INTO t SELECT 1 INTO @a", "EXPLAIN of a change: INSERT", ["INTO has no place in a read"]],
    ["EXPLAIN INSERT t SELECT a, b INTO @x", "EXPLAIN of a change: INSERT", ["INTO has no place in a read"]],
    [
      "EXPLAIN INSERT INTO t (f()) VALUES (1)",
      "EXPLAIN of a change: INSERT",
      ["t() is not known to be without effects", "f() is not known to be without effects"],
    ],
    ["ANALYZE TABLE t", "ANALYZE", [ANALYZES]],
    ["ANALYZE WITH c AS (SELECT 1) DELETE FROM t", "ANALYZE", [ANALYZES]],
    ["ANALYZE FORMAT = JSON UPDATE t SET a = 1", "ANALYZE", [ANALYZES]],
    ["CHECKSUM a", "CHECKSUM TABLE", [NO_NAMES]],
    ["CHECKSUM TABLE a b", "CHECKSUM TABLE", [NO_NAMES]],
    ["CHECKSUM TABLE a, 5", "CHECKSUM TABLE", [NO_NAMES]],
    ["CHECKSUM TABLE QUICK", "CHECKSUM TABLE", [NO_NAMES]],
    ["SET STATEMENT", "SET STATEMENT", [NO_FOR]],
    ["SET STATEMENT 5 = 5 FOR SELECT 1", "SET STATEMENT", [NO_FOR]],
    ["SET STATEMENT max_statement_time 5 FOR SELECT 1", "SET STATEMENT", [NO_FOR]],
    ["SET STATEMENT max_statement_time = 5 SELECT 1", "SET STATEMENT", [NO_VALUE]],
    ["SET STATEMENT max_statement_time = @a FOR SELECT 1", "SET STATEMENT", [NO_VALUE]],
    ["SET STATEMENT max_statement_time = 5 FOR", "SET STATEMENT", [NO_READ_SET]],
    ["SET STATEMENT max_statement_time = 5 FOR UPDATE t SET a = 1", "SET STATEMENT", [NO_READ_SET]],
    ["SET STATEMENT sql_mode = '' FOR SELECT 1", "SET STATEMENT", ["sql_mode may change what the statement does"]],
    [
      "SET STATEMENT max_statement_time = 5, sql_mode = '' FOR SELECT 1",
      "SET STATEMENT",
      ["sql_mode may change what the statement does"],
    ],
  ])("%s", (sql, took_for, reasons) => {
    const classification = classify(sql, OPTIONS);
    expect(classification).toMatchObject({ took_for, reasons, explains: took_for.startsWith("EXPLAIN of a change: ") });
    expect(classification.class).not.toBe("read");
  });

  it.each([
    ["SELECT * FROM t FOR SHARE", ["FOR SHARE locks rows, or is not known to only read"]],
    ["SELECT 1 FOR", ["FOR locks rows, or is not known to only read"]],
    ["SELECT * FROM t LOCK IN SHARE MODE", ["LOCK has no place in a read"]],
    ["SELECT a : 1", ["an assignment or a label"]],
    ["SELECT s.nextval", ["NEXTVAL has no place in a read"]],
    ["SELECT * FROM `INNODB_CMP_RESET`", ["reading INNODB_CMP_RESET sets its counters back"]],
    ["SELECT 1; SELECT 2", ["more than one statement"]],
    ["SELECT 'a", ["a control character, or something never closed"]],
    ["SELECT (1", ["parentheses do not match"]],
    ["SELECT 1) ; /*!1 x */", ["parentheses do not match"]],
    ["SELECT {d '1'}", ["an escape in braces"]],
    ["SELECT /*!1 */ 1", ["an executable comment"]],
    ["SELECT /*+ set_var(a=1) */ 1", ["an optimizer hint that may set variables"]],
    ["SELECT /*+ BKA(t) RESOURCE_GROUP(x) */ 1", ["an optimizer hint that may set variables"]],
    ["SELECT 1 /*+ BKA(t */", ["an optimizer hint that may set variables"]],
    ["SELECT ; 1 ; /*!1*/ 2 (", ["more than one statement", "an executable comment", "parentheses do not match"]],
  ])("%s", (sql, reasons) => expect(classify(sql, OPTIONS)).toMatchObject({ class: "unknown", reasons }));

  it.each([
    "SELECT t.into, `update` FROM t",
    "SELECT PREVIOUS VALUE FOR s",
    "SELECT SUBSTRING(a FROM 2 FOR 3)",
    "SELECT * FROM t USE INDEX FOR ORDER BY (i) USE INDEX FOR GROUP BY (i) USE INDEX FOR JOIN (i)",
    "SELECT * FROM t FOR SYSTEM_TIME ALL",
    "SELECT * FROM JSON_TABLE('[]', '$[*]' COLUMNS (i FOR ORDINALITY)) t",
    "SELECT * FROM innodb_cmp WHERE a = 'innodb_cmp_reset'",
  ])("and nothing against %s", (sql) => expect(classify(sql, OPTIONS)).toMatchObject({ class: "read", reasons: [] }));
});

describe("what is broken is no change either", () => {
  it.each(["UPDATE t SET a = 'x", "DELETE FROM t; DELETE FROM u", "WITH c AS (SELECT 1 DELETE FROM t"])("%s", (sql) =>
    expect(classify(sql, OPTIONS)).toMatchObject({ class: "unknown", took_for: "nothing", routines: [] }),
  );
  it.each(["UPDATE /*+ BKA(t) */ t SET a = 1", "WITH c AS (SELECT 1) UPDATE t SET a = 1", "INSERT INTO t SELECT f()"])(
    "but %s is one",
    (sql) => expect(classify(sql, OPTIONS).class).toBe("change"),
  );
});
