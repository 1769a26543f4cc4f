import type { Invocation } from "../command.ts";
import { plainFront } from "../session/carry-out.ts";
import { wantsConsole } from "../terminal/wants-console.ts";
import { carryOutResumed } from "../session/resumed-run.ts";

/** `handrail resume RUN`: the runbook is the one the run was created with, whatever the file says today. */
export async function run(invocation: Invocation): Promise<number> {
  const { values, rest, io } = invocation;
  if (!wantsConsole(values, io)) return carryOutResumed(invocation, plainFront);
  const { openRun } = await import("../console/open.ts");
  return openRun({ values, io, start: { kind: "resume", run_id: rest[0] ?? "" } });
}
