/** `history.jsonl`: what the benchmark found, one line a run, so that a figure can be held against those of before. */
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";

const FILE = "bench/history.jsonl";

/** What a run measures. */
export interface Stamp {
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly day: string;
  /** Whether what is measured is what the commit has; false where files were changed or added since. */
  readonly clean: boolean;
}

export interface Entry extends Stamp {
  /** The version of Node.js. */
  readonly node: string;
  /** The parts that were asked for; none where all were. */
  readonly parts: readonly string[];
  /** By name. The machine is not told: beside those of another one only ratios and counts say anything. */
  readonly figures: Readonly<Record<string, Figure>>;
}

const git = (root: string, ...args: string[]): string =>
  execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim();

/** What stands at `root`, which has to be a clone. The history itself, which every run makes longer, is no change of it. */
export function stampOf(root: string): Stamp {
  const changes = git(root, "status", "--porcelain", "--", ".", `:!${FILE}`);
  const day = new Date().toISOString().slice(0, 10);
  return { commit: git(root, "rev-parse", "--short=12", "HEAD"), day, clean: changes === "" };
}

/** Makes the history longer by one line. */
export function append(root: string, entry: Entry): void {
  appendFileSync(join(root, FILE), `${JSON.stringify(entry)}\n`);
}
