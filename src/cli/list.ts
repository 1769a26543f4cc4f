/**
 * The way in of what prints and is over at once. It writes to the descriptors themselves: the streams that Node makes for them
 * cost more than a list does.
 */
import { isatty } from "node:tty";
import { isDumb, type Io } from "./io.ts";
import { carryOut, watchErrors } from "./program.ts";
import { printer } from "./terminal/printer.ts";

function listIo(): Io {
  let isPerson: boolean | null = null;
  return {
    env: process.env,
    get stdin() {
      return process.stdin;
    },
    out: printer(1, () => watchErrors(process.stdout)),
    err: printer(2, () => watchErrors(process.stderr)),
    get person() {
      isPerson ??= isatty(1) && isatty(0) && !isDumb(process.env);
      return isPerson;
    },
  };
}

export const main = (): Promise<void> => carryOut(listIo());
