import { counted } from "../engine/words.ts";
import { renderDiagnostic } from "../runbooks/diagnostic.ts";
import { loadRunbooks } from "../runbooks/load.ts";
import { flag, type Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { readSource, shippedFile } from "./runbook-source.ts";

/** `handrail lint [FILE]`. */
export function run({ values, rest, io }: Invocation): Promise<number> {
  const file = rest[0] ?? shippedFile();
  const source = readSource(file);
  const loaded = loadRunbooks(source, file);
  const problems = loaded.ok ? [] : loaded.error;
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 1, file, problems })}\n`);
  else if (loaded.ok) io.out(`${file}: ${counted(loaded.value.runbooks.length, "runbook")}, no problem found\n`);
  else
    io.out(
      `${problems.map((problem) => renderDiagnostic(problem, source)).join("\n")}\n${counted(problems.length, "problem")}\n`,
    );
  return Promise.resolve(loaded.ok ? EXIT.done : EXIT.badFile);
}
