/**
 * The way in of what prints and is over at once. It writes to the descriptors themselves: the streams that Node makes for them
 * cost more than a list does.
 */
import { processIo } from "./io.ts";
import { carryOut, watchErrors } from "./program.ts";
import { printer } from "./terminal/printer.ts";

export const main = (): Promise<void> =>
  carryOut(
    processIo({
      out: printer(1, () => watchErrors(process.stdout)),
      err: printer(2, () => watchErrors(process.stderr)),
    }),
  );
