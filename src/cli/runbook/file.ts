/** Loads runbook files whole, or stops with every problem they have. */
import { countText } from "../../engine/words.ts";
import { problemsText } from "../../runbooks/diagnostic.ts";
import { didYouMean } from "../../text/near.ts";
import { loadRunbooks, type LoadedRunbook, type RunbookFile } from "../../runbooks/load.ts";
import { err } from "../../ports/result.ts";
import { safeText } from "../../text/safe-text.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { readBeside, readSource } from "./source.ts";

/** Loads a file, of its runbooks all or the one with this `id`, or stops with every problem it has. */
export function loadFile(file: string, id?: string): RunbookFile {
  const { source, problem } = readSource(file);
  const result = problem === null ? loadRunbooks(source, file, id, readBeside(file)) : err([problem]);
  if (result.ok) return result.value;
  throw new Stop(
    EXIT.badFile,
    `${safeText(file)} has ${countText(result.error.length, "problem")}; nothing was executed\n${problemsText(result.error, source)}`,
  );
}

/** One runbook by its id. */
export function findRunbook(file: RunbookFile, id: string): LoadedRunbook {
  const book = file.runbooks.find(({ runbook }) => runbook.id === id);
  if (book !== undefined) return book;
  const { ids } = file;
  const hint = didYouMean(id, ids);
  throw new Stop(
    EXIT.usage,
    `there is no runbook ${id}${hint === null ? "." : `; ${hint}`} There are: ${ids.join(", ")}`,
  );
}
