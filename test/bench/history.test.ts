/** What a line of the benchmark's history says: which tree was measured, what was found, and nothing of the machine. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { newFigures } from "../../bench/figures.ts";
import { append, stampOf, type Entry } from "../../bench/history.ts";

let root: string;
const git = (...args: string[]): string =>
  execFileSync("git", ["-C", root, "-c", "user.name=a", "-c", "user.email=a@b", ...args], { encoding: "utf8" }).trim();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "history-"));
  git("init", "-q");
  mkdirSync(join(root, "bench"));
  writeFileSync(join(root, "file"), "as committed\n");
  git("add", ".");
  git("commit", "-qm", "one");
});

const entry = (over: Partial<Entry> = {}): Entry => ({
  ...stampOf(root),
  node: "v24.0.0",
  parts: [],
  figures: {},
  ...over,
});

describe("a line of the history", () => {
  it("names the commit, and is clean where the tree is as that has it, however many lines there are", () => {
    const commit = git("rev-parse", "--short=12", "HEAD");
    for (let line = 0; line < 2; line++) {
      expect(stampOf(root)).toMatchObject({ commit, clean: true });
      append(root, entry());
    }
    expect(readFileSync(join(root, "bench/history.jsonl"), "utf8").split("\n")).toHaveLength(3);
  });

  it.each([
    ["changed", "file"],
    ["added", "another"],
  ])("is marked where a file was %s", (_how, name) => {
    writeFileSync(join(root, name), "otherwise\n");
    expect(stampOf(root).clean).toBe(false);
  });

  it("holds each figure with its bound, and no machine and no path", () => {
    const lines: string[] = [];
    const figures = newFigures((line) => lines.push(line));
    figures.say("a to b", { ratio: 1.5004, ours: 15, theirs: 10, rounds: 3 }, 1.5);
    figures.say("c to d", { ratio: 9, ours: 90, theirs: 10, rounds: 3 }, null);
    figures.bound("bytes", 1, 0, " bytes", { counts: { events: 7 } });
    figures.bound("memory", Number.NaN, 130, " MiB");
    append(root, entry({ figures: figures.found() }));
    const text = readFileSync(join(root, "bench/history.jsonl"), "utf8");
    expect(text).not.toContain(hostname());
    expect(text).not.toContain(root);
    expect((JSON.parse(text) as Entry).figures).toMatchObject({
      "a to b": { value: 1.5, unit: "times", bound: 1.5, rounds: 3 },
      "c to d": { value: 9, bound: null },
      bytes: { value: 1, unit: "bytes", bound: 0, rounds: 1, counts: { events: 7 } },
    });
    // What is over its bound by less than is written is over it; so is what could not be measured.
    expect(lines.map((line) => line.endsWith("MISSED"))).toEqual([true, false, true, true]);
    expect(figures.missed()).toBe(3);
  });
});
