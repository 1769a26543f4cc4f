/** What is written of an event, how much of it may be, and what a journal without room still takes. */
import { copyFileSync, existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Ballast } from "../../src/journal/ballast.ts";
import { openDatabase } from "../../src/journal/database.ts";
import { type Journal, makeJournal } from "../../src/journal/journal.ts";
import { readMeta } from "../../src/journal/file.ts";
import { type OpenOptions, openJournal } from "../../src/journal/open.ts";
import { DDL, FORMAT_VERSION } from "../../src/journal/schema.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { makeRedactor } from "../../src/text/redact.ts";
import { bad, good } from "../support/result.ts";
import { actor, draft, makeOlder, open, options, sample, secrets, temporaryDirectory } from "./support.ts";

const path = (): string => join(temporaryDirectory(), "j.db");

/** A journal that is closed with its test. */
function opened(at: string, more: Partial<OpenOptions> = {}): Journal {
  const journal = open(at, more);
  onTestFinished(() => journal.close());
  return journal;
}

const metaOf = (at: string): Map<string, string> => {
  const db = new Database(at, { readonly: true });
  const meta = readMeta(db);
  db.close();
  return meta;
};

describe("an event", () => {
  it("is stored with its place, its time by both clocks, its machine's start, and who acted", () => {
    const clock = { wall: () => "2025-01-02T03:04:05.678Z", monoMs: () => 12.9, bootId: "boot-1" };
    const journal = opened(path(), { clock, ids: () => "id-1" });
    const place = { target_key: "t", phase_id: "p", step_id: "s", item: "i", attempt_id: "a" };
    const events = good(journal.append([draft("step.read", { b: "ü", a: [1] }, place)]));
    expect(events).toEqual([
      {
        seq: 1,
        event_id: "id-1",
        run_id: "run-1",
        ...place,
        type: "step.read",
        schema_v: 1,
        wall_time: "2025-01-02T03:04:05.678Z",
        mono_ms: 12,
        boot_id: "boot-1",
        actor,
        body: { a: [1], b: "ü" },
        hash: journal.head()?.hash,
      },
    ]);
    expect(journal.events("run-1")).toEqual(events);
    expect(journal.runs(1)).toEqual([
      { run_id: "run-1", first_seq: 1, last_seq: 1, created: "2025-01-02T03:04:05.678Z" },
    ]);
  });

  it("names no secret in who acted, or in where it belongs", () => {
    const at = path();
    const secret = secrets[0]?.value ?? "";
    const journal = opened(at, { actor: { ...actor, tty: secret } });
    const names = { target_key: secret, phase_id: secret, step_id: secret, item: secret, attempt_id: secret };
    journal.append([draft("a", {}, names), draft("b", {}, names)]);
    for (const event of journal.page(0, 9))
      for (const text of [event.actor.tty, ...Object.keys(names).map((name) => event[name as keyof typeof names])])
        expect(text).toMatch(/^‹.+›$/u);
  });

  it("belongs to no target, phase, step, item or attempt where it names none", () => {
    const none = { target_key: null, phase_id: null, step_id: null, item: null, attempt_id: null };
    const journal = opened(path());
    expect(good(journal.append([draft("a", {}, none)]))).toMatchObject([none]);
  });

  it("is not too long with a body of a mebibyte, and a page that people approve with sixteen", () => {
    // Looking sixteen mebibytes through for secrets would take a second.
    const redactor = () => ({ ...makeRedactor({ secrets: [], salt: "" }), redactJson: <T>(value: T) => value });
    const journal = opened(path(), { redactor });
    const body = (bytes: number) => ({ n: "x".repeat(bytes - '{"n":""}'.length) });
    const MIB = 1024 * 1024;
    expect(journal.append([draft("a", body(MIB))]).ok).toBe(true);
    expect(() => journal.append([draft("a", body(MIB + 1))])).toThrow("the body of a is larger than 1048576 bytes");
    expect(() => journal.append([draft("a", { n: "é".repeat(MIB / 2) })])).toThrow(RangeError);
    expect(journal.append([draft("approval.requested", body(16 * MIB))]).ok).toBe(true);
    expect(() => journal.append([draft("approval.requested", body(16 * MIB + 1))])).toThrow(
      "the body of approval.requested is larger than 16777216 bytes",
    );
    expect(journal.head()?.seq).toBe(2);
  });

  it("goes on from what another process wrote meanwhile", () => {
    const at = path();
    const [one, other] = [opened(at), opened(at)];
    for (const journal of [one, other, one]) journal.append([draft("a"), draft("b", {}, { run_id: "run-2" })]);
    expect(verifyJournal(at)).toMatchObject({ ok: true, events: 6 });
  });
});

describe("a journal of an older version", () => {
  const versionOf = (at: string): unknown => {
    const db = new Database(at, { readonly: true });
    const version = db.pragma("user_version", { simple: true });
    db.close();
    return version;
  };

  it("stays so while it is only read, or a write fails, and is this version's with the first event", () => {
    const at = path();
    sample(at, 2);
    makeOlder(at, 1);
    const journal = opened(at, { ids: () => "same" });
    expect(() => journal.append([draft("a"), draft("b")])).toThrow(/UNIQUE/u);
    expect(versionOf(at)).toBe(1);
    expect(journal.append([draft("a")]).ok).toBe(true);
    expect(versionOf(at)).toBe(FORMAT_VERSION);
    expect(verifyJournal(at)).toMatchObject({ ok: true, events: 3 });
  });
});

describe("a journal that a newer and an older program write at once", () => {
  const setFormat = (at: string, format: number): void => {
    const db = new Database(at);
    db.pragma(`user_version = ${format}`);
    db.close();
  };
  const formatOf = (at: string): unknown => {
    const db = new Database(at, { readonly: true });
    const format = db.pragma("user_version", { simple: true });
    db.close();
    return format;
  };

  it.each([1, 2, 3])("is whole though the older one marks it as its own again (format %i)", (format) => {
    const at = path();
    sample(at, 2);
    setFormat(at, format);
    expect(verifyJournal(at)).toMatchObject({ ok: true });
    const journal = opened(at);
    expect(journal.runs(9)).toHaveLength(1);
    journal.append([draft("a")]);
    expect([formatOf(at), verifyJournal(at).ok]).toEqual([FORMAT_VERSION, true]);
  });

  it("gets no more than its event where that is owed: it may come onto a full disk", () => {
    const at = path();
    sample(at, 2);
    makeOlder(at, 1);
    const journal = opened(at);
    journal.append([draft("step.outcome")]);
    expect([formatOf(at), verifyJournal(at).ok]).toEqual([3, true]);
    journal.append([draft("a")]);
    expect([formatOf(at), verifyJournal(at).ok]).toEqual([FORMAT_VERSION, true]);
  });
});

describe("a journal without room", () => {
  /** A ballast that is as it is said to be; `asked` notes what was asked of it. */
  const stand = (present: boolean, restores: boolean) => {
    const asked: string[] = [];
    const answer = (name: string, value: boolean) => (): boolean => {
      asked.push(name);
      return value;
    };
    const ballast: Ballast = {
      present: answer("present", present),
      restore: answer("restore", restores),
      release: answer("release", false),
    };
    return { asked, ballast };
  };
  const FULL = (at: string): string =>
    `Journal ${at}: the disk is full. What had happened is recorded as far as it fitted; nothing new is begun. Free some space.`;

  it("begins nothing, and takes what tells of an effect that has happened, output, and heads", () => {
    const at = path();
    const journal = opened(at, stand(false, false));
    expect(bad(journal.append([draft("step.intent")]))).toEqual({ kind: "full", opened: true, message: FULL(at) });
    expect(bad(journal.append([draft("step.outcome"), draft("step.intent")])).kind).toBe("full");
    expect(journal.append([draft("step.outcome"), draft("step.accepted")]).ok).toBe(true);
    expect(journal.putBlob("x", "text/plain").ok).toBe(true);
    expect(journal.publishHead("screen", "x").ok).toBe(true);
  });

  it("takes everything again once its ballast is back, without being asked", () => {
    const journal = opened(path(), stand(false, true));
    expect(journal.append([draft("step.intent")]).ok).toBe(true);
  });

  it("asks for its ballast when it is opened for writing, and never when it is read", () => {
    const at = path();
    const [writing, reading] = [stand(true, true), stand(true, true)];
    open(at, writing).close();
    expect(writing.asked).toEqual(["restore"]);
    open(at, { ...reading, readOnly: true }).close();
    expect(reading.asked).toEqual([]);
  });

  it("is not read with a ballast beside it, where there was none", () => {
    const at = path();
    sample(at, 1);
    renameSync(`${at}.ballast`, `${at}.away`);
    open(at, { readOnly: true }).close();
    expect(existsSync(`${at}.ballast`)).toBe(false);
  });
});

describe("what a journal refuses is said with its path", () => {
  it("reading alone", () => {
    const at = path();
    sample(at, 1);
    const reader = opened(at, { readOnly: true });
    const refusal = { kind: "unwritable", opened: true, message: `Journal ${at}: it was opened for reading only.` };
    expect([reader.readOnly, reader.path]).toEqual([true, at]);
    for (const answer of [
      reader.append([draft("a")]),
      reader.append([draft("step.outcome")]),
      reader.putBlob("x", "text/plain"),
      reader.publishHead("screen", "x"),
    ])
      expect(bad<unknown>(answer)).toEqual(refusal);
  });

  it("a file that was moved away", () => {
    const at = path();
    const journal = opened(at);
    renameSync(at, `${at}.old`);
    expect(bad(journal.append([draft("step.outcome")])).message).toBe(
      `Journal ${at}: the file was moved or deleted while it was open. Put it back.`,
    );
    renameSync(`${at}.old`, at);
    expect(journal.append([draft("step.outcome")]).ok).toBe(true);
  });

  it("that there is none, unless it is told to make one", () => {
    const at = path();
    const { create: _, ...rest } = options(at);
    expect(bad(openJournal(rest)).kind).toBe("missing");
    expect(existsSync(at)).toBe(false);
  });

  it("an empty file, unless a journal may be made of it", () => {
    const at = path();
    new Database(at).exec("VACUUM").close();
    expect(bad(openJournal(options(at, { create: false }))).message).toBe(
      `Journal ${at}: it is empty. Nothing was written to it yet, or it is another program's.`,
    );
    expect(bad(openJournal(options(at, { readOnly: true }))).kind).toBe("foreign");
    expect(opened(at).readOnly).toBe(false);
  });
});

describe("a new journal", () => {
  it("has an identity: its name, when it was made, a salt of its own, and what it goes on from", () => {
    const [first, second] = [path(), path()];
    const more = { ids: () => "journal-1", clock: { wall: () => "then", monoMs: () => 0, bootId: "b" } };
    expect(opened(first, { ...more, continues: "7:a" }).journalId).toBe("journal-1");
    opened(second, more);
    const [one, other] = [metaOf(first), metaOf(second)];
    expect([...one.keys()]).toEqual(["format", "journal_id", "created", "salt", "continues", "genesis"]);
    expect([...other.keys()]).toEqual(["format", "journal_id", "created", "salt", "genesis"]);
    expect([one.get("format"), one.get("journal_id"), one.get("created")]).toEqual(["handrail1", "journal-1", "then"]);
    expect(one.get("salt")).toMatch(/^[0-9a-f]{32}$/u);
    expect(one.get("salt")).not.toBe(other.get("salt"));
  });

  it("gives its salt to whoever takes the secrets out, also when it is opened again", () => {
    const at = path();
    const salts: string[] = [];
    const redactor: OpenOptions["redactor"] = (salt) => {
      salts.push(salt);
      return options(at).redactor(salt);
    };
    for (let times = 0; times < 2; times += 1) open(at, { redactor }).close();
    expect(salts).toEqual([metaOf(at).get("salt"), metaOf(at).get("salt")]);
  });

  it("has the tables that its format says, and is set so that what was committed is on the disk", () => {
    const at = path();
    open(at).close();
    const db = good(openDatabase(at, false, null));
    onTestFinished(() => void db.close());
    const pragmas = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check"];
    expect(pragmas.map((name) => db.pragma(name, { simple: true }))).toEqual(["wal", 2, 1, 0, 1]);
    const tables = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").pluck().all();
    expect(tables.toSorted()).toEqual([...DDL].toSorted());
    expect(() => db.exec("INSERT INTO meta VALUES('a', 'b'); DELETE FROM event")).not.toThrow();
  });

  it("lets no event be changed or taken out by accident", () => {
    const at = path();
    sample(at, 1);
    const db = new Database(at);
    onTestFinished(() => void db.close());
    for (const sql of ["UPDATE event SET item = 'x'", "DELETE FROM event"])
      expect(() => db.exec(sql)).toThrow("the journal is append-only");
  });
});

it("what was written is in the file itself once its writer is gone, though somebody still reads", () => {
  const at = path();
  const writer = open(at);
  const reader = opened(at, { readOnly: true });
  writer.append([draft("a")]);
  expect(reader.head()?.seq).toBe(1);
  writer.close();
  copyFileSync(at, `${at}.copy`);
  expect(verifyJournal(`${at}.copy`)).toMatchObject({ ok: true, events: 1 });
  expect(readFileSync(`${at}-wal`).length).toBeGreaterThan(0);
});

describe("a journal that is closed", () => {
  /** A journal whose log cannot be folded into its file. */
  const unfolded = (error: unknown): Journal => {
    const at = path();
    sample(at, 1);
    const db = new Database(at);
    onTestFinished(() => void db.close());
    const { redactor, ...parts } = options(at);
    const ballast: Ballast = { present: () => true, restore: () => true, release: () => false };
    const genesis = Buffer.from(metaOf(at).get("genesis") ?? "", "hex");
    const rest = { genesis, ballast, journalId: "", readOnly: false, owed: () => true, redactor: redactor("") };
    const journal = makeJournal({ ...parts, ...rest, db });
    db.pragma = () => {
      throw error;
    };
    return journal;
  };

  it("is closed though somebody keeps its log from being folded in, and a second time", () => {
    const journal = unfolded(Object.assign(new Error("locked"), { code: "SQLITE_BUSY" }));
    journal.close();
    expect(() => journal.head()).toThrow(/not open/u);
    expect(() => journal.close()).not.toThrow();
  });

  it("hides no bug", () => {
    const bug = new TypeError("a bug");
    expect(() => unfolded(bug).close()).toThrow(bug);
  });
});

it("a published head and kept output name no secret, and the time", () => {
  const at = path();
  const secret = secrets[0]?.value ?? "";
  const journal = opened(at, { clock: { wall: () => "now", monoMs: () => 0, bootId: "b" } });
  journal.append([draft("a")]);
  const anchor = good(journal.publishHead(secret, secret));
  expect(anchor).toMatchObject({ ...journal.head(), at: "now" });
  expect([anchor?.kind, anchor?.ref]).toEqual([expect.stringMatching(/^‹.+›$/u), expect.stringMatching(/^‹.+›$/u)]);
  const output = good(journal.putBlob(secret, secret));
  expect(output).toMatchObject({ media: expect.stringMatching(/^‹.+›$/u), size: secret.length, truncated: false });
  expect(journal.blob(output.blob)).toMatchObject({ redactions: 1, truncated: false, size: secret.length });
});
