/** A stored run driven once more by today's engine: where it goes the same way, and where it leaves. */
import { describe, expect, it } from "vitest";
import { phaseDocument, startDocument } from "../../src/engine/document.ts";
import { expansion } from "../../src/engine/expand.ts";
import { recall, type Recalled } from "../../src/engine/recall.ts";
import { forRecord } from "../../src/engine/document-record.ts";
import { runbookHere } from "../ui/runbook.ts";
import { History, planned } from "./history.ts";
import { historyOf, LOST, ofDetach, ofPhase, type Change } from "./moments.ts";
import { good } from "../support/result.ts";

const same: Change = (source) => source;
const place = { target: "ctx-a", phase: "look" };
const keep = { gate: "keep", asks: "gate", choice: "keep", then: "go-on", method: "person" } as const;

/** Enters a phase as the engine works it out. */
const enter = (history: History, id: string): History => {
  const phase = history.state.runbook.phases.find((each) => each.id === id);
  if (phase === undefined) throw new Error(id);
  const made = good(expansion(history.state, history.target, phase));
  return history.add("phase.expanded", { target: "ctx-a", phase: id }, { title: phase.title, ...made });
};
const start = (history: History): History => {
  const page = startDocument(history.state, "@start#1");
  const document = forRecord(page);
  const about = { approval: "@start#1", page_digest: page.digest };
  history.add(
    "approval.requested",
    { phase: "@start" },
    { ...about, risk: page.risk, typed: null, covers: [], ...(document === undefined ? {} : { document }) },
  );
  return history.add("approval.given", { phase: "@start" }, { ...about, method: "key", by: "ada", grant: null });
};
/** A whole run of one volume, as the engine writes it. */
const whole = (history = new History()): History => {
  enter(start(history), "look");
  const facts = { volumes: [{ volume_id: "vol-1" }] };
  history.add("step.read", { ...place, step: "volumes", item: "" }, { says: "", facts });
  history.add(
    "decision.requested",
    { ...place, step: "keep", item: "" },
    { gate: "keep", asks: "gate", question: "", choices: [] },
  );
  history.add("decision.made", { ...place, step: "keep", item: "" }, keep);
  history.add("phase.ended", place, { result: "done" });
  enter(history, "detach").add("step.previewed", history.place("vol-1"), { preview: null });
  const page = phaseDocument(history.state, "detach", "detach#1", history.state.targets);
  const about = { approval: "detach#1", page_digest: page.digest };
  const covers = [{ target: "ctx-a", step: "detach", item_key: "vol-1" }];
  history.add("approval.requested", { phase: "detach" }, { ...about, risk: "change", typed: null, covers });
  history.add("approval.given", { phase: "detach" }, { ...about, method: "key", by: "ada", grant: null });
  history.sent("vol-1").applied("vol-1").seen("vol-1");
  history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "done" });
  return history;
};
const ended = (history: History): History => {
  history.add(
    "phase.expanded",
    { target: "ctx-a", phase: "snapshots" },
    { title: "3", skipped: "not chosen", steps: [] },
  );
  return history.looked(true);
};
const chosen = (): History => new History({ over: { phases: ["detach"] } });
const again = (history: History, change: Change = same): Recalled =>
  recall(history.events, runbookHere(change).runbook);
const says = (history: History, change: Change = same): string | null => again(history, change).departure?.says ?? null;

describe("a run of today", () => {
  it("goes the same way to its end", () => {
    const history = ended(whole(chosen())).add("run.closed", {}, { exit: 0, ends: [] });
    const { departure, events, state } = again(history);
    expect(departure).toBeNull();
    expect(events).toHaveLength(history.events.length);
    expect(state.closed).toMatchObject({ exit: 0 });
  });

  it("begins with its first event", () => {
    expect(() => recall(whole().events.slice(1), runbookHere().runbook)).toThrow("begins with run.created");
  });

  it("takes what comes from outside as it was", () => {
    expect(says(whole().add("operator.note", {}, { text: "x" }))).toBeNull();
    expect(says(whole().add("run.paused", {}, { reason: "interrupted", exit: 4, says: "" }))).toBeNull();
    expect(says(whole().marked("vol-1", "undone"))).toBeNull();
  });
});

describe("today's way leaves the recorded one", () => {
  it("where another command would come", () => {
    const history = start(new History());
    history.add("phase.expanded", { target: "ctx-a", phase: "detach" }, { title: "2", skipped: "x", steps: [] });
    expect(again(history).departure).toEqual({
      seq: 4,
      says: "recorded is phase.expanded; today's engine would expand look",
    });
    const read = whole();
    read.add("step.read", { ...place, step: "volumes", item: "" }, { says: "", facts: {} });
    expect(says(read)).toBe("recorded is step.read of volumes; today's engine would expand snapshots");
    expect(again(read).events).toHaveLength(read.events.length - 1);
  });

  it("where a phase would have other steps", () => {
    expect(says(whole(), (source) => source.replace("title: Detach volume", "title: Take off volume"))).toContain(
      "step detach of phase detach would be another one today",
    );
    expect(says(whole(), ofPhase("when: \"decisions['keep'] == 'stop'\""))).toBe(
      "phase detach was entered; today it is not needed",
    );
    const fewer = start(new History());
    fewer.add("phase.expanded", place, { title: "Look", skipped: null, steps: [] });
    expect(says(fewer)).toBe("phase look has more steps today");
  });

  it("but not of a phase that could not be worked out then", () => {
    const history = start(new History());
    history.add("phase.expanded", place, {
      title: "Look",
      skipped: null,
      steps: [planned("expansion", "read")],
    });
    expect(says(history)).toBeNull();
  });

  it("where the first page is another one, but for those of version 0.1", () => {
    expect(
      says(start(new History()), (source) => source.replace("warnings: [A revert", "warnings: [A big revert")),
    ).toBe("the first page is another one today");
    const old = new History().begun();
    expect(says(old, (source) => source.replace("warnings: [A revert", "warnings: [A big revert"))).not.toBe(
      "the first page is another one today",
    );
  });

  it("where a step or a criterion asks something else: the journal has no answer", () => {
    const look = (source: string): string =>
      source.replace(
        "volumes: \"['vol-1', 'vol-2']\"\n            appliance",
        "volumes: \"['vol-1']\"\n            appliance",
      );
    expect(says(whole(), look)).toBe("the journal has no answer: volumes asks something else today");
    const criterion = (source: string): string =>
      source.replace("because: a volume is still attached", "because: a volume is there");
    expect(says(ended(whole(chosen())), criterion)).toBe(
      "the journal has no answer: a criterion asks something else today",
    );
    const gate = (source: string): string => source.replace("title: Keep it }", "title: Keep it all }");
    expect(says(whole(), gate)).toContain("keep asks something else today");
    expect(says(whole(), ofDetach("require: is-off"))).toBe(
      "the journal has no answer: detach asks something else today",
    );
  });

  it("where it would end otherwise", () => {
    const close = (history: History, exit: number): string | null =>
      says(ended(history).add("run.closed", {}, { exit, ends: [] }));
    expect(close(whole(chosen()), 1)).toBe("it would end with exit 0, not 1");
    const failed = whole(new History({ over: { mode: "grant", phases: ["detach"] } }));
    failed.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
    expect(says(failed)).toContain("recorded is phase.ended");
  });

  it("where a phase would end otherwise", () => {
    const history = whole();
    history.events.pop();
    history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
    expect(says(history)).toBe("the phase would end as done");
  });
});

it("goes on with an attempt that is under way, whatever else could be begun", () => {
  const history = whole();
  while (history.events.at(-1)?.type !== "step.intent") history.events.pop();
  history.outcome("vol-1", LOST).add("step.reconciled", history.place("vol-1"), { outcome: LOST });
  expect(says(history)).toBeNull();
  const batch = { canary: false, one_page: false, max_parallel: 2, max_failures: 0 };
  const many = historyOf(same, { batch }, ["ctx-a", "ctx-b"]);
  start(many).add(
    "phase.expanded",
    { target: "ctx-b", phase: "look" },
    {
      title: "Look",
      skipped: null,
      steps: good(expansion(many.state, many.target, many.state.runbook.phases[0] ?? { id: "", title: "", steps: [] }))
        .steps,
    },
  );
  expect(says(many)).toBeNull();
});
