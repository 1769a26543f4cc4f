/**
 * `npm run bench -- --compare COMMIT`: builds that commit beside this one and times commands of both in turn, over one lab. The
 * median of the ratios, pair by pair, holds when the machine's speed drifts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./pairs.ts";

interface Timed {
  readonly title: string;
  readonly words: readonly string[];
  /** How it ends where all is well. */
  readonly exit: number;
}

/** The plans come first: they write the journal that is listed. */
const COMMANDS: readonly Timed[] = [
  { title: "plan of one VM", words: ["plan", "failed-execution-cleanup", "--vm", "web-frontend-02", "--lab"], exit: 5 },
  { title: "plan of five VMs", words: ["plan", "failed-execution-cleanup", "--all-stuck", "--lab"], exit: 5 },
  { title: "explain", words: ["explain", "failed-execution-cleanup"], exit: 0 },
  { title: "lint", words: ["lint"], exit: 0 },
  { title: "journal list", words: ["journal", "list", "--lab"], exit: 0 },
  { title: "doctor", words: ["doctor", "--lab"], exit: 0 },
];

/** What a tree runs with: its own journal, since an older one does not read what a newer one wrote, over the same labs. */
function worldOf(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const state = join(folder, "state");
  mkdirSync(join(state, "handrail"), { recursive: true, mode: 0o700 });
  symlinkSync(join(env["XDG_STATE_HOME"] ?? "", "handrail", "labs"), join(state, "handrail", "labs"));
  return { ...env, XDG_STATE_HOME: state };
}

/** A commit in a folder of its own, built. */
function built(root: string, commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), "handrail-compare-"));
  execFileSync("git", ["clone", "-q", root, folder]);
  execFileSync("git", ["checkout", "-q", commit], { cwd: folder });
  cpSync(join(root, "node_modules"), join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

function once(tree: string, { words, exit }: Timed, env: NodeJS.ProcessEnv): number {
  const started = process.hrtime.bigint();
  const ended = spawnSync(join(tree, "bin/handrail"), words, {
    env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const took = Number(process.hrtime.bigint() - started) / 1e6;
  if (ended.status !== exit) throw new Error(`${tree}: ${words.join(" ")} ended with ${ended.status}: ${ended.stderr}`);
  return took;
}

/** Prints for each command how long it takes here, to the time that it takes at `commit`. */
export function compare(
  root: string,
  commit: string,
  { rounds, env }: { rounds: number; env: NodeJS.ProcessEnv },
): void {
  const other = built(root, commit);
  const worlds = new Map([
    [root, env],
    [other, worldOf(env, other)],
  ]);
  const time = (tree: string, timed: Timed): number => once(tree, timed, worlds.get(tree) ?? env);
  try {
    for (const timed of COMMANDS) {
      for (const tree of [root, other]) time(tree, timed);
      // Whoever comes second in a pair comes first in the next one.
      const times = Array.from({ length: rounds }, (_unused, round) => {
        const order = round % 2 === 0 ? [root, other] : [other, root];
        const took = new Map(order.map((tree) => [tree, time(tree, timed)]));
        return [took.get(root) ?? Number.NaN, took.get(other) ?? Number.NaN] as const;
      });
      const ratio = median(times.map(([ours, theirs]) => ours / theirs));
      const [ours, theirs] = [median(times.map(([ms]) => ms)), median(times.map(([, ms]) => ms))];
      process.stdout.write(
        `${timed.title}: ${ratio.toFixed(3)} times ${commit} (${ours.toFixed(0)} ms to ${theirs.toFixed(0)} ms, ${rounds} rounds)\n`,
      );
    }
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
}
