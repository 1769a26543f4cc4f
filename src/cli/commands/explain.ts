import { explain, explainText } from "../../runbooks/explain.ts";
import { flag, type Invocation } from "../command.ts";
import { sayFitted } from "../io.ts";
import { EXIT } from "../../engine/exit.ts";
import { findRunbook, loadFile } from "../runbook/file.ts";
import { findBook } from "../runbook/library.ts";

/** `handrail explain RUNBOOK`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const { file, id } = await findBook(values, io.env, rest[0] ?? "");
  const { runbook } = findRunbook(loadFile(file, id), id);
  const explanation = explain(runbook);
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 2, ...explanation })}\n`);
  else sayFitted(io, explainText(explanation));
  return EXIT.done;
}
