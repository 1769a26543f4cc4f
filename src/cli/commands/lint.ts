import { countText } from "../../engine/words.ts";
import { err, type Result } from "../../ports/result.ts";
import { problemsText, type Diagnostic } from "../../runbooks/diagnostic.ts";
import { loadRunbooks, type RunbookFile } from "../../runbooks/load.ts";
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

const soundText = (file: string, count: number): string =>
  `${safeText(file)}: ${countText(count, "runbook")}, no problem found`;

const faultText = (problems: readonly Diagnostic[], source: string): string =>
  `${problemsText(problems, source)}\n${countText(problems.length, "problem")}`;

function load(file: string): { readonly source: string; readonly result: Result<RunbookFile, readonly Diagnostic[]> } {
  const { source, problem } = readSource(file);
  return { source, result: problem === null ? loadRunbooks(source, file) : err([problem]) };
}

/** `handrail lint [FILE]`. */
export function run(invocation: Invocation): Promise<number> {
  const { values, io } = invocation;
  const file = fileIn(invocation);
  const { source, result } = load(file);
  const problems = result.ok ? [] : result.error;
  const text = result.ok ? soundText(file, result.value.runbooks.length) : faultText(problems, source);
  io.out(`${flag(values, "json") ? JSON.stringify({ schema: 1, file, problems }) : text}\n`);
  return Promise.resolve(result.ok ? EXIT.done : EXIT.badFile);
}
