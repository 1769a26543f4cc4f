/** What the lock of a target leaves on the disk, and what it says of whoever has it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { acquireTargetLock, type TargetLock } from "../../src/journal/target-lock.ts";
import { good } from "../support/result.ts";
import { temporaryDirectory } from "./support.ts";

const holder = { login: "bert", host: "h", pid: 4711, run_id: "run-1", since: "2025-01-02T00:00:00.000Z" };

function locks() {
  const dir = join(temporaryDirectory(), "locks");
  const take = (key: string, shared = false) => acquireTargetLock({ dir, key, holder, shared });
  const taken = (key: string, shared = false): TargetLock => {
    const lock = good(take(key, shared));
    onTestFinished(() => lock.release());
    return lock;
  };
  const files = (end: string): string[] => readdirSync(dir).filter((name) => name.endsWith(end));
  return { dir, take, taken, files };
}

describe("keys that a person would take for one are one", () => {
  it.each([
    ["ctx-a", " CTX-A\t"],
    ["ctx  a", "ctx\n a"],
    ["ﬁ", "FI"],
  ])("%j and %j", (first, second) => {
    const { taken, files } = locks();
    for (const key of [first, second]) taken(key).release();
    expect(files(".lock")).toHaveLength(1);
  });

  it("and others are not", () => {
    const { taken, files } = locks();
    for (const key of ["ctx a", "ctxa", "ctx-a"]) taken(key);
    expect(files(".lock")).toHaveLength(3);
    expect(files(".lock").every((name) => /^[0-9a-f]{32}\.lock$/u.test(name))).toBe(true);
  });
});

describe("the files of a lock", () => {
  it.each([
    [false, 0o700, 0o600],
    [true, 0o2770, 0o660],
  ])("are for the group only where it is shared: %j", (shared, directory, file) => {
    const { dir, taken, files } = locks();
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    taken("a", shared);
    const [lockFile = "", holderFile = ""] = [files(".lock")[0], files(".json")[0]];
    expect(statSync(dir).mode & 0o7777).toBe(directory);
    for (const name of [lockFile, holderFile]) expect(statSync(join(dir, name)).mode & 0o7777).toBe(file);
    expect(JSON.parse(readFileSync(join(dir, holderFile), "utf8"))).toEqual(holder);
  });

  it("stay but for the holder's name once it is released, and no draft is left", () => {
    const { dir, taken, files } = locks();
    taken("a").release();
    expect(readdirSync(dir)).toEqual(files(".lock"));
    expect(files(".lock")).toHaveLength(1);
  });

  it("are another's once released: a second release takes nothing from him", () => {
    const { taken, files } = locks();
    const first = taken("a");
    first.release();
    const second = taken("a");
    first.release();
    expect([files(".json").length, first.held(), second.held()]).toEqual([1, false, true]);
  });
});

it("a lock whose file was replaced is not the one that others see", () => {
  const { dir, taken, files } = locks();
  const lock = taken("a");
  const path = join(dir, files(".lock")[0] ?? "");
  renameSync(path, `${path}.away`);
  expect(lock.held()).toBe(false);
  writeFileSync(path, "");
  expect(lock.held()).toBe(false);
});

describe("a lock that another run has", () => {
  it("is refused with the name of its holder, as far as it can be read", () => {
    const { dir, take, taken, files } = locks();
    taken("a");
    const path = join(dir, files(".json")[0] ?? "");
    writeFileSync(path, JSON.stringify({ ...holder, login: 5, pid: "4711" }));
    expect(take("a")).toEqual({
      ok: false,
      error: {
        kind: "held",
        holder: { ...holder, login: "?" },
        message: "The target is locked by ? on h (process 4711, run run-1) since 2025-01-02T00:00:00.000Z.",
      },
    });
    writeFileSync(path, "{");
    expect(take("a")).toEqual({
      ok: false,
      error: { kind: "held", holder: null, message: "The target is locked by another process." },
    });
  });
});

describe("a lock that nobody can take", () => {
  it("is said with its file and the way on", () => {
    const { dir, take } = locks();
    writeFileSync(dir, "no folder");
    const refused = take("a");
    expect(refused).toMatchObject({ ok: false, error: { kind: "unusable", holder: null } });
    expect(refused.ok ? "" : refused.error.message).toMatch(
      /^The lock .*\/locks\/[0-9a-f]{32}\.lock cannot be taken: it cannot be opened: .* \(ENOTDIR\)\.$/u,
    );
  });

  it("also where the system gives a reason that is not known", () => {
    const { dir, take, taken, files } = locks();
    taken("a").release();
    const holderFile = join(dir, (files(".lock")[0] ?? "").replace(".lock", ".json"));
    mkdirSync(holderFile);
    const refused = take("a");
    expect(refused.ok ? "" : refused.error.message).toMatch(/ cannot be taken: check its directory \(EISDIR\)\.$/u);
    expect(take("b").ok).toBe(true);
  });
});
