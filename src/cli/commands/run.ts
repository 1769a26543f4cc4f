import { flag, many, type Invocation } from "../command.ts";
import { wantsConsole } from "../terminal/wants-console.ts";
import { plainFront } from "../session/carry-out.ts";
import { carryOutNew } from "../session/new-run.ts";
import { TARGET_OPTION } from "../target.ts";
import { runRequest } from "../session/request.ts";

/** `handrail run RUNBOOK …`: on the screen where there is one, else line by line. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const isDry = flag(values, "dry-run");
  if (isDry || !wantsConsole(values, io))
    return carryOutNew(runRequest(values, rest[0] ?? "", isDry), io, plainFront(flag(values, "json")));
  const { openRun } = await import("../console/open.ts");
  return openRun({ values, io, start: { kind: "new", runbook: rest[0] ?? "", keys: many(values, TARGET_OPTION) } });
}
