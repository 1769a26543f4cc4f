/** Which values nobody can know before the statement runs, and what decides them. */
import { describe, expect, it } from "vitest";
import { lex } from "../../src/sql/lexer.ts";
import { isSignificant } from "../../src/sql/token.ts";
import { isVolatile, moverOf } from "../../src/sql/volatile.ts";

const tokensOf = (sql: string) => lex(sql).filter(isSignificant);

describe("the clock decides", () => {
  it.each([
    ..."now curdate curtime utc_date utc_time utc_timestamp unix_timestamp current_date current_time"
      .split(" ")
      .map((name) => `${name}()`),
    "current_timestamp(6)",
    "localtime()",
    "localtimestamp()",
    ..."current_date CURRENT_TIME Current_Timestamp localtime localtimestamp utc_date utc_time utc_timestamp".split(
      " ",
    ),
    "a + now () - 1",
  ])("%s", (sql) => expect([moverOf(tokensOf(sql)), isVolatile(tokensOf(sql))]).toEqual(["clock", true]));
});

describe("chance or the connection decides", () => {
  it.each([
    ..."rand uuid uuid_short uuid_v4 uuid_v7 sys_guid random_bytes connection_id last_insert_id row_count found_rows"
      .split(" ")
      .map((name) => `${name}()`),
    "sysdate()",
    "sysdate",
    "nextval(s)",
    "lastval(s)",
    "is_used_lock('a')",
    "is_free_lock('a')",
    "sleep(1)",
    "version()",
    "@a",
    "@@now",
    "NEXT VALUE FOR s",
    "PREVIOUS VALUE FOR s",
    "now() + rand()",
  ])("%s", (sql) => expect([moverOf(tokensOf(sql)), isVolatile(tokensOf(sql))]).toEqual(["chance", true]));
});

describe("the rows alone decide", () => {
  it.each([
    "1 + a",
    "now",
    "rand + 1",
    "db.now()",
    "t.current_date",
    "`now`()",
    "'now()'",
    "unix_timestamp(a)",
    "lower(a)",
    "next",
    "t.next value",
    "next.value",
  ])("%s", (sql) => expect([moverOf(tokensOf(sql)), isVolatile(tokensOf(sql))]).toEqual([null, false]));
});
