import { existsSync } from "node:fs";
import type { RunRow } from "../../journal/queries.ts";
import type { Verified } from "../../journal/verify.ts";
import { clean, countText } from "../../engine/words.ts";
import { isDriven } from "../console/runs.ts";
import { doubtLine, journalDoubts } from "../session/doubts.ts";
import { commandText, siteName } from "../site/name.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { sayFitted, Stop } from "../io.ts";
import { journalPath } from "../paths.ts";
import { openStored } from "../session/stored.ts";
import { wordText } from "../../engine/wire-words.ts";

const MOST_RUNS = 200;

/** How a run stands, from its last event alone: a list must not read whole runs. */
function standing({ dry, ...run }: RunRow): string {
  return dry === null ? stands(run) : `dry run, ${stands(run)}`;
}

function stands({ last_type, exit, reason, undone, undone_in_part }: Omit<RunRow, "dry">): string {
  const remark = `${sinceText(undone, "taken back")}${sinceText(undone_in_part, "taken back in part")}`;
  if (last_type === "run.closed") return `closed, exit ${exit ?? "?"}${remark}`;
  return last_type === "run.paused" ? `paused: ${wordText(reason ?? "?")}` : "open";
}

/** What became of changes after the run was over. */
const sinceText = (count: number, fate: string): string =>
  count === 0 ? "" : `; ${countText(count, "change")} ${fate} since`;

async function list({ values, io }: Invocation): Promise<number> {
  const journal = await openStored(values, io);
  try {
    const command = (words: string): string => commandText(values, io.env, words);
    for (const doubt of journalDoubts(journal, (run_id) => isDriven(journal, run_id)))
      io.out(
        flag(values, "json")
          ? `${JSON.stringify({ schema: 2, type: "doubt", ...doubt })}\n`
          : `${doubtLine(doubt, command)}\n`,
      );
    for (const run of journal.summaries(MOST_RUNS)) {
      const status = standing(run);
      const names = clean(run.targets.map(({ label }) => label).join(", "));
      if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 2, ...run, status })}\n`);
      else sayFitted(io, `${run.run_id}  ${run.created}  ${run.runbook}  ${names}  by ${clean(run.by)}  ${status}\n`);
    }
  } finally {
    journal.close();
  }
  return EXIT.done;
}

async function verify({ values, io }: Invocation): Promise<number> {
  const { newerThanThis, verifyJournal } = await import("../../journal/verify.ts");
  const path = await pathOf({ values, io });
  const newer = newerThanThis(path);
  if (newer !== null) throw new Stop(EXIT.journalClosed, `${newer} Nothing was verified`);
  const anchor = option(values, "anchor");
  const verdict = verifyJournal(path, anchor === undefined ? {} : { anchor });
  io.out(
    flag(values, "json")
      ? `${JSON.stringify({ schema: 1, path, ...verdict })}\n`
      : `${path}: ${verdictText(verdict)}\n`,
  );
  return verdict.ok ? EXIT.done : EXIT.failed;
}

function verdictText({ ok: isWhole, events, head, problems }: Verified): string {
  const place = head === null ? "empty" : `${head.seq}:${head.hash}`;
  if (isWhole) return `${events} events, the chain is whole, head ${place}`;
  const lines = problems.map(({ seq, message }) => `  ${clean(`${seq === null ? "" : `event ${seq}: `}${message}`)}`);
  return `NOT as it was written:\n${lines.join("\n")}`;
}

/** Where the journal is. Stops where there is none: a file that is not there is no proof of anything. */
async function pathOf({ values, io }: Pick<Invocation, "values" | "io">): Promise<string> {
  const path = journalPath(io.env, await siteName(values, io.env));
  if (existsSync(path)) return path;
  throw new Stop(EXIT.journalClosed, `there is no journal at ${path}; the first run of a site makes it`);
}

/** A whole copy, also while a run goes on, in a file that nobody else may read. */
async function backup(invocation: Invocation, copy: string): Promise<number> {
  const path = await pathOf(invocation);
  const { backupJournal } = await import("../../journal/backup.ts");
  const result = await backupJournal(path, copy);
  if (!result.ok) throw new Stop(EXIT.failed, `${result.error}. Nothing was copied`);
  invocation.io.out(`${copy}: ${countText(result.value, "event")}, copied whole and verified\n`);
  return EXIT.done;
}

async function show(invocation: Invocation, runId: string): Promise<number> {
  return (await import("./replay.ts")).run({ ...invocation, rest: [runId] });
}

/** What is said alone, and what is said of a run or a file. */
const ALONE = new Map([
  ["list", list],
  ["verify", verify],
]);
const OF_ONE = new Map([
  ["show", show],
  ["backup", backup],
]);

/** `handrail journal list | show RUN | verify | backup FILE`. */
export async function run(invocation: Invocation): Promise<number> {
  const [command = "", argument] = invocation.rest;
  const exit = argument === undefined ? ALONE.get(command)?.(invocation) : OF_ONE.get(command)?.(invocation, argument);
  if (exit !== undefined) return exit;
  throw new Stop(EXIT.usage, "usage: handrail journal list | show RUN | verify [--anchor SEQ:HASH] | backup FILE");
}
