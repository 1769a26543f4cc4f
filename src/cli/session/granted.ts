/** What a journal gave, or the end of the command with the exit code that says why it gave nothing. */
import type { JournalRefusal } from "../../engine/journal-port.ts";
import { EXIT } from "../../engine/exit.ts";
import type { Result } from "../../ports/result.ts";
import { sentence } from "../../text/sentence.ts";
import { Stop } from "../io.ts";

/** 73 where it cannot be opened, 74 where it cannot be written. */
export const exitOfRefusal = (refusal: JournalRefusal): number =>
  refusal.opened ? EXIT.journalUnwritable : EXIT.journalClosed;

/** Stops where the journal refused. */
export function granted<T>(result: Result<T, JournalRefusal>): T {
  if (result.ok) return result.value;
  throw new Stop(exitOfRefusal(result.error), `${sentence(result.error.message)} Nothing was executed`);
}
