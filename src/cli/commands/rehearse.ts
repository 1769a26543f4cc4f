/** `handrail rehearse`: on a recorded run, or on a throw-away lab that is given the state of the real site. */
import { option, type Invocation } from "../command.ts";
import { TARGET_OPTION } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";

export async function run(invocation: Invocation): Promise<number> {
  const journal = option(invocation.values, "journal") !== undefined;
  if (journal === invocation.rest.length > 0)
    throw new Stop(EXIT.usage, `say either a RUNBOOK with --${TARGET_OPTION}, or which recorded run: --journal RUN`);
  if (journal) return (await import("../rehearsal/journal.ts")).rehearseJournal(invocation);
  return (await import("../rehearsal/site.ts")).rehearseSite(invocation);
}
