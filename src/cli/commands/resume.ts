import { flag, type Invocation } from "../command.ts";
import { resumeRequest } from "../session/request.ts";
import { plainFront } from "../session/carry-out.ts";
import { wantsConsole } from "../terminal/wants-console.ts";
import { carryOutResumed } from "../session/resumed-run.ts";

/** `handrail resume RUN`: the runbook is the one the run was created with, whatever the file says today. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  if (!wantsConsole(values, io))
    return carryOutResumed(resumeRequest(values, rest[0] ?? ""), io, plainFront(flag(values, "json")));
  const { openRun } = await import("../console/open.ts");
  return openRun({ values, io, start: { kind: "resume", run_id: rest[0] ?? "" } });
}
