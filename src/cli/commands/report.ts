import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { report } from "../../readers/report.ts";
import type { RunEvent } from "../../engine/events.ts";
import type { Journal } from "../../journal/journal.ts";
import { isDriven } from "../session/driven.ts";
import { doubtLine, journalDoubts } from "../session/doubts.ts";
import { receiptFrom } from "../../engine/receipt.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { commandText } from "../site/name.ts";
import { openStored, storedRun } from "../session/stored.ts";
import { fileTrouble } from "../../files/trouble.ts";

/** Writes a file that did not exist, for its owner only. */
export function writeNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Stop(EXIT.usage, `cannot write ${file}: ${fileTrouble(error)}`);
  }
}

/** What other runs left in doubt of the targets of this one: it outranks what this one says. */
function doubtsElsewhere(
  journal: Journal,
  id: string,
  [first]: readonly RunEvent[],
  command: (words: string) => string,
): string[] {
  const keys = new Set(first?.type === "run.created" ? first.body.targets.map(({ key }) => key) : []);
  return journalDoubts(journal, (runId) => isDriven(journal, runId))
    .filter((doubt) => doubt.run_id !== id && keys.has(doubt.target))
    .map((doubt) => doubtLine(doubt, command));
}

/** `handrail report RUN [-o FILE]`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const journal = await openStored(values, io);
  try {
    const { id, events } = storedRun(journal, rest[0] ?? "");
    const head = journal.head();
    const command = (words: string): string => commandText(values, io.env, words);
    const driven = isDriven(journal, id);
    const text = flag(values, "json")
      ? `${JSON.stringify(receiptFrom(events, driven))}\n`
      : report(events, head === null ? "empty" : `${head.seq}:${head.hash}`, {
          command,
          driven,
          doubts: doubtsElsewhere(journal, id, events, command),
        });
    const file = option(values, "o");
    if (file === undefined) io.out(text);
    else {
      writeNew(file, text);
      io.out(`${file}\n`);
    }
  } finally {
    journal.close();
  }
  return EXIT.done;
}
