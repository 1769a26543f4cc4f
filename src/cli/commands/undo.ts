import { flag, type Invocation } from "../command.ts";
import { plainFront } from "../session/carry-out.ts";
import { siteRequest } from "../session/request.ts";
import { carryOutUndo } from "../session/undo.ts";

/** `handrail undo RUN [STEP]`: takes back what a run changed in the database, the last change first. */
export function run({ values, rest: [name = "", step], io }: Invocation): Promise<number> {
  return carryOutUndo({ site: siteRequest(values), run: name, step }, io, plainFront(flag(values, "json")));
}
