/** `handrail note RUN TEXT`: what a person wants whoever reads the run to know. Any process may write one, at any time. */
import type { Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { appendNote } from "../session/note.ts";

export async function run({ values, rest, io }: Invocation): Promise<number> {
  const run_id = await appendNote(values, io, rest[0] ?? "", rest[1] ?? "");
  io.out(`Noted in run ${run_id}. It stands in its log and in its report.\n`);
  return EXIT.done;
}
