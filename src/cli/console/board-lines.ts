/** The board for somebody who listens: one sentence a target, what to do about it, and the command that does it. */
import { TARGETS, targetOptions } from "../target.ts";
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

/** The command for what is suggested, or '' where nothing is to be done. */
function commandFor({ target, key }: TargetRow, books: readonly Explained[], command: CommandOf): string {
  const book = books.find(({ action }) => action !== undefined && action.key === key);
  return book === undefined ? "" : ` Command: ${command(`run ${book.id}${targetOptions([clean(target.key)])}`)}.`;
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
  return ok({ rows, runs, head: `${site}${doubtText} ${stuck} of ${rows.length} ${TARGETS} need you.${remarks}` });
}

/** The first line of the board: how many targets of the site need somebody; why it cannot be read else. */
export async function boardHead(sources: Sources, info: Named): Promise<Result<string, string>> {
  const board = await readBoard(sources, info);
  return board.ok ? ok(board.value.head) : board;
}

/** Says the whole board once. */
export async function sayBoard(sources: Sources, info: SiteInfo, command: CommandOf, io: Io): Promise<number> {
  const [board, silent, books] = await Promise.all([readBoard(sources, info), sources.silent(), sources.runbooks()]);
  if (!board.ok) throw new Stop(EXIT.unreachable, `the ${TARGETS} cannot be read: ${board.error}`);
  io.out(`${board.value.head}\n`);
  for (const text of silent) io.out(`${sentence(clean(text))} No recovery can go on while that is so.\n`);
  for (const row of board.value.rows) io.out(`${rowText(row, board.value.runs)}${commandFor(row, books, command)}\n`);
  io.out(`Every run asks before each change, line by line. ${command("journal list")} tells the runs that were.\n`);
  return EXIT.done;
}
