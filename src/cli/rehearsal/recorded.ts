/**
 * A lab run that was recorded, for machines where no lab can be brought up: the same screens under REPLAY. There is no
 * world behind it; whatever is asked of one says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import type { JournalEvent } from "../../engine/journal-port.ts";
import { err } from "../../ports/result.ts";
import { plainReader } from "../../readers/plain.ts";
import { report } from "../../readers/report.ts";
import type { Sources } from "../../ui/sources.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { shippedFile } from "../runbook/source.ts";
import { fileReport } from "../session/report.ts";
import { commandText } from "../site/name.ts";

const FILE = join("recorded", "pgtest1.jsonl");
const NO_WORLD = "this is a recording: there is no world behind it";

/** The recorded events, in their order. They carry no hashes: what named a person or a machine was taken out of them. */
export function recordedEvents(): readonly RunEvent[] {
  const path = join(dirname(shippedFile()), FILE);
  if (!existsSync(path)) throw new Stop(EXIT.badFile, `${FILE} is missing; install Handrail again`);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => asRunEvent(JSON.parse(line) as JournalEvent));
}

/** Sources of a console over the recording: nothing but what its events say, and their report. */
export function recordedSources(events: readonly RunEvent[], { env }: Io): Sources {
  const refuse = (): Promise<never> => Promise.reject(new Error(NO_WORLD));
  return {
    board: () => Promise.resolve(err(NO_WORLD)),
    silent: () => Promise.resolve([]),
    detail: () => Promise.resolve(err(NO_WORLD)),
    rows: () => Promise.resolve(err(NO_WORLD)),
    printed: () => Promise.resolve(err(NO_WORLD)),
    runbooks: () => Promise.resolve([]),
    runs: () => Promise.resolve([]),
    events: (_runId, lastSeq) => Promise.resolve(events.filter(({ seq }) => seq > lastSeq)),
    report: (runId) => {
      const command = (words: string): string => commandText({}, env, words);
      return Promise.resolve(fileReport(env, runId, report(events, "of a recording, which has none", { command })));
    },
    note: () => Promise.resolve(err(NO_WORLD)),
    start: refuse,
    close: () => Promise.resolve(),
  };
}

/** Shows the recording: on the screen where there is one, else line by line. */
export async function showRecorded(io: Io, onScreen: boolean): Promise<void> {
  const events = recordedEvents();
  const [first] = events;
  if (first === undefined) throw new Stop(EXIT.badFile, `${FILE} holds no event`);
  if (onScreen) {
    const { openRecording } = await import("../console/open.ts");
    await openRecording(io, first.run_id, recordedSources(events, io));
    return;
  }
  io.out(`REPLAY of a lab run recorded on ${first.wall_time.slice(0, 10)}: nothing is executed\n`);
  const reader = plainReader(io.out);
  for (const event of events) reader(event);
  io.out(`REPLAY ends; ${events.length} events\n`);
}
