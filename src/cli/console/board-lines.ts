/** The board for somebody who listens: one sentence a target, what to do about it, and the command that does it. */
import { OTHER_OPTION, TARGET, TARGET_OPTION, targetOptions } from "../target.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { asides, doubtfulCount, rowsOf, type TargetRow } from "../../ui/board/rows.ts";
import { duration } from "../../ui/layout.ts";
import { newBoard } from "../../ui/new-model.ts";
import type { Explained } from "../../runbooks/explain.ts";
import { traceText } from "../../ui/board/trace.ts";
import { wordsOf, type RunSummary, type SiteInfo, type Sources } from "../../ui/sources.ts";
import { clean, sentence } from "../../engine/words.ts";
import { ok, type Result } from "../../ports/result.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";

/** A command line to be copied, for the words behind `handrail`; it finds the same site again. */
type CommandOf = (words: string) => string;

/** How a run is begun from here: the files that the command line named are named again. */
interface Beginning {
  readonly command: CommandOf;
  /** The option that names a target. */
  readonly option: string;
  readonly files: readonly string[];
}

/** The command for what is suggested, or '' where nothing is to be done. */
function commandFor({ target, key }: TargetRow, books: readonly Explained[], begin: Beginning): string {
  const book = books.find(({ action }) => action !== undefined && action.key === key);
  if (book === undefined) return "";
  const files = begin.files.map((file) => ` --file ${shellWord(file)}`).join("");
  const whom = targetOptions(begin.option, [shellWord(clean(target.key))]);
  return ` Command: ${begin.command(`run ${book.id}${whom}${files}`)}.`;
}

function rowText(row: TargetRow, runs: readonly RunSummary[]): string {
  const age = row.target.seconds === null ? "" : ` for ${duration(row.target.seconds)}`;
  const odd = row.sources
    .filter(({ odd }) => odd)
    .map(({ name, says }) => ` The ${name} says ${says}, which does not fit.`);
  const trace = traceText(runs, row.target.key);
  const step = row.failing === "" ? "" : ` at ${row.failing}`;
  return `${clean(row.target.label)}: ${row.status}${age}${step}.${odd.join("")} Suggested: ${row.suggestion}, because ${sentence(row.why)}${trace === "" ? "" : ` ${sentence(trace)}`}`;
}

type Named = Pick<SiteInfo, "name" | "lab" | "words">;

/** The rows of the board as they are now, and its first line. */
async function readBoard(
  sources: Sources,
  info: Named,
): Promise<Result<{ rows: readonly TargetRow[]; runs: readonly RunSummary[]; head: string }, string>> {
  const [targets, runs] = await Promise.all([sources.board(), sources.runs()]);
  if (!targets.ok) return targets;
  const rows = rowsOf({ ...newBoard(), targets: targets.value }, runs, wordsOf(info));
  const stuck = rows.filter(({ target }) => target.stuck).length;
  const site = info.lab === null ? `Site ${clean(info.name)}.` : `LAB ${clean(info.lab)}.`;
  const remarks = asides(targets.value)
    .map((text) => ` ${text}.`)
    .join("");
  const doubtful = doubtfulCount(runs);
  const doubtText = doubtful === 0 ? "" : ` ${doubtful} in doubt.`;
  return ok({
    rows,
    runs,
    head: `${site}${doubtText} ${stuck} of ${rows.length} ${wordsOf(info).targets} need you.${remarks}`,
  });
}

/** The first line of the board: how many targets of the site need somebody; why it cannot be read else. */
export async function boardHead(sources: Sources, info: Named): Promise<Result<string, string>> {
  const board = await readBoard(sources, info);
  return board.ok ? ok(board.value.head) : board;
}

/** Says the whole board once. */
export async function sayBoard(
  sources: Sources,
  info: SiteInfo,
  say: Pick<Io, "out"> & Pick<Beginning, "command"> & Partial<Pick<Beginning, "files">>,
): Promise<number> {
  const { out, command, files = [] } = say;
  const words = wordsOf(info);
  const option = words.target === TARGET ? TARGET_OPTION : OTHER_OPTION;
  const [board, silent, books] = await Promise.all([readBoard(sources, info), sources.silent(), sources.runbooks()]);
  if (!board.ok) throw new Stop(EXIT.unreachable, `the ${words.targets} cannot be read: ${board.error}`);
  out(`${board.value.head}\n`);
  for (const text of silent) out(`${sentence(clean(text))} No recovery can go on while that is so.\n`);
  for (const row of board.value.rows)
    out(`${rowText(row, board.value.runs)}${commandFor(row, books, { command, option, files })}\n`);
  out(`Every run asks before each change, line by line. ${command("journal list")} tells the runs that were.\n`);
  return EXIT.done;
}
