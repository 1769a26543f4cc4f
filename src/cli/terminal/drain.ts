/** Keys that were typed while nobody read them. */
import { closeSync, constants, openSync, readSync } from "node:fs";

const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;

/** Throws away what waits at the keyboard, half a line too: it was meant for another program. */
export function drainKeys(stdin: NodeJS.ReadStream): void {
  stdin.setRawMode(true);
  try {
    const terminal = openSync("/dev/tty", O_RDONLY | O_NONBLOCK | O_NOCTTY);
    try {
      const keys = Buffer.alloc(1024);
      while (readSync(terminal, keys) > 0);
    } finally {
      closeSync(terminal);
    }
  } catch {
    // EAGAIN: nothing waits any more. Where there is no /dev/tty the question listens anew all the same.
  } finally {
    stdin.setRawMode(false);
  }
}
