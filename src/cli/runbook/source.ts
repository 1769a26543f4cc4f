/** Where the runbooks are and what their file says, as text. Kept light for a quick start. */
import { isUtf8 } from "node:buffer";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fileTrouble } from "../../files/trouble.ts";
import { err, ok } from "../../ports/result.ts";
import type { ReadOther } from "../../runbooks/load.ts";
import type { Diagnostic } from "../../runbooks/diagnostic.ts";
import { safeText } from "../../text/safe-text.ts";
import { MAX_BYTES } from "../../runbooks/limits.ts";
import { EXIT } from "../../engine/exit.ts";
import type { Values } from "../command.ts";
import { Stop } from "../io.ts";

/** The shipped runbooks: beside `dist/` or `src/`. */
export function shippedFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 4; up += 1) {
    if (existsSync(join(folder, "runbooks.yaml"))) return join(folder, "runbooks.yaml");
    folder = dirname(folder);
  }
  throw new Stop(EXIT.badFile, "the shipped runbooks.yaml is missing; install Handrail again or name one with --file");
}

/** The files of runbooks that a command line names. */
export function filesIn(values: Values): readonly string[] {
  const value = values["file"];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** A file that is read past its limit by one byte shows that it is too large; more of it nobody needs. */
function firstBytes(file: string): Buffer {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      read = readSync(fd, bytes, size, bytes.length - size, null);
    return bytes.subarray(0, size);
  } finally {
    closeSync(fd);
  }
}

const NEWLINE = 0x0a;

/** Where the first byte stands that is no UTF-8, as line and column from 1. */
function strangeByte(bytes: Buffer): { line: number; column: number } {
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, from);
    const whole = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (!isUtf8(whole) || end < 0) return { line, column: whole.toString("utf8").indexOf("\ufffd") + 1 };
    from = end + 1;
  }
}

/** The text of a runbook file, and what keeps it from being one. */
export interface RunbookSource {
  readonly source: string;
  readonly problem: Diagnostic | null;
}

/** Reads a runbook file as text. Stops where it cannot be read at all. */
export function readSource(file: string): RunbookSource {
  try {
    const bytes = firstBytes(file);
    return { source: bytes.toString("utf8").replace(/\r\n/gu, "\n"), problem: problemOf(bytes, file) };
  } catch (error) {
    throw new Stop(EXIT.badFile, `cannot read ${safeText(file)}: ${fileTrouble(error)}`);
  }
}

function problemOf(bytes: Buffer, file: string): Diagnostic | null {
  if (bytes.length > MAX_BYTES) {
    const lines = bytes.toString("latin1", 0, MAX_BYTES).split("\n");
    const message = `the file goes on past the ${MAX_BYTES / 1024} KiB that a runbook file may have`;
    const [line, column] = [lines.length, (lines.at(-1) ?? "").length + 1];
    return { file, line, column, message, hint: "make two files of it", rule: null };
  }
  if (isUtf8(bytes)) return null;
  const message = "this byte is no part of any UTF-8 character";
  return { file, ...strangeByte(bytes), message, hint: "save the file as UTF-8", rule: null };
}

/** Reads the files that the runbooks of a file use, by their paths as seen from it. */
export const readBeside =
  (file: string): ReadOther =>
  (path) => {
    try {
      const other = resolve(dirname(file), path);
      const { source, problem } = readSource(other);
      return problem === null ? ok({ source, file: other }) : err(`${other}: ${problem.message}`);
    } catch (error) {
      if (error instanceof Stop) return err(error.message);
      throw error;
    }
  };
