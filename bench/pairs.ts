/** Times two commands in turn, A B A B …, and gives the median of the ratios: it holds when the machine's speed drifts. */
import { spawnSync } from "node:child_process";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly rounds: number;
}

function once(command: Command): number {
  const started = process.hrtime.bigint();
  const ended = spawnSync(command.file, command.args, {
    env: command.env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const took = Number(process.hrtime.bigint() - started) / 1e6;
  if (ended.status !== 0)
    throw new Error(`${command.file} ${command.args.join(" ")} ended with ${ended.status}: ${ended.stderr}`);
  return took;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** One warm-up of each, then `rounds` pairs. Milliseconds; `ratio` is the median of ours/theirs pair by pair. */
export function pairs(rounds: number, ours: (round: number) => Command, theirs: (round: number) => Command): Pair {
  once(ours(0));
  once(theirs(0));
  const times = Array.from(
    { length: rounds },
    (_unused, round) => [once(ours(round + 1)), once(theirs(round + 1))] as const,
  );
  return {
    ours: median(times.map(([a]) => a)),
    theirs: median(times.map(([, b]) => b)),
    ratio: median(times.map(([a, b]) => a / b)),
    rounds,
  };
}
