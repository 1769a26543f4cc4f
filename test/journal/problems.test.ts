/** What `journal verify` and an opening say of a journal that is not as it was written: which event, and what of it. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { genesisOf } from "../../src/journal/chain.ts";
import { readMeta } from "../../src/journal/file.ts";
import { openJournal } from "../../src/journal/open.ts";
import { checkChain, checkTail } from "../../src/journal/verify-chain.ts";
import { MOST_PROBLEMS, newerThanThis, verifyDatabase, verifyJournal } from "../../src/journal/verify.ts";
import { options, sample, temporaryDirectory } from "./support.ts";

const samples = new Map<number, Buffer>();

/** The file of a journal of so many events, made once. */
function sampleOf(events: number): Buffer {
  const path = join(temporaryDirectory(), "j.db");
  if (!samples.has(events)) sample(path, events);
  const bytes = samples.get(events) ?? readFileSync(path);
  samples.set(events, bytes);
  return bytes;
}

/** A journal that was changed past its triggers. */
function tampered(sql: string, events = 6): string {
  const path = join(temporaryDirectory(), "j.db");
  writeFileSync(path, sampleOf(events), { mode: 0o600 });
  const db = new Database(path);
  db.unsafeMode(true);
  db.pragma("synchronous = OFF");
  const triggers = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  db.exec(`DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; ${sql}`);
  for (const trigger of triggers) db.exec(trigger);
  db.close();
  return path;
}

const problemsOf = (path: string, anchor?: string): [number | null, string][] =>
  verifyJournal(path, anchor === undefined ? {} : { anchor }).problems.map(({ seq, message }) => [
    seq,
    message.replace(path, "PATH"),
  ]);

const IDENTITY: [null, string] = [null, "the journal's identity was changed"];
const START: [number, string] = [1, "event 1 does not go on from the event before it"];
const NOTE: [null, string] = [null, "the note of a published head was changed"];
const TABLES: [null, string] = [
  null,
  "Journal PATH: its tables are not as they should be. Move it away and restore a copy.",
];
const UNREADABLE: [null, string] = [null, "the file cannot be read as a journal (SQLITE_ERROR)"];
const SCHEMA = "a table, index or trigger is not as this program makes it: ";
const RUNS = "the list of runs does not fit the events: ";

describe("verify says", () => {
  it.each<[string, [number | null, string][]]>([
    ["UPDATE event SET item = 'x' WHERE seq = 3", [[3, "event 3 was changed"]]],
    ["UPDATE event SET body = '{}' WHERE seq = 3", [[3, "event 3 has a body that was changed"]]],
    ["UPDATE event SET prev = zeroblob(32) WHERE seq = 3", [[3, "event 3 does not go on from the event before it"]]],
    [
      "UPDATE event SET hash = zeroblob(31) WHERE seq = 6",
      [
        [6, "event 6 holds another kind of value"],
        [6, "event 6 is not the one whose head was published"],
      ],
    ],
    [
      "UPDATE event SET body = CAST(unhex(replace(hex(body), 'EFBFBD', 'FF')) AS TEXT) WHERE seq = 1",
      [[1, "event 1 has text that is no UTF-8"]],
    ],
    ["DELETE FROM event WHERE seq = 4", [[5, "event 5 does not follow 3: something is missing or was put in"]]],
    ["DELETE FROM event WHERE seq > 4", [[6, "event 6, whose head was published, is missing: the end was cut off"]]],
    ["UPDATE blob SET bytes = CAST('other' AS BLOB)", [[null, "stored output was changed"]]],
    ["DELETE FROM blob", [[2, "event 2 names output that is missing"]]],
    ["UPDATE anchor SET ref = 'e'", [NOTE]],
    ["UPDATE anchor SET id = 5", [NOTE]],
    ["UPDATE meta SET value = 'x' WHERE key = 'salt'", [IDENTITY, START]],
    [
      "UPDATE meta SET value = CAST(x'ff' AS TEXT) WHERE key = 'created'",
      [[null, "the journal's identity holds another kind of value"], IDENTITY, START],
    ],
    [
      "UPDATE run SET first_seq = 2 WHERE run_id = 'run-1'",
      [
        [null, `${RUNS}run-1`],
        [null, `${RUNS}run-1`],
      ],
    ],
    ["DELETE FROM run WHERE run_id = 'run-2'", [[null, `${RUNS}run-2`]]],
    ["INSERT INTO run VALUES('x', 1, 'y')", [[null, `${RUNS}x`]]],
    ["CREATE TABLE extra(a)", [TABLES, [null, `${SCHEMA}CREATE TABLE extra(a)`]]],
    ["DROP INDEX run_by_seq", [TABLES, [null, `${SCHEMA}CREATE INDEX run_by_seq ON run(first_seq)`]]],
    [
      "DROP TABLE blob",
      [TABLES, [null, `${SCHEMA}CREATE TABLE blob(sha256 BLOB PRIMARY KEY NOT NULL, bytes BL`], UNREADABLE, UNREADABLE],
    ],
    ["PRAGMA user_version = 0", [TABLES]],
    [
      "PRAGMA user_version = 9",
      [
        [
          null,
          "Journal PATH: a newer Handrail wrote it (format 9; this one knows no newer than 4). It was left as it is; use a Handrail at least as new as the one that wrote it.",
        ],
      ],
    ],
    ["PRAGMA application_id = 9", [[null, "Journal PATH: it is a database of another program. Give another path."]]],
  ])("of %s", (sql, problems) => expect(problemsOf(tampered(sql))).toEqual(problems));

  it("what SQLite itself finds wrong with the file", () => {
    const column = (from: string, to: string): string =>
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = 'blob'; PRAGMA writable_schema = RESET;`;
    const [strict, loose] = ["media TEXT NOT NULL", "media TEXT"];
    expect(
      problemsOf(tampered(`${column(strict, loose)} UPDATE blob SET media = NULL; ${column(loose, strict)}`)),
    ).toEqual([
      [null, "SQLite finds the file damaged: NULL value in blob.media"],
      [null, "stored output was changed"],
    ]);
  });

  it("how many events there are and which is the last, whatever else is wrong", () => {
    const path = tampered("UPDATE event SET item = 'x' WHERE seq = 3");
    const { head } = verifyJournal(path);
    expect(verifyJournal(path)).toMatchObject({ ok: false, events: 6, head: { seq: 6 } });
    expect(head?.hash).toMatch(/^[0-9a-f]{64}$/u);
    expect(verifyJournal(tampered("DELETE FROM event; DELETE FROM anchor; DELETE FROM run"))).toEqual({
      ok: true,
      events: 0,
      head: null,
      problems: [],
    });
  });

  it("no more than a person can read", () => {
    const path = tampered("UPDATE event SET item = 'x'", MOST_PROBLEMS + 20);
    expect(verifyJournal(path)).toMatchObject({ ok: false, events: MOST_PROBLEMS + 20 });
    expect(problemsOf(path)).toHaveLength(MOST_PROBLEMS);
  });

  it("what is wrong with a head that was given", () => {
    const path = tampered("SELECT 1");
    const zeros = "0".repeat(64);
    expect(problemsOf(path, "x")).toEqual([[null, "the given head is not of the form seq:hash"]]);
    expect(problemsOf(path, `2:${zeros}`)).toEqual([[2, "event 2 is not the one whose head was published"]]);
    expect(problemsOf(path, `6:${zeros}`)).toEqual([[6, "event 6 is not the one whose head was published"]]);
    expect(problemsOf(path, `9:${zeros}`)).toEqual([
      [9, "event 9, whose head was published, is missing: the end was cut off"],
    ]);
  });

  it("of what is no journal that it is none, by the system's word", () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, "text"), "not a database ".repeat(1000));
    mkdirSync(join(dir, "folder"));
    const sentence = (code: string) => [[null, `the file cannot be read as a journal (${code})`]];
    expect(problemsOf(join(dir, "none"))).toEqual(sentence("SQLITE_CANTOPEN"));
    expect(problemsOf(join(dir, "text"))[0]).toEqual(sentence("SQLITE_NOTADB")[0]);
    expect(problemsOf(join(dir, "folder"))[0]?.[1]).toMatch(/^the file cannot be read as a journal \(/u);
    expect(verifyJournal(join(dir, "none"))).toMatchObject({ ok: false, events: 0, head: null });
  });
});

describe("what goes wrong while a journal is read", () => {
  const failing = (error: unknown): Database.Database => {
    const fail = (): never => {
      throw error;
    };
    return { prepare: fail, transaction: fail } as never;
  };
  const coded = (code: string): Error => Object.assign(new Error("it failed"), { code });

  it.each([
    [coded("SQLITE_CORRUPT"), "SQLITE_CORRUPT"],
    [coded("EIO"), "EIO"],
    [new RangeError("too long"), "too long"],
    [new TypeError("no text"), "no text"],
  ])("is a problem of the file: %s", (error, reason) => {
    const { ok, problems } = verifyDatabase(failing(error), "j.db");
    expect(ok).toBe(false);
    expect(new Set(problems.map(({ message }) => message))).toEqual(
      new Set([`the file cannot be read as a journal (${reason})`]),
    );
  });

  it.each([coded("ERR_SQLITE_X"), coded("EIO2"), coded("XEIO"), coded(""), new Error("a bug")])(
    "is a bug, which is not hidden: %j",
    (bug) => expect(() => verifyDatabase(failing(bug), "j.db")).toThrow(bug),
  );
});

it("whoever asks about a journal leaves none of its files open", () => {
  const path = tampered("SELECT 1");
  const openFiles = (): number => readdirSync("/proc/self/fd").filter((fd) => targetOf(fd).startsWith(path)).length;
  const targetOf = (fd: string): string => {
    try {
      return readlinkSync(join("/proc/self/fd", fd));
    } catch {
      return "";
    }
  };
  verifyJournal(path);
  newerThanThis(path);
  expect(openFiles()).toBe(0);
});

describe("a journal of a newer program", () => {
  it("is told apart from one that is damaged, foreign, or not there", () => {
    expect(newerThanThis(tampered("PRAGMA user_version = 9"))).toMatch(/: a newer Handrail wrote it \(format 9; /u);
    for (const sql of ["SELECT 1", "PRAGMA user_version = 0", "PRAGMA application_id = 9"])
      expect(newerThanThis(tampered(sql))).toBeNull();
    expect(newerThanThis(join(temporaryDirectory(), "none"))).toBeNull();
  });
});

describe("an opening", () => {
  const refusalOf = (path: string, readOnly = false): string | null => {
    const opened = openJournal(options(path, { create: false, readOnly }));
    if (!opened.ok) return opened.error.message.replace(path, "PATH");
    opened.value.close();
    return null;
  };
  const KEEP = "Do not write to it; keep it, and see what `journal verify` says.";

  it("refuses what was changed, and says which event, and that it is to be kept", () => {
    const changed = tampered("UPDATE event SET item = 'x' WHERE seq = 3");
    expect(refusalOf(changed)).toBe(`Journal PATH: event 3 was changed. ${KEEP}`);
    expect(refusalOf(changed, true)).toBe(`Journal PATH: event 3 was changed. ${KEEP}`);
    expect(refusalOf(tampered("UPDATE meta SET value = 'x' WHERE key = 'salt'"))).toBe(
      `Journal PATH: its identity was changed. ${KEEP}`,
    );
  });

  it("for reading looks at the last twenty events, one for writing at a thousand", () => {
    const early = tampered("UPDATE event SET item = 'x' WHERE seq = 10", 30);
    expect([refusalOf(early), refusalOf(early, true)]).toEqual([`Journal PATH: event 10 was changed. ${KEEP}`, null]);
    expect(refusalOf(tampered("UPDATE event SET item = 'x' WHERE seq = 11", 30), true)).not.toBeNull();
  });
});

describe("the end of a chain", () => {
  const db = (sql: string): Database.Database => {
    const connection = new Database(tampered(sql, 5));
    onTestFinished(() => void connection.close());
    return connection;
  };
  const genesisIn = (journal: Database.Database): string => genesisOf(readMeta(journal)).toString("hex");

  it("is checked for as many events as are asked for, from the link to the one before them", () => {
    const journal = db("UPDATE event SET item = 'x' WHERE seq = 3");
    const tail = (count: number): string | null => checkTail(journal, genesisIn(journal), count);
    expect([1, 2].map(tail)).toEqual([null, null]);
    for (const count of [3, 4, 5, 6]) expect(tail(count)).toBe("event 3 was changed");
    expect(checkTail(db("SELECT 1"), "00", 5)).toBe("event 1 does not go on from the event before it");
  });

  it("is the same whether its events are read one by one or in one go", () => {
    const journal = db("UPDATE event SET item = 'x' WHERE seq = 3");
    const start = { seq: 0, hash: genesisIn(journal) };
    const whole = [...checkChain(journal, start)];
    for (const size of [1, 2, 5]) expect([...checkChain(journal, start, size)]).toEqual(whole);
    expect(whole.map(({ seq, problem }) => [seq, problem])).toEqual([
      [1, null],
      [2, null],
      [3, "was changed"],
      [4, null],
      [5, null],
    ]);
    expect(whole[0]?.body).toContain('"index":0');
  });
});
