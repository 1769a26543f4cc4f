import { isDriven } from "../session/driven.ts";
import { receiptFrom } from "../../engine/receipt.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { commandText } from "../site/name.ts";
import { reportText, writeNew } from "../session/report.ts";
import { openStored, storedRun } from "../session/stored.ts";

/** `handrail report RUN [-o FILE]`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const journal = await openStored(values, io);
  try {
    const stored = storedRun(journal, rest[0] ?? "");
    const text = flag(values, "json")
      ? `${JSON.stringify(receiptFrom(stored.events, isDriven(journal, stored.id)))}\n`
      : reportText(journal, stored, (words) => commandText(values, io.env, words));
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
