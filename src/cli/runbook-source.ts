/** Where the runbooks are and what their file says, as text. Kept light for a quick start. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MAX_BYTES } from "../runbooks/limits.ts";
import { EXIT } from "./exit.ts";
import { Stop } from "./io.ts";

/** The shipped runbooks: beside `dist/` or `src/`. */
export function shippedFile(): string {
  let here = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 4; up += 1) {
    if (existsSync(join(here, "runbooks.yaml"))) return join(here, "runbooks.yaml");
    here = dirname(here);
  }
  throw new Stop(EXIT.badFile, "the shipped runbooks.yaml is missing; install Handrail again or name one with --file");
}

/** Reads a runbook file as text. */
export function readSource(file: string): string {
  try {
    const source = readFileSync(file);
    if (source.byteLength > MAX_BYTES) throw new Stop(EXIT.badFile, `${file} is larger than ${MAX_BYTES / 1024} KiB`);
    return new TextDecoder("utf-8", { fatal: true }).decode(source).replace(/\r\n/gu, "\n");
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.badFile, `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
