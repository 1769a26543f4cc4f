import { Buffer } from "node:buffer";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { genesisOf, hashFields } from "../../src/journal/chain.ts";
import { readMeta } from "../../src/journal/file.ts";
import { EVENT_COLUMNS } from "../../src/journal/schema.ts";
import { checkChain } from "../../src/journal/verify-chain.ts";
import { verifyDatabase, verifyJournal } from "../../src/journal/verify.ts";
import { sample, temporaryDirectory } from "./support.ts";

/** The sample in memory with its guards off: events in a table without types, as an attacker would have it. */
function unguarded(events = 60): Database.Database {
  const path = join(temporaryDirectory(), "j.db");
  sample(path, events);
  const db = new Database(":memory:");
  db.prepare("ATTACH ? AS src").run(path);
  db.exec("CREATE TABLE meta AS SELECT * FROM src.meta; CREATE TABLE blob AS SELECT * FROM src.blob");
  db.exec(`CREATE TABLE event(${EVENT_COLUMNS.join(", ")})`);
  db.exec("INSERT INTO event SELECT * FROM src.event; CREATE INDEX by_seq ON event(seq); DETACH src");
  return db;
}

const genesis = (db: Database.Database): string => genesisOf(readMeta(db)).toString("hex");
const problems = (db: Database.Database): string[] =>
  [...checkChain(db, { seq: 0, hash: genesis(db) })].flatMap(({ problem }) => problem ?? []);

function flip(bytes: Buffer, at: number, kind: string): Buffer {
  const copy = Buffer.from(bytes);
  // In a digit only the low bits keep it a digit.
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % (kind === "integer" ? 1 : 8)));
  return copy;
}

/** Stores the bytes under the storage class that the value had. */
function set(db: Database.Database, column: string, kind: string, id: number, bytes: Buffer): void {
  const as = { text: "CAST(? AS TEXT)", integer: "CAST(CAST(? AS TEXT) AS INTEGER)" }[kind] ?? "?";
  db.prepare(`UPDATE event SET ${column} = ${as} WHERE rowid = ?`).run(bytes, id);
}

describe("a changed column", () => {
  it.each(EVENT_COLUMNS.map((column) => [column]))(
    "%s is noticed for each of its bytes in each of sixty events",
    (column) => {
      const db = unguarded();
      expect(problems(db)).toEqual([]);
      const rows = db.prepare<[], [number, Buffer | null, string]>(
        `SELECT rowid, CAST(${column} AS BLOB), typeof(${column}) FROM event`,
      );
      const original = rows.raw().all();
      const longest = Math.max(...original.map(([, bytes]) => bytes?.length ?? 0));
      // Every other event at a time (one at a time where the order changes), so that no neighbour is blamed instead.
      const groups =
        column === "seq"
          ? original.map((row) => [row])
          : [0, 1].map((odd) => original.filter(([id]) => id % 2 === odd));
      let [flips, unnoticed] = [0, 0];
      for (const group of groups) {
        for (let at = 0; at < longest; at += 1) {
          const changed = group.filter(([, bytes]) => bytes !== null && at < bytes.length);
          if (changed.length === 0) continue;
          db.exec("SAVEPOINT s");
          for (const [id, bytes, kind] of changed) set(db, column, kind, id, flip(bytes ?? Buffer.alloc(0), at, kind));
          const found = [...checkChain(db, { seq: 0, hash: genesis(db) })];
          const blamed = new Set(found.flatMap(({ seq, problem }) => (problem === null ? [] : seq)));
          flips += changed.length;
          unnoticed += column === "seq" ? Number(blamed.size === 0) : changed.filter(([id]) => !blamed.has(id)).length;
          db.exec("ROLLBACK TO s");
        }
      }
      expect(flips).toBe(original.reduce((sum, [, bytes]) => sum + (bytes?.length ?? 0), 0));
      expect(unnoticed).toBe(0);
      db.close();
    },
  );

  it("is noticed when only its storage class is another, or it became null", () => {
    const db = unguarded(6);
    const kinds = ["AS BLOB", "AS TEXT", "AS INTEGER", "AS REAL", "null"];
    for (const column of EVENT_COLUMNS) {
      for (const kind of kinds) {
        db.exec("SAVEPOINT s");
        const expression = kind === "null" ? "NULL" : `CAST(${column} ${kind})`;
        const changed = db
          .prepare(
            `UPDATE event SET ${column} = ${expression} WHERE rowid = 4 AND (typeof(${column}) <> typeof(${expression}))`,
          )
          .run().changes;
        const found = problems(db);
        expect([column, kind, found.length > 0]).toEqual([column, kind, changed > 0]);
        db.exec("ROLLBACK TO s");
      }
    }
    db.close();
  });
});

describe("the order of events", () => {
  const tampers: [string, string][] = [
    ["one deleted", "DELETE FROM event WHERE seq = 30"],
    ["the first deleted", "DELETE FROM event WHERE seq = 1"],
    [
      "one deleted and the rest moved up",
      "DELETE FROM event WHERE seq = 30; UPDATE event SET seq = seq - 1 WHERE seq > 30",
    ],
    ["two exchanged", "UPDATE event SET seq = 31 - (seq - 30) WHERE seq IN (30, 31)"],
    ["one doubled", "INSERT INTO event SELECT * FROM event WHERE seq = 30"],
    [
      "one put in",
      "UPDATE event SET seq = seq + 1 WHERE seq > 30; INSERT INTO event SELECT 31, event_id || 'x', run_id, target_key, phase_id, step_id, item, attempt_id, type, schema_v, wall_time, mono_ms, boot_id, actor, body, body_sha256, hash, prev FROM event WHERE seq = 30",
    ],
    [
      "a copy at the end",
      "INSERT INTO event SELECT 61, event_id || 'x', run_id, target_key, phase_id, step_id, item, attempt_id, type, schema_v, wall_time, mono_ms, boot_id, actor, body, body_sha256, prev, hash FROM event WHERE seq = 60",
    ],
  ];
  it.each(tampers)("%s is noticed", (_, sql) => {
    const db = unguarded();
    db.exec(sql);
    expect(problems(db)).not.toEqual([]);
    db.close();
  });

  it("a new chain from a middle event on is noticed by a head that was published", () => {
    const path = join(temporaryDirectory(), "j.db");
    sample(path, 60);
    const { head } = verifyJournal(path);
    const anchor = `${head?.seq}:${head?.hash}`;
    expect(verifyJournal(path, { anchor })).toMatchObject({ ok: true, events: 60 });
    const db = tamper(path, "DELETE FROM event WHERE seq > 40; DELETE FROM anchor");
    forge(db, 20);
    db.close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 60 });
    expect(verifyJournal(path, { anchor })).toMatchObject({ ok: false });
  });

  it("a cut end is noticed by the noted head, and by a given one when the note went too", () => {
    const path = join(temporaryDirectory(), "j.db");
    sample(path, 60);
    const { head } = verifyJournal(path);
    tamper(path, "DELETE FROM event WHERE seq > 50").close();
    expect(
      verifyJournal(path)
        .problems.map(({ message }) => message)
        .join(),
    ).toContain("cut off");
    tamper(path, "DELETE FROM anchor").close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 50 });
    expect(verifyJournal(path, { anchor: `${head?.seq}:${head?.hash}` })).toMatchObject({ ok: false });
  });
});

describe("everything beside the events", () => {
  it.each([
    ["a blob's bytes", "UPDATE blob SET bytes = CAST('other' AS BLOB)"],
    ["a blob's size", "UPDATE blob SET size = size + 1"],
    ["a blob's flag", "UPDATE blob SET truncated = 1"],
    ["a missing blob", "DELETE FROM blob"],
    ["an anchor's place", "UPDATE anchor SET ref = 'elsewhere'"],
    ["an anchor's head", "UPDATE anchor SET head = zeroblob(32)"],
    ["an anchor's number", "UPDATE anchor SET id = 5"],
    ["the salt", "UPDATE meta SET value = 'x' WHERE key = 'salt'"],
    ["the genesis", "UPDATE meta SET value = upper(value) WHERE key = 'genesis'"],
    ["one more meta", "INSERT INTO meta VALUES('x', 'y')"],
    ["the list of runs", "UPDATE run SET first_seq = 2 WHERE run_id = 'run-1'"],
    ["a lost run", "DELETE FROM run WHERE run_id = 'run-1'"],
    ["an invented run", "INSERT INTO run VALUES('x', 1, 'y')"],
    ["one more table", "CREATE TABLE extra(a)"],
    ["a version", "PRAGMA user_version=9"],
    ["an owner", "PRAGMA application_id=9"],
  ])("%s is noticed", (_, sql) => {
    const path = join(temporaryDirectory(), "j.db");
    sample(path, 6);
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 6, problems: [] });
    tamper(path, sql).close();
    expect(verifyJournal(path)).toMatchObject({ ok: false });
  });

  it("is answered for what is no journal at all", () => {
    const dir = temporaryDirectory();
    expect(verifyJournal(join(dir, "none"))).toMatchObject({ ok: false, events: 0 });
    copyFileSync(import.meta.filename, join(dir, "text"));
    expect(verifyJournal(join(dir, "text"))).toMatchObject({ ok: false, events: 0 });
  });
});

/** Opens the file for writing past its triggers, changes it, and puts the triggers back. */
function tamper(path: string, sql: string): Database.Database {
  const db = new Database(path);
  const triggers = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  db.exec(`DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; ${sql}`);
  for (const trigger of triggers) db.exec(trigger);
  return db;
}

/** Appends events with proper hashes, as someone who knows how would. */
function forge(db: Database.Database, count: number): void {
  const columns = EVENT_COLUMNS.join(", ");
  for (let index = 0; index < count; index += 1) {
    const last =
      db
        .prepare<[], Record<string, string | number | Buffer | null>>(
          `SELECT ${columns} FROM event ORDER BY seq DESC LIMIT 1`,
        )
        .get() ?? {};
    const row: Record<string, string | number | Buffer | null> = {
      ...last,
      seq: Number(last["seq"]) + 1,
      event_id: `forged-${index}`,
      prev: last["hash"] ?? null,
    };
    const hashed = EVENT_COLUMNS.filter((column) => column !== "body" && column !== "hash");
    row["hash"] = hashFields(hashed.map((column) => row[column] ?? null));
    db.prepare(`INSERT INTO event(${columns}) VALUES(${EVENT_COLUMNS.map((column) => `@${column}`).join(", ")})`).run(
      row,
    );
  }
}

it("answers over an open connection too", () => {
  const path = join(temporaryDirectory(), "j.db");
  sample(path, 3);
  const db = new Database(path, { readonly: true });
  expect(verifyDatabase(db, path)).toMatchObject({ ok: true, events: 3 });
  db.close();
});
