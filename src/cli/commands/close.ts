import { flag, type Invocation } from "../command.ts";
import { reasonIn } from "../reason.ts";
import { plainFront } from "../session/carry-out.ts";
import { resumeRequest } from "../session/request.ts";
import { carryOutResumed } from "../session/resumed-run.ts";

/** `handrail close RUN`: no step of it is carried out any more; what it promises for its end is, and it says how it ended. */
export function run({ values, rest, io }: Invocation): Promise<number> {
  const note = reasonIn(values, "why nobody goes on with it");
  return carryOutResumed(resumeRequest(values, rest[0] ?? "", note), io, plainFront(flag(values, "json")));
}
