/** Finds and loads the runbooks: the shipped file beside the program, or the one named by --file. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, renderDiagnostic } from "../runbooks/diagnostic.ts";
import { loadRunbooks, type LoadedRunbook, type RunbookFile } from "../runbooks/load.ts";
import { MAX_BYTES } from "../runbooks/yaml.ts";
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

/** Loads a file, of its runbooks all or `only` one, or stops with every problem it has. */
export function loadFile(file: string, only?: string): RunbookFile {
  const source = readSource(file);
  const loaded = loadRunbooks(source, file, only);
  if (loaded.ok) return loaded.value;
  const problems = loaded.error.map((problem) => renderDiagnostic(problem, source)).join("\n");
  throw new Stop(EXIT.badFile, `${file} has ${loaded.error.length} problem(s); nothing was executed\n${problems}`);
}

/** One runbook by its id. */
export function findRunbook(file: RunbookFile, id: string): LoadedRunbook {
  const found = file.runbooks.find(({ runbook }) => runbook.id === id);
  if (found !== undefined) return found;
  const { ids } = file;
  const hint = didYouMean(id, ids);
  throw new Stop(
    EXIT.usage,
    `there is no runbook ${id}${hint === null ? "" : `; ${hint}`} There are: ${ids.join(", ")}`,
  );
}
