import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { report } from "../readers/report.ts";
import { receiptFrom } from "../engine/receipt.ts";
import { flag, one, type Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { Stop } from "./io.ts";
import { commandText } from "./site-name.ts";
import { openStored, storedRun } from "./stored.ts";

/** Writes a file that did not exist, for its owner only. */
export function writeNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Stop(EXIT.usage, `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `handrail report RUN [-o FILE]`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const journal = await openStored(values, io);
  try {
    const { events } = storedRun(journal, rest[0] ?? "");
    const head = journal.head();
    const command = (words: string): string => commandText(values, io.env, words);
    const text = flag(values, "json")
      ? `${JSON.stringify(receiptFrom(events))}\n`
      : report(events, head === null ? "empty" : `${head.seq}:${head.hash}`, { command });
    const file = one(values, "o");
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
