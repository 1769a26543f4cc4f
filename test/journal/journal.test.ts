import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { makeJournal } from "../../src/journal/journal.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { formatHead } from "../../src/journal/chain.ts";
import { makeRedactor } from "../../src/text/redact.ts";
import { actor, draft, nextId, open, options, secrets, temporaryDirectory } from "./support.ts";

describe("appending", () => {
  it("gives events their place, chained, and back as they are stored", () => {
    const journal = open(join(temporaryDirectory(), "j.db"));
    expect(journal.head()).toBeNull();
    const appended = journal.append([
      draft("step.intent", { b: 1, a: ["x", null, true] }),
      draft("step.outcome", {}, { item: "vol-1" }),
    ]);
    expect(appended).toMatchObject({
      ok: true,
      value: [
        { seq: 1, body: { a: ["x", null, true], b: 1 } },
        { seq: 2, item: "vol-1" },
      ],
    });
    expect(journal.events("run-1")).toEqual(appended.ok ? appended.value : null);
    expect(journal.events("run-1", 1).map(({ seq }) => seq)).toEqual([2]);
    expect(journal.events("run-2")).toEqual([]);
    expect(journal.head()).toEqual({ seq: 2, hash: appended.ok ? appended.value[1]?.hash : "" });
    expect(journal.events("run-1")[0]?.actor).toEqual(actor);
    expect(journal.append([])).toEqual({ ok: true, value: [] });
    journal.close();
  });

  it("lists runs, newest first", () => {
    const journal = open(join(temporaryDirectory(), "j.db"));
    for (const run_id of ["a", "b", "a", "c", "b"]) journal.append([draft("run.noted", {}, { run_id })]);
    expect(journal.runs(2).map(({ run_id, first_seq, last_seq }) => [run_id, first_seq, last_seq])).toEqual([
      ["c", 4, 4],
      ["b", 2, 5],
    ]);
    expect(journal.runs(9)).toHaveLength(3);
    expect(journal.page(1, 2).map(({ seq }) => seq)).toEqual([2, 3]);
    journal.close();
  });

  it("goes on where another opening left off", () => {
    const path = join(temporaryDirectory(), "j.db");
    for (let index = 0; index < 3; index += 1) {
      const journal = open(path);
      journal.append([draft("step.intent", { index })]);
      journal.close();
    }
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 3, problems: [] });
  });

  it("writes nothing of a batch that fails, and throws what is a bug", () => {
    const journal = open(join(temporaryDirectory(), "j.db"), { ids: () => "same" });
    expect(() => journal.append([draft("a"), draft("b")])).toThrow(/UNIQUE/);
    expect(() => journal.append([draft("a", { note: "x".repeat(1024 * 1024) })])).toThrow(RangeError);
    expect(() => journal.append([draft("a", { n: 0.5 })])).toThrow(TypeError);
    expect(journal.head()).toBeNull();
    expect(journal.append([draft("a")])).toMatchObject({ ok: true });
    journal.close();
  });

  it("stores strange text so that it verifies", () => {
    const path = join(temporaryDirectory(), "j.db");
    const journal = open(path);
    const strange = "\ud800 \0 \u202e \ufffd 'x' \u{1f600}";
    journal.append([draft("a", { strange, [strange]: strange }, { item: strange, target_key: strange })]);
    expect(journal.events("run-1")[0]?.body).toEqual({ strange, [strange]: strange });
    expect(journal.events("run-1")[0]?.item).toBe(strange.toWellFormed());
    journal.close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, problems: [] });
  });

  it("refuses once the file is gone or was replaced", () => {
    const path = join(temporaryDirectory(), "j.db");
    const journal = open(path);
    renameSync(path, `${path}.old`);
    expect(journal.append([draft("step.intent")])).toMatchObject({
      ok: false,
      error: { kind: "unwritable", opened: true },
    });
    journal.close();
  });

  it("refuses to write when opened for reading, and says busy when locked out", () => {
    const path = join(temporaryDirectory(), "j.db");
    open(path).close();
    const reader = open(path, { readOnly: true, create: false });
    expect(reader.append([draft("a")])).toMatchObject({ ok: false, error: { kind: "unwritable", opened: true } });
    reader.close();
    const other = new Database(path);
    const journal = open(path);
    other.exec("BEGIN IMMEDIATE");
    const parts = { ...options(path), db: new Database(path, { timeout: 50 }) };
    const quick = makeJournal({
      ...parts,
      readOnly: false,
      journalId: "",
      genesis: Buffer.alloc(32),
      redactor: parts.redactor(""),
      owed: () => true,
      ballast: { present: () => true, release: () => false, restore: () => true },
    });
    expect(quick.append([draft("a")])).toMatchObject({ ok: false, error: { kind: "busy", opened: true } });
    other.exec("ROLLBACK");
    expect(journal.append([draft("a")]).ok).toBe(true);
    for (const each of [quick, journal, other]) each.close();
  });
});

describe("a full disk", () => {
  it("records what is owed from the ballast, once, and begins nothing new", () => {
    const path = join(temporaryDirectory(), "j.db");
    open(path).close();
    const db = new Database(path);
    db.pragma("synchronous=FULL");
    let present = true;
    const genesis = Buffer.from(
      db.prepare<[], string>("SELECT value FROM meta WHERE key='genesis'").pluck().get() ?? "",
      "hex",
    );
    const pages = (): number => Number(db.pragma("page_count", { simple: true }));
    const ballast = {
      present: () => present,
      restore: () => false,
      release() {
        db.pragma(`max_page_count=${pages() + 2}`);
        present = false;
        return true;
      },
    };
    const { redactor, ...parts } = options(path);
    const owed = (type: string): boolean => type.endsWith(".outcome");
    const journal = makeJournal({
      ...parts,
      db,
      genesis,
      ballast,
      owed,
      journalId: "",
      readOnly: false,
      redactor: redactor(""),
    });
    db.pragma(`max_page_count=${pages()}`);
    const full = { ok: false, error: { kind: "full", opened: true } };
    const fill = { note: "x".repeat(3000) };
    while (journal.append([draft("step.intent", fill)]).ok);
    expect(journal.append([draft("step.intent", fill)])).toMatchObject(full);
    expect(present).toBe(true);
    expect(journal.append([draft("step.outcome", fill)])).toMatchObject({ ok: true });
    expect(present).toBe(false);
    expect(journal.append([draft("step.intent")])).toMatchObject(full);
    while (journal.append([draft("step.outcome", fill)]).ok);
    expect(journal.append([draft("step.outcome", fill)])).toMatchObject(full);
    journal.close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, problems: [] });
  });

  it("keeps 256 KiB of real ballast beside the file and takes it back at the next opening", () => {
    const path = join(temporaryDirectory(), "j.db");
    open(path).close();
    const stats = statSync(`${path}.ballast`);
    expect([stats.size, stats.mode & 0o777]).toEqual([256 * 1024, 0o600]);
    expect(stats.blocks * 512).toBeGreaterThanOrEqual(256 * 1024);
    writeFileSync(`${path}.ballast`, "");
    open(path).close();
    expect(statSync(`${path}.ballast`).size).toBe(256 * 1024);
  });
});

describe("blobs and anchors", () => {
  it("stores output once, capped at head and tail, flagged", () => {
    const path = join(temporaryDirectory(), "j.db");
    const journal = open(path);
    const small = journal.putBlob("hello", "text/plain");
    expect(small).toEqual(journal.putBlob("hello", "text/plain"));
    const big = journal.putBlob(Buffer.from(`HEAD${"x".repeat(3_000_000)}TAIL`), "text/plain");
    if (!small.ok || !big.ok) throw new Error("refused");
    expect(big.value).toMatchObject({ size: 3_000_008, truncated: true });
    const stored = journal.blob(big.value.blob);
    expect(stored?.bytes.length).toBeLessThanOrEqual(1024 * 1024);
    expect(stored?.bytes.toString()).toMatch(/^HEAD[\s\S]*left out[\s\S]*TAIL$/);
    expect(journal.blob(small.value.blob)?.bytes.toString()).toBe("hello");
    expect(journal.blob("00")).toBeNull();
    const binary = journal.putBlob(Buffer.from([0, 255, 254, 128]), "application/octet-stream");
    expect(binary.ok && journal.blob(binary.value.blob)?.bytes).toEqual(Buffer.from([0, 255, 254, 128]));
    journal.append([draft("step.outcome", { out: big.value })]);
    journal.close();
    expect(verifyJournal(path)).toMatchObject({ ok: true, problems: [] });
  });

  it("notes where its head was published", () => {
    const path = join(temporaryDirectory(), "j.db");
    const journal = open(path);
    expect(journal.publishHead("screen", "x")).toEqual({ ok: true, value: null });
    journal.append([draft("a")]);
    const anchor = journal.publishHead("screen", "closing screen");
    expect(anchor).toMatchObject({ ok: true, value: { seq: 1, kind: "screen" } });
    expect(journal.anchors()).toEqual(anchor.ok ? [anchor.value] : null);
    const head = formatHead(journal.head() ?? { seq: 0, hash: "" });
    journal.append([draft("b")]);
    journal.close();
    expect(verifyJournal(path, { anchor: head })).toMatchObject({ ok: true });
    expect(verifyJournal(path, { anchor: head.replace(/.$/, (last) => (last === "0" ? "1" : "0")) })).toMatchObject({
      ok: false,
    });
    expect(verifyJournal(path, { anchor: "nonsense" })).toMatchObject({ ok: false });
  });
});

it("holds no secret, in no shape, in no file", () => {
  const dir = temporaryDirectory();
  const journal = open(join(dir, "j.db"), { actor: { ...actor, tty: secrets[0]?.value ?? "" } });
  const shapes = secrets.flatMap(({ value }) => [
    value,
    Buffer.from(`u:${value}`).toString("base64"),
    encodeURIComponent(value),
    JSON.stringify({ value }),
    `http://cs/?apikey=${value}&signature=canary-sig`,
    `mysql://u:canary-url@h/`,
    `Authorization: Bearer canary-bearer`,
  ]);
  for (const shape of shapes) {
    journal.append([
      draft(
        "a",
        { shape, [shape]: [{ shape }], password: "canary-named" },
        { item: shape, target_key: shape, attempt_id: shape },
      ),
    ]);
    journal.putBlob(shape, "text/plain");
    journal.putBlob(Buffer.concat([Buffer.from([255, 0, 254]), Buffer.from(shape)]), shape);
    journal.publishHead(shape, shape);
  }
  const files = readdirSync(dir).filter((name) => !name.endsWith(".ballast"));
  expect(files).toContain("j.db-wal");
  for (const name of files) {
    const content = readFileSync(join(dir, name), "latin1");
    for (const canary of ["canary", "plgWJfZK4", Buffer.from("canary-db-p@").toString("base64").slice(2, 10)])
      expect(content).not.toContain(canary);
  }
  journal.close();
  expect(verifyJournal(join(dir, "j.db"))).toMatchObject({ ok: true, problems: [] });
});

it("keeps its tokens apart by journal", () => {
  const tokens = ["a", "b"].map((name) => {
    const journal = open(join(temporaryDirectory(), name), { redactor: (salt) => makeRedactor({ secrets, salt }) });
    journal.append([draft("a", { text: secrets[0]?.value ?? "" })]);
    const { body } = journal.events("run-1")[0] ?? {};
    journal.close();
    return JSON.stringify(body);
  });
  expect(tokens[0]).not.toBe(tokens[1]);
  expect(existsSync("nowhere")).toBe(false);
  expect(nextId()).not.toBe(nextId());
});

it("a run is found by the end of its name, and the last one that was no dry run, however many dry runs came after it", () => {
  const journal = open(join(temporaryDirectory(), "journal.db"));
  expect(journal.newestRun()).toBeNull();
  const begin = (run_id: string, dry: boolean): void => {
    journal.append([draft("run.created", { dry: dry || null, runbook: {}, targets: [] }, { run_id })]);
  };
  begin("20250101-dry-first", true);
  expect(journal.newestRun()?.run_id).toBe("20250101-dry-first");
  begin("20250102-real-a7", false);
  for (let nth = 0; nth < 1001; nth += 1) begin(`20250103-dry-${nth}`, true);
  expect(journal.newestRun()).toMatchObject({ run_id: "20250102-real-a7", first_seq: 2, last_seq: 2 });
  expect(journal.runsNamed("a7").map(({ run_id }) => run_id)).toEqual(["20250102-real-a7"]);
  expect(journal.runsNamed("20250102-real-a7")).toHaveLength(1);
  expect(journal.runsNamed("7").map(({ run_id }) => run_id)).toEqual(["20250103-dry-7"]);
  expect(journal.runsNamed("%")).toEqual([]);
});
