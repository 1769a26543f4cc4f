import type { Invocation } from "../command.ts";
import { carryOutNew } from "../session/new-run.ts";
import { plainFront } from "../session/carry-out.ts";

/** `handrail plan RUNBOOK …`: a dry run, line by line. Reads and previews; nothing is carried out. */
export const run = (invocation: Invocation): Promise<number> => carryOutNew(invocation, plainFront, true);
