/** Opens the journal of a site, or stops with the exit code that says why not. */
import type { Redactor } from "../../text/redact.ts";
import { openJournal } from "../../journal/open.ts";
import type { Journal } from "../../journal/journal.ts";
import { granted } from "./granted.ts";
import { bootId } from "../../connections/clock.ts";
import type { Actor, EventDraft, JournalEvent, RunLine } from "../../engine/journal-port.ts";
import { whoActs } from "./actor.ts";
import { EXIT } from "../../engine/exit.ts";
import { newId } from "./ids.ts";
import { Stop, type Io } from "../io.ts";
import { journalPath } from "../paths.ts";

/** The journal's clock: wall time for people, the boot clock for order and durations. */
const clock = {
  wall: () => new Date().toISOString(),
  monoMs: () => Math.floor(Number(process.hrtime.bigint() / 1_000_000n)),
  bootId: bootId(),
};

export interface JournalWish {
  readonly env: Io["env"];
  readonly site: string;
  readonly redactor: (salt: string) => Redactor;
  readonly readOnly: boolean;
  /** Who writes; whoever runs this process unless said otherwise. */
  readonly actor?: Actor;
}

export function openSiteJournal({ env, site, redactor, readOnly, actor = whoActs(env) }: JournalWish): Journal {
  const path = journalPath(env, site);
  return granted(openJournal({ path, actor, clock, ids: newId, redactor, readOnly, create: !readOnly }));
}

/** Appends, and gives the last of the events. Stops where the journal refuses. */
export function appendOrStop(journal: Journal, drafts: readonly EventDraft[]): JournalEvent {
  const last = granted(journal.append(drafts)).at(-1);
  if (last === undefined) throw new Error("the journal stored nothing");
  return last;
}

/** The runs that a name may mean. `last` is no dry run: that carried nothing out that could be asked about. */
function runsOf(journal: Journal, name: string): readonly RunLine[] {
  if (name !== "last") return journal.runsNamed(name);
  const run = journal.newestRun();
  return run === null ? [] : [run];
}

/** A run by its id, or by the end of it, or `last`. */
export function findRun(journal: Journal, name: string): RunLine {
  const hits = runsOf(journal, name);
  const [hit] = hits;
  if (hits.length === 1 && hit !== undefined) return hit;
  const newest = journal.runs(5).map(({ run_id }) => `  ${run_id}`);
  const message = hits.length === 0 ? `the journal has no run ${name}` : `${hits.length} runs end in ${name}`;
  throw new Stop(EXIT.usage, `${message}${newest.length === 0 ? "" : `; the newest:\n${newest.join("\n")}`}`);
}
