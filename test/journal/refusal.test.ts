/** What SQLite and the file system refuse, in words that tell a person what to do. */
import { describe, expect, it } from "vitest";
import { cannotOpen, cannotWrite, codeOf, hasNoRoom, meaningOf, refusalOf } from "../../src/journal/refusal.ts";

const failure = (code: string): Error => Object.assign(new Error("it failed"), { code });

const FULL = "the disk is full: free some space and try again";
const BUSY = "another process kept it locked for 5 seconds: try again, or see who has it open";
const DAMAGED = "it is damaged: move it away and restore a copy; `journal verify` says more";
const CLOSED = "it cannot be opened: check that the directory exists and is yours";
const UNWRITABLE = "it cannot be written: check its owner, mode and disk";

describe("an error that the world is to blame for", () => {
  it.each<readonly [string, string, string]>([
    ["SQLITE_FULL", "full", FULL],
    ["SQLITE_IOERR_SHMSIZE", "full", FULL],
    ["ENOSPC", "full", FULL],
    ["EDQUOT", "full", FULL],
    ["SQLITE_BUSY", "busy", BUSY],
    ["SQLITE_BUSY_SNAPSHOT", "busy", BUSY],
    ["SQLITE_LOCKED", "busy", BUSY],
    ["SQLITE_CORRUPT", "damaged", DAMAGED],
    ["SQLITE_NOTADB", "damaged", DAMAGED],
    ["SQLITE_CANTOPEN", "unwritable", CLOSED],
    ["ENOENT", "unwritable", CLOSED],
    ["ENOTDIR", "unwritable", CLOSED],
    ...[
      "SQLITE_READONLY_DIRECTORY",
      "SQLITE_PERM",
      "SQLITE_IOERR_WRITE",
      "EACCES",
      "EPERM",
      "EROFS",
      "EIO",
      "ELOOP",
    ].map((code) => [code, "unwritable", UNWRITABLE] as const),
  ])("%s is %s, with its code", (code, kind, meaning) => {
    expect(meaningOf(failure(code))).toBe(`${meaning} (${code})`);
    for (const opened of [true, false])
      expect(refusalOf(failure(code), "/j.db", opened)).toEqual({
        kind,
        opened,
        message: `Journal /j.db: ${meaning} (${code}).`,
      });
  });
});

describe("an error that is a bug", () => {
  it.each([
    failure("SQLITE_CONSTRAINT_UNIQUE"),
    failure("SQLITE_ERROR"),
    failure("XSQLITE_FULL"),
    failure("XENOENT"),
    failure("XEACCES"),
    failure("XSQLITE_BUSY"),
    failure("XSQLITE_CORRUPT"),
    Object.assign(new Error("a number"), { code: 5 }),
    new Error("ENOSPC"),
    { code: "ENOSPC" },
    null,
  ])("is thrown again: %j", (error) => {
    expect(meaningOf(error)).toBeNull();
    let thrown: unknown = "nothing";
    try {
      refusalOf(error, "/j.db", true);
    } catch (again) {
      thrown = again;
    }
    expect(thrown).toBe(error);
  });
});

it("the code of an error is its text, and empty where there is none", () => {
  expect(codeOf(failure("EACCES"))).toBe("EACCES");
  for (const other of [new Error("x"), Object.assign(new Error("x"), { code: 5 }), { code: "EACCES" }, null])
    expect(codeOf(other)).toBe("");
});

it("a write found no room when SQLite or the system says so, or a write of a page fails", () => {
  for (const code of ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "ENOSPC", "EDQUOT"])
    expect([code, hasNoRoom(failure(code))]).toEqual([code, true]);
  for (const code of ["SQLITE_IOERR_READ", "SQLITE_BUSY", "EACCES"])
    expect([code, hasNoRoom(failure(code))]).toEqual([code, false]);
});

it("a refusal says whether the journal was open, which decides how the program ends", () => {
  expect(cannotOpen("missing", "a")).toEqual({ kind: "missing", opened: false, message: "a" });
  expect(cannotWrite("full", "b")).toEqual({ kind: "full", opened: true, message: "b" });
});
