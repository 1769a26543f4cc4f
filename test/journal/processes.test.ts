import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../src/engine/journal-port.ts";
import { examine } from "../../src/journal/database.ts";
import { APPLICATION_ID } from "../../src/journal/schema.ts";
import { acquireTargetLock } from "../../src/journal/target-lock.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { ends, speaks, start } from "./children.ts";
import { draft, open, temporaryDirectory } from "./support.ts";

describe("several processes", () => {
  it("that append at once, making the journal on the way, keep one chain", async () => {
    const path = join(temporaryDirectory(), "state", "j.db");
    const children = ["a", "b", "c"].map((name) => start("child-append.ts", path, name, "50"));
    expect(await Promise.all(children.map((child) => ends(child)))).toEqual([0, 0, 0]);
    expect(verifyJournal(path)).toMatchObject({ ok: true, events: 150, problems: [] });
    const journal = open(path);
    for (const name of ["a", "b", "c"]) {
      const mine = journal.events("run-1").filter(({ actor }) => actor.login === name);
      expect(mine.map(({ body }) => body["index"])).toEqual(Array.from({ length: 50 }, (_, index) => index));
    }
    journal.close();
  });

  it("are told one moment's truth while another one makes the journal", () => {
    const path = join(temporaryDirectory(), "j.db");
    writeFileSync(path, "", { mode: 0o600 });
    const [db, other] = [new Database(path), new Database(path)];
    other.pragma("busy_timeout = 0");
    const look = db.pragma.bind(db);
    const refusals: unknown[] = [];
    db.pragma = (...words) => {
      const answer: unknown = look(...words);
      try {
        other.pragma(`application_id=${APPLICATION_ID}`);
      } catch (error) {
        refusals.push(error);
      }
      return answer;
    };
    expect(examine(db, path, true)).toBeNull();
    expect(refusals).toMatchObject([{ code: "SQLITE_BUSY" }]);
    db.close();
    other.close();
  });

  it("see each other's events, and their own, while they watch", async () => {
    const path = join(temporaryDirectory(), "j.db");
    const journal = open(path);
    const stop = new AbortController();
    const seen: JournalEvent[] = [];
    journal.append([draft("before")]);
    journal.watch("run-1", (events) => seen.push(...events), { signal: stop.signal });
    const all: number[] = [];
    journal.watch("run-1", (events) => all.push(events.length), { signal: stop.signal, after: 0 });
    journal.append([draft("own"), draft("other run", {}, { run_id: "run-2" })]);
    expect(await ends(start("child-append.ts", path, "a", "5"))).toBe(0);
    await expect.poll(() => seen.length).toBe(6);
    expect(seen.map(({ seq }) => seq)).toEqual([2, 4, 5, 6, 7, 8]);
    // The other watcher looks at a moment of its own.
    await expect.poll(() => all.reduce((sum, count) => sum + count, 0)).toBe(7);
    stop.abort();
    journal.append([draft("late")]);
    await setTimeout(250);
    expect(seen).toHaveLength(6);
    journal.close();
  });
});

describe("the lock of a target", () => {
  const holder = { login: "bert", host: "h", pid: process.pid, run_id: "run-1", since: "2025-01-02T00:00:00.000Z" };

  it("refuses a second run while the first lives, names the holder, and is free again when its process is killed", async () => {
    const dir = join(temporaryDirectory(), "locks");
    const child = start("child-lock.ts", dir, "ctx-PGTest1");
    expect(await speaks(child)).toBe("locked\n");
    for (const key of ["ctx-PGTest1", "CTX-pgtest1", " ctx-pgtest1 "]) {
      const refused = acquireTargetLock({ dir, key, holder });
      expect(refused).toMatchObject({
        ok: false,
        error: { kind: "held", holder: { login: "anna", pid: child.pid, run_id: "run-9" } },
      });
      expect(refused.ok ? "" : refused.error.message).toContain("anna on appliance");
    }
    expect(acquireTargetLock({ dir, key: "another", holder })).toMatchObject({ ok: true });
    child.kill("SIGKILL");
    await ends(child);
    const free = acquireTargetLock({ dir, key: "ctx-pgtest1", holder });
    expect(free.ok).toBe(true);
    if (free.ok) free.value.release();
  });

  it("excludes this process too, and can be taken again after release", () => {
    const dir = join(temporaryDirectory(), "locks");
    for (const key of ["a", "../../etc/passwd", "x".repeat(300), "\0\u202e/", ""]) {
      const lock = acquireTargetLock({ dir, key, holder });
      if (!lock.ok) throw new Error(lock.error.message);
      expect(lock.value.held()).toBe(true);
      expect(acquireTargetLock({ dir, key, holder })).toMatchObject({ ok: false, error: { kind: "held", holder } });
      expect(lock.value.held()).toBe(true);
      lock.value.release();
      expect(lock.value.held()).toBe(false);
      lock.value.release();
      const again = acquireTargetLock({ dir, key, holder });
      expect(again.ok).toBe(true);
      if (again.ok) again.value.release();
    }
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it("is no longer held once its file is gone", () => {
    const dir = join(temporaryDirectory(), "locks");
    const lock = acquireTargetLock({ dir, key: "a", holder });
    rmSync(dir, { recursive: true });
    expect(lock.ok && lock.value.held()).toBe(false);
    if (lock.ok) lock.value.release();
  });

  it("says when its directory cannot be used", () => {
    expect(acquireTargetLock({ dir: "/proc/none", key: "a", holder })).toMatchObject({
      ok: false,
      error: { kind: "unusable" },
    });
  });
});
