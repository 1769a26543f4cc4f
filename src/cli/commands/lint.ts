import { countText } from "../../engine/words.ts";
import { err } from "../../ports/result.ts";
import { problemsText } from "../../runbooks/diagnostic.ts";
import { loadRunbooks } from "../../runbooks/load.ts";
import { safeText } from "../../text/safe-text.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { readSource, shippedFile } from "../runbook/source.ts";

function fileIn({ values, rest }: Invocation): string {
  const [word, path] = [rest[0], option(values, "file")];
  if (word !== undefined && path !== undefined)
    throw new Stop(EXIT.usage, `lint looks at one file: either ${safeText(word)} or --file ${safeText(path)}`);
  return word ?? path ?? shippedFile();
}

/** `handrail lint [FILE]`. */
export function run(invocation: Invocation): Promise<number> {
  const { values, io } = invocation;
  const file = fileIn(invocation);
  const { source, problem } = readSource(file);
  const result = problem === null ? loadRunbooks(source, file) : err([problem]);
  const problems = result.ok ? [] : result.error;
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 1, file, problems })}\n`);
  else if (result.ok)
    io.out(`${safeText(file)}: ${countText(result.value.runbooks.length, "runbook")}, no problem found\n`);
  else io.out(`${problemsText(problems, source)}\n${countText(problems.length, "problem")}\n`);
  return Promise.resolve(result.ok ? EXIT.done : EXIT.badFile);
}
