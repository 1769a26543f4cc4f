import { explain, explainText } from "../../runbooks/explain.ts";
import { flag, type Invocation } from "../command.ts";
import { sayFitted } from "../io.ts";
import { EXIT } from "../../engine/exit.ts";
import { findRunbook, loadFile } from "../runbook/file.ts";
import { runbookFile } from "../runbook/source.ts";

/** `handrail explain RUNBOOK`. */
export function run({ values, rest, io }: Invocation): Promise<number> {
  const { runbook } = findRunbook(loadFile(runbookFile(values), rest[0]), rest[0] ?? "");
  const explanation = explain(runbook);
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 2, ...explanation })}\n`);
  else sayFitted(io, explainText(explanation));
  return Promise.resolve(EXIT.done);
}
