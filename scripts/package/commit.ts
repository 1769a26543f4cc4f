/** Which commit a build is made from: `--version` says it, and every file of a package bears its time. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Commit {
  /** Its first twelve digits; `+changes` behind them where what is shipped differs from it. */
  readonly id: string;
  /** Its day in UTC, `YYYY-MM-DD`. */
  readonly date: string;
  /** Its time, seconds since 1970. */
  readonly seconds: number;
}

/** What decides what a package holds. */
const SHIPPED = ["bin", "docs", "packaging", "recorded", "scripts", "src"].concat([
  "runbooks.yaml",
  "package.json",
  "package-lock.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
]);

function git(root: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync("git", ["--no-optional-locks", "-C", root, ...args], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** The commit that the folder `root` is a clone at; null without git, or where `root` is no clone itself. */
export function commitOf(root: string): Commit | null {
  if (!existsSync(join(root, ".git"))) return null;
  const [hash, time] = git(root, ["log", "-1", "--format=%H %ct"])?.split(" ") ?? [];
  const changes = git(root, ["status", "--porcelain", "--", ...SHIPPED]);
  if (hash === undefined || time === undefined || changes === null) return null;
  const seconds = Number(time);
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  return { id: `${hash.slice(0, 12)}${changes === "" ? "" : "+changes"}`, date, seconds };
}
