/** Prints without a stream, as long as the other end takes all of it at once. */
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";

/** What is left of some bytes after as many were written as the descriptor took; all were where nothing is left. */
function writeSome(descriptor: number, bytes: Buffer): Buffer {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch {
    // The stream meets the same, and can wait for it or say it.
  }
  return rest;
}

/**
 * Writes texts to a descriptor. What it does not take now, or refuses, goes to its stream, and so does all that comes after,
 * in order; the stream's own errors tell why.
 */
export function printer(descriptor: number, stream: () => NodeJS.WriteStream): (text: string) => void {
  let output: NodeJS.WriteStream | null = null;
  return (text) => {
    const rest = output === null ? writeSome(descriptor, Buffer.from(text)) : Buffer.from(text);
    if (rest.length > 0) (output ??= stream()).write(rest);
  };
}
