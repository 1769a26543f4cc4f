import { fold } from "../engine/record.ts";
import { endOf } from "../engine/state.ts";
import { verifyJournal } from "../journal/verify.ts";
import { clean } from "../readers/words.ts";
import { siteName } from "./config.ts";
import { flag, one, type Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { Stop } from "./io.ts";
import { journalPath } from "./paths.ts";
import { run as replay } from "./replay.ts";
import { openStored } from "./stored.ts";

const MOST_RUNS = 200;

function list({ values, io }: Invocation): number {
  const journal = openStored(values, io);
  try {
    for (const line of journal.runs(MOST_RUNS)) {
      const state = fold(journal.events(line.run_id));
      if (state === null) continue;
      const status =
        state.closed !== null
          ? `closed, exit ${state.closed.exit}`
          : state.paused !== null
            ? `paused: ${state.paused.reason}`
            : "open";
      const targets = state.targets.map((target) => ({ key: target.key, label: target.label, end: endOf(target) }));
      const first = journal.events(line.run_id)[0];
      const by = first?.actor.login ?? "?";
      if (flag(values, "json"))
        io.out(`${JSON.stringify({ schema: 1, ...line, runbook: state.runbook.id, by, status, targets })}\n`);
      else
        io.out(
          `${line.run_id}  ${line.created}  ${state.runbook.id}  ${clean(targets.map(({ label }) => label).join(", "))}  by ${clean(by)}  ${status}\n`,
        );
    }
  } finally {
    journal.close();
  }
  return EXIT.done;
}

function verify({ values, io }: Invocation): number {
  const path = journalPath(io.env, siteName(values, io.env));
  const anchor = one(values, "anchor");
  const found = verifyJournal(path, anchor === undefined ? {} : { anchor });
  const head = found.head === null ? "empty" : `${found.head.seq}:${found.head.hash}`;
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 1, path, ...found })}\n`);
  else if (found.ok) io.out(`${path}: ${found.events} events, the chain is whole, head ${head}\n`);
  else
    io.out(
      `${path}: NOT as it was written:\n${found.problems.map((problem) => `  ${clean(`${problem.seq === null ? "" : `event ${problem.seq}: `}${problem.message}`)}`).join("\n")}\n`,
    );
  return found.ok ? EXIT.done : EXIT.failed;
}

/** `handrail journal list | show RUN | verify`. */
export async function run(invocation: Invocation): Promise<number> {
  const [what, which] = invocation.rest;
  if (what === "list" && which === undefined) return list(invocation);
  if (what === "verify" && which === undefined) return verify(invocation);
  if (what === "show" && which !== undefined) return replay({ ...invocation, rest: [which] });
  throw new Stop(EXIT.usage, "usage: handrail journal list | show RUN | verify [--anchor SEQ:HASH]");
}
