/** `handrail journal list`: what is asked most often, so it loads no more than a list needs. */
import type { Doubt } from "../../engine/doubt.ts";
import { EXIT } from "../../engine/exit.ts";
import { wordText } from "../../engine/wire-words.ts";
import { openRunList, type RunList } from "../../journal/run-list.ts";
import type { RunRow } from "../../journal/run-queries.ts";
import { clean, countText } from "../../text/sentence.ts";
import { flag, type Invocation } from "../command.ts";
import { lineWidth } from "../io.ts";
import { journalPath } from "../paths.ts";
import { isDriven } from "../session/driven.ts";
import { granted } from "../session/granted.ts";
import { commandText, siteName } from "../site/name.ts";
import { fitText } from "../terminal/wrap.ts";

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

/** What runs that are not closed and that nobody drives left in doubt. Only where there are some the engine is loaded. */
async function doubtLines(list: RunList, { values, io }: Invocation): Promise<string[]> {
  const left = list.openRuns().filter(({ run_id }) => !isDriven(list, run_id));
  if (left.length === 0) return [];
  const [{ doubtLine, runDoubts }, { loadKinds }] = await Promise.all([
    import("../session/doubts.ts"),
    import("../packs.ts"),
  ]);
  await loadKinds();
  const command = (words: string): string => commandText(values, io.env, words);
  const line = (doubt: Doubt): string =>
    flag(values, "json") ? JSON.stringify({ schema: 2, type: "doubt", ...doubt }) : doubtLine(doubt, command);
  return left.flatMap(({ run_id }) => runDoubts(list, run_id)).map(line);
}

function runLine(run: RunRow, isJson: boolean, width: number): string {
  const status = standing(run);
  if (isJson) return JSON.stringify({ schema: 2, ...run, status });
  const names = clean(run.targets.map(({ label }) => label).join(", "));
  const text = `${run.run_id}  ${run.created}  ${run.runbook}  ${names}  by ${clean(run.by)}  ${status}`;
  return fitText(text, width);
}

/** Prints what is in doubt, then the newest runs. */
export async function list(invocation: Invocation): Promise<number> {
  const { values, io } = invocation;
  const runs = granted(openRunList(journalPath(io.env, await siteName(values, io.env))));
  try {
    const doubts = await doubtLines(runs, invocation);
    const [isJson, width] = [flag(values, "json"), lineWidth(io)];
    const lines = [...doubts, ...runs.summaries(MOST_RUNS).map((run) => runLine(run, isJson, width))];
    if (lines.length > 0) io.out(`${lines.join("\n")}\n`);
  } finally {
    runs.close();
  }
  return EXIT.done;
}
