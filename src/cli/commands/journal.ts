import { existsSync } from "node:fs";
import type { Verified } from "../../journal/verify.ts";
import { clean, countText } from "../../text/sentence.ts";
import { siteName } from "../site/name.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";
import { journalPath } from "../paths.ts";

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
  const [{ run: replay }, { loadKinds }] = await Promise.all([import("./replay.ts"), import("../packs.ts")]);
  await loadKinds();
  return replay({ ...invocation, rest: [runId] });
}

const list = async (invocation: Invocation): Promise<number> => (await import("./journal-list.ts")).list(invocation);

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
