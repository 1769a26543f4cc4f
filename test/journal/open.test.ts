import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/journal/open.ts";
import { FORMAT_VERSION } from "../../src/journal/schema.ts";
import { networkFileSystem } from "../../src/journal/place.ts";
import { ROOT, needs } from "../support/needs.ts";
import { speaks, start } from "./children.ts";
import { draft, open, options, sample, temporaryDirectory } from "./support.ts";

const asRoot = await needs(ROOT);

const mode = (path: string): number => statSync(path).mode & 0o7777;

describe("a new journal", () => {
  it("is for its owner alone, whatever the umask", () => {
    const dir = join(temporaryDirectory(), "state", "handrail");
    const path = join(dir, "j.db");
    const before = process.umask(0);
    const journal = open(path);
    process.umask(before);
    journal.append([draft("a")]);
    expect(mode(dir)).toBe(0o700);
    for (const name of ["j.db", "j.db-wal", "j.db-shm", "j.db.ballast"])
      expect([name, mode(join(dir, name))]).toEqual([name, 0o600]);
    journal.close();
  });

  it("is for the group when shared", () => {
    const dir = join(temporaryDirectory(), "shared");
    const journal = open(join(dir, "j.db"), { shared: true });
    journal.append([draft("a")]);
    expect(mode(dir)).toBe(0o2770);
    for (const name of ["j.db", "j.db-wal", "j.db-shm", "j.db.ballast"])
      expect([name, mode(join(dir, name))]).toEqual([name, 0o660]);
    journal.close();
  });

  it("commits with full sync in a write-ahead log", () => {
    const path = join(temporaryDirectory(), "j.db");
    open(path).close();
    const db = new Database(path);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    db.close();
  });

  it("names the journal it goes on from, in its identity", () => {
    const path = join(temporaryDirectory(), "j.db");
    open(path, { continues: `7:${"a".repeat(64)}` }).close();
    const db = new Database(path, { readonly: true });
    expect(db.prepare("SELECT value FROM meta WHERE key='continues'").pluck().get()).toMatch(/^7:a/);
    db.close();
  });
});

describe("what is refused, with the path and what to do", () => {
  const cases: [string, string, (path: string) => void][] = [
    ["nothing there", "missing", () => undefined],
    ["garbage", "damaged", (path) => writeFileSync(path, "not a database ".repeat(1000), { mode: 0o600 })],
    ["an empty file", "foreign", (path) => writeFileSync(path, "", { mode: 0o600 })],
    [
      "another program's database",
      "foreign",
      (path) => new Database(path).exec("CREATE TABLE t(a); PRAGMA application_id=7").close(),
    ],
    ["a newer format", "newer", (path) => change(path, `PRAGMA user_version=${FORMAT_VERSION + 1}`)],
    ["an altered table", "damaged", (path) => change(path, "ALTER TABLE meta ADD extra TEXT")],
    ["a lost trigger", "damaged", (path) => change(path, "DROP TRIGGER event_no_update")],
    [
      "an edited event",
      "damaged",
      (path) =>
        change(
          path,
          "DROP TRIGGER event_no_update; UPDATE event SET item='x' WHERE seq=2; CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        ),
    ],
    ["an altered identity", "damaged", (path) => change(path, "UPDATE meta SET value='x' WHERE key='salt'")],
    ["a cut file", "damaged", (path) => cut(path)],
    ["a link", "foreign", (path) => link(path)],
    ["a directory", "foreign", (path) => mkdirSync(path)],
    ["a file that all may write", "foreign", (path) => loosen(path, 0o606)],
    ["a file that the group may write", "foreign", (path) => loosen(path, 0o660)],
    ["a directory that all may write", "foreign", (path) => chmodSync(join(path, ".."), 0o777)],
  ];
  it.each(cases)("%s is %s", (_, kind, prepare) => {
    const path = join(temporaryDirectory(), "j.db");
    prepare(path);
    const opened = openJournal(options(path, { create: false }));
    expect(opened).toMatchObject({ ok: false, error: { kind, opened: false } });
    expect(opened.ok ? "" : opened.error.message).toContain(path);
  });

  it("a file of another owner, unless shared", asRoot, () => {
    const path = join(temporaryDirectory(), "j.db");
    sample(path, 1);
    chownSync(path, 65_534, 65_534);
    expect(openJournal(options(path))).toMatchObject({ ok: false, error: { kind: "foreign" } });
    chmodSync(path, 0o660);
    const shared = openJournal(options(path, { shared: true }));
    expect(shared.ok).toBe(true);
    if (shared.ok) shared.value.close();
  });

  it("a directory that cannot be made", () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    expect(openJournal(options(join(file, "sub", "j.db")))).toMatchObject({ ok: false, error: { opened: false } });
  });

  it("and a foreign file is left as it was, byte for byte", () => {
    const dir = temporaryDirectory();
    const path = join(dir, "j.db");
    new Database(path).exec("CREATE TABLE t(a)").close();
    const before = readFileSync(path);
    expect(openJournal(options(path)).ok).toBe(false);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}.ballast`)).toBe(false);
  });
});

it("a journal whose reserve of space cannot be kept is refused in words, and left closed", () => {
  const path = join(temporaryDirectory(), "j.db");
  const restore = (): never => {
    throw Object.assign(new Error("read-only file system"), { code: "EROFS" });
  };
  const ballast = { present: () => false, release: () => false, restore };
  expect(openJournal(options(path, { ballast }))).toEqual({
    ok: false,
    error: {
      kind: "unwritable",
      opened: false,
      message: `Journal ${path}: it cannot be written: check its owner, mode and disk (EROFS).`,
    },
  });
  const bug = { ...ballast, restore: () => JSON.parse("{") as boolean };
  expect(() => openJournal(options(path, { ballast: bug }))).toThrow(SyntaxError);
  open(path).close();
});

it.each([
  [0x6969, "", "nfs"],
  [0xff534d42, "", "cifs"],
  [-11317950, "", "cifs"],
  [0xef53, "", null],
  [0x65735546, "36 35 0:1 / /mnt/a rw - fuse.sshfs u@h: rw\n35 1 0:2 / / rw - ext4 x rw", "fuse.sshfs"],
  [0x65735546, "36 35 0:1 / /mnt/other rw - fuse.sshfs u@h: rw\n35 1 0:2 / /mnt rw - fuse.ntfs x rw", null],
  [0x65735546, "36 35 0:1 / /mnt/a\\040b rw - fuse.sshfs u@h: rw", null],
])("file system %d: %s -> %s", (type, mounts, expected) => {
  expect(networkFileSystem(type, "/mnt/a/dir", () => mounts)).toBe(expected);
});

it("a mount point with a blank in it is known by its octal name", () => {
  const mounts = "36 35 0:1 / /mnt/a\\040b rw - fuse.sshfs u@h: rw";
  expect(networkFileSystem(0x65735546, "/mnt/a b/dir", () => mounts)).toBe("fuse.sshfs");
});

function change(path: string, sql: string): void {
  sample(path, 3);
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

function cut(path: string): void {
  sample(path, 60);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 3 * 4096), { mode: 0o600 });
}

function link(path: string): void {
  sample(`${path}.real`, 1);
  symlinkSync(`${path}.real`, path);
}

function loosen(path: string, bits: number): void {
  sample(path, 1);
  chmodSync(path, bits);
}

it("a directory that cannot be written is refused in words, and can still be read", async () => {
  const dir = temporaryDirectory();
  const path = join(dir, "j.db");
  sample(path, 3);
  const root = process.getuid?.() === 0;
  for (const name of [dir, path, `${path}.ballast`]) if (root) chownSync(name, 65_534, 65_534);
  chmodSync(dir, 0o555);
  // Root may write anywhere: the attempt is made by a user who may not.
  const child = start("child-open.ts", path, ...(root ? ["65534"] : []));
  const said = await speaks(child);
  chmodSync(dir, 0o755);
  expect(JSON.parse(said)).toMatchObject({ write: { kind: "unwritable", opened: false }, read: 3, verified: true });
  expect(said).toContain(path);
});
