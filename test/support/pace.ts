/** How fast this machine is just now: what a lab's time and the few limits in real time are scaled by. */
import { spawnSync } from "node:child_process";

/** What the start of Node takes at most on a machine that runs three files of tests and nothing else, milliseconds. */
const START_MS = 120;

/** How many times as slow as such a machine this one is at this moment, 1 or more: a start of Node, measured. */
export function slowness(): number {
  const starts = [1, 2, 3].map(() => {
    const began = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    return performance.now() - began;
  });
  return Math.max(1, Math.max(...starts) / START_MS);
}

/**
 * The scale of a lab's time in which its limits leave room for what this machine is slow at: a minute of a lab that is
 * `fast` times as fast is so short in real time that a busy machine's own delays would count in it.
 */
export const labScale = (fast: number): number => Math.max(1, Math.floor(fast / slowness()));
