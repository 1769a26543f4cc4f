/** Keeps the heap of a run small: it waits more than it works, maybe for hundreds of targets, and its memory is that of the machine it mends. */
import { setFlagsFromString } from "node:v8";

/**
 * From now on new objects are collected early and the old ones' space grows slowly. Set while running and not on the
 * command line: with the second one there Node compiles its own code anew at every start.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
}
