/** The report of a run as a file: for the command that writes it, and for the key of the console. */
import { closeSync, mkdirSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunEvent } from "../../engine/events.ts";
import { EXIT } from "../../engine/exit.ts";
import type { CommandText } from "../../engine/receipt-text.ts";
import { fileTrouble } from "../../files/trouble.ts";
import type { Journal } from "../../journal/journal.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { report } from "../../readers/report.ts";
import { isDriven } from "./driven.ts";
import { Stop, type Io } from "../io.ts";
import { reportsDir } from "../paths.ts";
import { doubtLine, journalDoubts } from "./doubts.ts";

interface StoredRun {
  readonly id: string;
  readonly events: readonly RunEvent[];
}

/** What other runs left in doubt of the targets of this one: it outranks what this one says. */
function doubtsElsewhere(journal: Journal, { id, events: [first] }: StoredRun, command: CommandText): string[] {
  const keys = new Set(first?.type === "run.created" ? first.body.targets.map(({ key }) => key) : []);
  return journalDoubts(journal, (runId) => isDriven(journal, runId))
    .filter((doubt) => doubt.run_id !== id && keys.has(doubt.target))
    .map((doubt) => doubtLine(doubt, command));
}

/** The report of a run of this journal, in Markdown. */
export function reportText(journal: Journal, run: StoredRun, command: CommandText): string {
  const head = journal.head();
  return report(run.events, head === null ? "empty" : `${head.seq}:${head.hash}`, {
    command,
    driven: isDriven(journal, run.id),
    doubts: doubtsElsewhere(journal, run, command),
  });
}

/** Writes a file that did not exist, for its owner only. */
export function writeNew(file: string, text: string): void {
  try {
    createFile(file, text);
  } catch (error) {
    throw new Stop(EXIT.usage, `cannot write ${file}: ${fileTrouble(error)}`);
  }
}

/** A file that did not exist, whole or not at all. */
function createFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** So many reports of one run stand beside each other in a folder; each is of its own moment. */
const MOST_FILES = 99;

const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

/** Writes a file under the first of its names that nobody has. */
function writeBeside(folder: string, name: string, text: string): Result<string, string> {
  for (let number = 1; number <= MOST_FILES; number += 1) {
    const file = join(folder, number === 1 ? `${name}.md` : `${name}-${number}.md`);
    try {
      createFile(file, text);
      return ok(file);
    } catch (error) {
      if (!isThere(error)) return err(`${file}: ${fileTrouble(error)}`);
    }
  }
  return err(`${join(folder, `${name}.md`)} and ${MOST_FILES - 1} more of its name are there already`);
}

/** The folder that Handrail was started in; null where it is gone by now. */
function startFolder(folder: () => string): string | null {
  try {
    return folder();
  } catch {
    return null;
  }
}

/**
 * Writes the report of a run as `handrail-RUN.md` where Handrail was started, or, where nothing can be written there, among
 * the files that Handrail keeps. Never over another file. Gives its path.
 */
export function fileReport(
  env: Io["env"],
  runId: string,
  text: string,
  folder: () => string = process.cwd,
): Result<string, string> {
  const name = `handrail-${runId}`;
  const here = startFolder(folder);
  const first = here === null ? err("the folder that Handrail was started in is gone") : writeBeside(here, name, text);
  if (first.ok) return first;
  const second = writeBeside(reportsDir(env), name, text);
  return second.ok ? second : err(`${first.error}; ${second.error}`);
}
