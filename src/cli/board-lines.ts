/** The board for somebody who listens: one sentence a VM, what to do about it, and the command that does it. */
import { isLiveUnfinished, rowsOf, type Row } from "../ui/board/rows.ts";
import { CLEANUP, RECOVER } from "../ui/can.ts";
import { duration } from "../ui/layout.ts";
import { newModel } from "../ui/model.ts";
import type { SiteInfo, Sources } from "../ui/sources.ts";
import { clean, sentence } from "../engine/words.ts";
import { EXIT } from "./exit.ts";
import { Stop, type Io } from "./io.ts";

/** A command line to be copied, for the words behind `handrail`; it finds the same site again. */
type CommandOf = (words: string) => string;

/** The command for what is suggested, or '' where nothing is to be done. */
function commandFor({ vm, suggestion }: Row, books: readonly { readonly id: string }[], command: CommandOf): string {
  const wanted = suggestion.startsWith("Recover") ? RECOVER : suggestion.startsWith("Cleanup") ? CLEANUP : null;
  const book = wanted === null ? undefined : books.find(({ id }) => wanted.test(id));
  return book === undefined ? "" : ` Command: ${command(`run ${book.id} --vm ${clean(vm.key)}`)}.`;
}

function said(row: Row): string {
  const age = row.vm.seconds === null ? "" : ` for ${duration(row.vm.seconds)}`;
  const odd = row.sources
    .filter(({ odd }) => odd)
    .map(({ name, says }) => ` The ${name} says ${says}, which does not fit.`);
  const step = row.failing === "" ? "" : ` at ${row.failing}`;
  return `${clean(row.vm.label)}: ${row.verdict}${age}${step}.${odd.join("")} Suggested: ${row.suggestion}, because ${sentence(row.why)}`;
}

/** Says the whole board once. */
export async function sayBoard(sources: Sources, info: SiteInfo, command: CommandOf, io: Io): Promise<number> {
  const [found, silent, runs, books] = await Promise.all([
    sources.board(),
    sources.silent(),
    sources.runs(),
    sources.runbooks(),
  ]);
  if (!found.ok) throw new Stop(EXIT.unreachable, `the VMs cannot be read: ${found.error}`);
  const rows = rowsOf({ ...newModel(info).board, vms: found.value }, runs);
  const stuck = rows.filter(({ vm }) => vm.stuck).length;
  const where = info.lab === null ? `Site ${clean(info.name)}.` : `LAB ${clean(info.lab)}.`;
  const live = rows.filter(({ vm }) => isLiveUnfinished(vm)).length;
  const besides = live === 0 ? "" : ` ${live} in an unfinished live failover.`;
  io.out(`${where} ${stuck} of ${rows.length} VMs need you.${besides}\n`);
  for (const text of silent) io.out(`${sentence(clean(text))} No recovery can go on while that is so.\n`);
  for (const row of rows) io.out(`${said(row)}${commandFor(row, books, command)}\n`);
  io.out(`Every run asks before each change, line by line. ${command("journal list")} tells the runs that were.\n`);
  return EXIT.done;
}
