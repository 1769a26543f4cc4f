import { flag, many, type Invocation } from "../command.ts";
import { wantsConsole } from "../terminal/wants-console.ts";
import { plainFront } from "../session/carry-out.ts";
import { carryOutNew } from "../session/new-run.ts";

/** `handrail run RUNBOOK …`: on the screen where there is one, else line by line. */
export async function run(invocation: Invocation): Promise<number> {
  const { values, rest, io } = invocation;
  if (flag(values, "dry-run")) return carryOutNew(invocation, plainFront, true);
  if (!wantsConsole(values, io)) return carryOutNew(invocation, plainFront);
  const { openRun } = await import("../console/open.ts");
  return openRun({ values, io, start: { kind: "new", runbook: rest[0] ?? "", keys: many(values, "vm") } });
}
