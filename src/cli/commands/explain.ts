import { explain, explainText } from "../../runbooks/explain.ts";
import { flag, one, type Invocation } from "../command.ts";
import { sayFitted } from "../io.ts";
import { EXIT } from "../../engine/exit.ts";
import { findRunbook, loadFile } from "../runbook/file.ts";
import { shippedFile } from "../runbook/source.ts";

/** `handrail explain RUNBOOK`. */
export function run({ values, rest, io }: Invocation): Promise<number> {
  const { runbook } = findRunbook(loadFile(one(values, "file") ?? shippedFile(), rest[0]), rest[0] ?? "");
  const explained = explain(runbook);
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 2, ...explained })}\n`);
  else sayFitted(io, explainText(explained));
  return Promise.resolve(EXIT.done);
}
