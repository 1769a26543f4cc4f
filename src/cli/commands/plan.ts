import { flag, type Invocation } from "../command.ts";
import { plainFront } from "../session/carry-out.ts";
import { carryOutNew } from "../session/new-run.ts";
import { runRequest } from "../session/request.ts";

/** `handrail plan RUNBOOK …`: a dry run, line by line. Reads and previews; nothing is carried out. */
export const run = ({ values, rest, io }: Invocation): Promise<number> =>
  carryOutNew(runRequest(values, rest[0] ?? "", true), io, plainFront(flag(values, "json")));
