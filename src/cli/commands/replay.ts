import { jsonReader, plainReader } from "../../readers/plain.ts";
import { flag, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { openStored, storedRun } from "../session/stored.ts";
import { wantsConsole } from "../terminal/wants-console.ts";

/** `handrail replay RUN`: the readers over stored events; there is nothing here that could execute. */
export async function run({ values, rest: [name = ""], io }: Invocation): Promise<number> {
  const journal = await openStored(values, io);
  try {
    const { id, events } = storedRun(journal, name);
    if (wantsConsole(values, io)) return await (await import("../console/open.ts")).openReplay(values, io, id);
    const json = flag(values, "json");
    const reader = json ? jsonReader(io.out) : plainReader(io.out, { pages: true });
    const remark = json ? () => undefined : io.out;
    remark(`REPLAY of run ${id}: nothing is executed\n`);
    for (const event of events) reader(event);
    remark(`REPLAY ends; ${events.length} events\n`);
  } finally {
    journal.close();
  }
  return EXIT.done;
}
