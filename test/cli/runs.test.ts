/** The runs of a journal as the console has them: what one that is over left of its targets, and whether it ever sent anything. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { runSummaries } from "../../src/cli/console/runs.ts";
import type { Bodies } from "../../src/engine/bodies.ts";
import { draft } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { History } from "../engine/history.ts";
import { open, temporaryDirectory } from "../journal/support.ts";

/** The summary of a run whose events are in a journal of their own. */
function summaryOf({ events }: History): RunSummary | undefined {
  const journal = open(join(temporaryDirectory(), "j.db"));
  const drafts = events.map((event): EventDraft => ({ ...event, body: event.body as never }));
  expect(journal.append(drafts).ok).toBe(true);
  const [run] = runSummaries()(journal, 9);
  journal.close();
  return run;
}

type Ends = Bodies["run.closed"]["ends"];
const ended = (end: Ends[number]["end"], says: string): Ends => [{ key: "ctx-a", label: "vm-a", end, says }];
const PAUSE = { reason: "rejected", exit: 4, says: "no was said" } as const;

test.each<[string, History, object | null]>([
  [
    "failed after it sent something",
    new History()
      .begun()
      .sent("vol-1")
      .add("run.closed", {}, { exit: 1, ends: ended("failed", "busy") }),
    { sent: true, failures: { "ctx-a": "failed: busy" } },
  ],
  [
    "refused before it sent anything",
    new History().begun().add("run.closed", {}, { exit: 4, ends: ended("refused", "") }),
    { sent: false, failures: { "ctx-a": "refused" } },
  ],
  [
    "recovered",
    new History()
      .begun()
      .done("vol-1")
      .add("run.closed", {}, { exit: 0, ends: ended("recovered", "") }),
    { sent: true, failures: {} },
  ],
  [
    "paused before it sent anything",
    new History().begun().add("run.paused", {}, PAUSE),
    { sent: false, failures: { "ctx-a": "paused, rejected: no was said" } },
  ],
  [
    "paused after it sent something",
    new History().begun().done("vol-1").add("run.paused", {}, PAUSE),
    { sent: true, failures: { "ctx-a": "paused, rejected: no was said" } },
  ],
  ["left", new History().begun().done("vol-1"), null],
  [
    "dry",
    new History({ over: { dry: true } }).begun().add("run.closed", {}, { exit: 5, ends: ended("changes-pending", "") }),
    null,
  ],
])("a run that was %s says so", (_how, history, remnant) => {
  const summary = summaryOf(history);
  expect(summary).toBeDefined();
  const { at: _time = null, ...told } = summary?.remnant ?? {};
  expect(told).toEqual(remnant ?? {});
});

test("a note after the end changes nothing of it", () => {
  const history = new History().begun().add("run.closed", {}, { exit: 4, ends: ended("refused", "") });
  history.store(draft("20261122-0312-aaaa", "operator.note", {}, { text: "seen" }));
  expect(summaryOf(history)?.remnant).toMatchObject({ sent: false, failures: { "ctx-a": "refused" } });
});
