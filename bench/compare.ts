/**
 * `npm run bench -- --compare COMMIT`: builds that commit beside this one and times commands of both in turn, over one lab. The
 * median of the ratios, pair by pair, holds when the machine's speed drifts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadWorld, sqlQuietly, type Lab } from "../src/packs/appliance/lab/index.ts";
import { median } from "./pairs.ts";
import { resetSteps, STEP_RUNBOOKS } from "./steps.ts";

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

/** A runbook of the step benchmark, with a grant for it in the journal's world of one tree. */
function stepsOf(tree: string, name: keyof typeof STEP_RUNBOOKS, env: NodeJS.ProcessEnv): Timed {
  const folder = mkdtempSync(join(env["XDG_STATE_HOME"] ?? tmpdir(), "steps-"));
  const [file, grant] = [join(folder, `${name}.yaml`), join(folder, `${name}.grant`)];
  writeFileSync(file, STEP_RUNBOOKS[name]());
  const wish = ["--file", file, "--all-stuck", "--lab"];
  once(tree, { title: "grant", words: ["grant", name, ...wish, "-o", grant], exit: 0 }, env);
  return { title: `100 ${name}`, words: ["run", name, ...wish, "--grant", grant], exit: 0 };
}

interface Trees {
  readonly trees: readonly [string, string];
  readonly envOf: (tree: string) => NodeJS.ProcessEnv;
  readonly rounds: number;
}

/** One command of both trees in turn; `before` is what has to be done before each of them. */
async function pair(
  { trees, envOf, rounds }: Trees,
  timedOf: (tree: string) => Timed,
  before: () => Promise<unknown>,
): Promise<(readonly [number, number])[]> {
  const timed = new Map(trees.map((tree) => [tree, timedOf(tree)]));
  const time = async (tree: string): Promise<number> => {
    await before();
    const command = timed.get(tree);
    return command === undefined ? Number.NaN : once(tree, command, envOf(tree));
  };
  for (const tree of trees) await time(tree);
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes second in a pair comes first in the next one.
    const took = new Map<string, number>();
    for (const tree of round % 2 === 0 ? trees : trees.toReversed()) took.set(tree, await time(tree));
    const [ours, theirs] = trees.map((tree) => took.get(tree) ?? Number.NaN);
    times.push([ours ?? Number.NaN, theirs ?? Number.NaN]);
  }
  return times;
}

function say(title: string, commit: string, times: readonly (readonly [number, number])[]): void {
  const ratio = median(times.map(([ours, theirs]) => ours / theirs));
  const [ours, theirs] = [median(times.map(([ms]) => ms)), median(times.map(([, ms]) => ms))];
  process.stdout.write(
    `${title}: ${ratio.toFixed(3)} times ${commit} (${ours.toFixed(0)} ms to ${theirs.toFixed(0)} ms, ${times.length} rounds)\n`,
  );
}

const nothing = async (): Promise<void> => undefined;

/** Prints for each command how long it takes here, to the time that it takes at `commit`. */
export async function compare(
  root: string,
  commit: string,
  { rounds, env, lab }: { rounds: number; env: NodeJS.ProcessEnv; lab: Lab },
): Promise<void> {
  const other = built(root, commit);
  const theirs = worldOf(env, other);
  const both: Trees = { trees: [root, other], envOf: (tree) => (tree === root ? env : theirs), rounds };
  try {
    for (const timed of COMMANDS) say(timed.title, commit, await pair(both, () => timed, nothing));
    await loadWorld(lab, "stuck-virtio");
    await resetSteps(lab);
    const renew = (): Promise<unknown> => sqlQuietly(lab, "UPDATE migratekit_oma.bench_rows SET note = 'old'");
    for (const name of ["reads", "changes"] as const)
      say(`100 ${name}`, commit, await pair(both, (tree) => stepsOf(tree, name, both.envOf(tree)), renew));
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
}
