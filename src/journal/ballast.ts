/**
 * A file that only takes up space. When the disk is full it is given up, so that the outcome of an effect that has
 * already happened can still be recorded (reliability A-04). Without it nothing new may begin.
 */
import { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";
import { closeSync, constants, fchmodSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";

export interface Ballast {
  present(): boolean;
  /** Gives the space up. False when there was none to give. */
  release(): boolean;
  /** Takes the space again. False when there is not enough. */
  restore(): boolean;
}

export const BALLAST_BYTES = 256 * 1024;

/** The ballast beside a journal. */
export function fileBallast(path: string, mode: number): Ballast {
  const file = `${path}.ballast`;
  const present = (): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= BALLAST_BYTES;
  return {
    present,
    release() {
      if (!present()) return false;
      rmSync(file, { force: true });
      return true;
    },
    restore() {
      if (present()) return true;
      try {
        rmSync(file, { force: true });
        fill(file, mode);
        return true;
      } catch {
        rmSync(file, { force: true });
        return false;
      }
    },
  };
}

function fill(file: string, mode: number): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const fd = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    fchmodSync(fd, mode);
    // Random, since some file systems store zeros in no space at all.
    const bytes = randomFillSync(Buffer.alloc(BALLAST_BYTES));
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(fd, bytes, offset);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
