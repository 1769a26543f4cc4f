import { countText } from "../../engine/words.ts";
import { err, type Result } from "../../ports/result.ts";
import { problemsText, type Diagnostic } from "../../runbooks/diagnostic.ts";
import { loadRunbooks, type RunbookFile } from "../../runbooks/load.ts";
import { safeText } from "../../text/safe-text.ts";
import { flag, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { filesOf } from "../runbook/library.ts";
import { filesIn, readBeside, readSource, shippedFile } from "../runbook/source.ts";

interface Looked {
  readonly file: string;
  readonly source: string;
  readonly result: Result<RunbookFile, readonly Diagnostic[]>;
}

/** The files that are looked at: of a folder each file of YAML in it. */
function pathsIn({ values, rest }: Invocation): readonly string[] {
  const named = [...rest, ...filesIn(values)];
  const paths = named.length === 0 ? [shippedFile()] : named.flatMap(filesOf);
  if (paths.length > 0) return paths;
  throw new Stop(
    EXIT.badFile,
    `there is no file of YAML in ${named.map(safeText).join(" or ")}; nothing was looked at`,
  );
}

function soundText({ runbooks, remarks }: RunbookFile, file: string, source: string): string {
  const text = `${safeText(file)}: ${countText(runbooks.length, "runbook")}, no problem found`;
  if (remarks.length === 0) return text;
  return `${text}, ${countText(remarks.length, "remark")}\n${problemsText(remarks, source)}`;
}

const faultText = (problems: readonly Diagnostic[], source: string): string =>
  `${problemsText(problems, source)}\n${countText(problems.length, "problem")}`;

function look(file: string): Looked {
  const { source, problem } = readSource(file);
  return {
    file,
    source,
    result: problem === null ? loadRunbooks(source, file, undefined, readBeside(file)) : err([problem]),
  };
}

const textOf = ({ file, source, result }: Looked): string =>
  result.ok ? soundText(result.value, file, source) : faultText(result.error, source);

const problemsOf = ({ result }: Looked): readonly Diagnostic[] => (result.ok ? [] : result.error);

/** `handrail lint [FILE or FOLDER...]`. */
export function run(invocation: Invocation): Promise<number> {
  const { values, io } = invocation;
  const all = pathsIn(invocation).map(look);
  const [first, ...others] = all;
  const file = others.length === 0 ? (first?.file ?? "") : all.map((each) => each.file);
  const text = all.map(textOf).join("\n");
  const remarks = all.flatMap(({ result }) => (result.ok ? result.value.remarks : []));
  const json = { schema: 1, file, problems: all.flatMap(problemsOf), remarks };
  io.out(`${flag(values, "json") ? JSON.stringify(json) : text}\n`);
  return Promise.resolve(all.every(({ result }) => result.ok) ? EXIT.done : EXIT.badFile);
}
