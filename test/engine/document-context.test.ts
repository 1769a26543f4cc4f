/** What stands around and in the steps of an approval document, and how one step is said. */
import { describe, expect, it } from "vitest";
import { actsOf, ledHere, lostLines, nextLines, refusalLine, shownOf } from "../../src/engine/document-context.ts";
import { isSeen, raisesOf, requestSha, forDigest, stepsOf } from "../../src/engine/document-step.ts";
import { coveredBy, phaseDocument, restDocument, startDocument } from "../../src/engine/document.ts";
import { counterpartOf, previewText, requestText, wayBackLine } from "../../src/engine/slot-text.ts";
import { REST, START } from "../../src/engine/state.ts";
import type { PlannedStep } from "../../src/engine/bodies.ts";
import { aStep } from "../support/document.ts";
import { detach, History, planned } from "./history.ts";
import { approved, entered, EVIDENCE, historyOf, ofPhase, previewed, skip, started, type Change } from "./moments.ts";

const same: Change = (source) => source;
const aboutAll = ({ state }: History) => state.targets.map(({ key, label }) => ({ key, label, shown: [], steps: [] }));
const led = (history: History): readonly string[] => ledHere(history.state, aboutAll(history));

describe("what led here", () => {
  it("is nothing at first", () => expect(led(entered())).toEqual([]));

  it("counts what was made, and what was so already, by phase", () => {
    expect(led(approved().done("vol-1"))).toEqual(["2 Detach: 1 change made"]);
    expect(led(approved().done("vol-1").marked("vol-2", "already"))).toEqual(["2 Detach: 1 change made, 1 so already"]);
    expect(led(approved().marked("vol-2", "already"))).toEqual(["2 Detach: 1 so already"]);
  });

  it("names what did not come to a good end", () => {
    const history = approved().marked("vol-1", "failed", "it broke").marked("vol-2", "skipped-by-operator", "no");
    expect(led(history)).toEqual(["Detach volume vol-1 (vm-a): failed: it broke"]);
    expect(led(approved().marked("vol-1", "in-doubt", "lost"))).toEqual(["Detach volume vol-1 (vm-a): in doubt: lost"]);
  });

  const decided = (keys: readonly string[], ...whom: readonly string[]): History => {
    const history = started(new History({ keys: [...keys] }));
    for (const target of whom) {
      const place = { target, phase: "look" };
      history.add("phase.expanded", place, {
        title: "Look",
        skipped: null,
        steps: [planned("keep", "gate")],
      });
      const choice = { gate: "keep", asks: "gate", choice: "keep", then: "go-on", method: "person" } as const;
      history.add("decision.made", { ...place, step: "keep", item: "" }, choice);
    }
    return history;
  };
  it("names decisions once, and for whom where it is not everybody", () => {
    const keys = ["ctx-a", "ctx-b", "ctx-c", "ctx-d"];
    expect(led(decided(keys, ...keys))).toEqual(["decided keep: keep"]);
    expect(led(decided(keys, "ctx-a", "ctx-b"))).toEqual(["decided keep: keep (vm-a, vm-b)"]);
    expect(led(decided(keys, "ctx-a", "ctx-b", "ctx-c"))).toEqual(["decided keep: keep (3 VMs)"]);
    const history = decided(keys, "ctx-a");
    expect(ledHere(history.state, [{ key: "ctx-b", label: "vm-b", shown: [], steps: [] }])).toEqual([]);
  });

  it("names what an earlier run did for these targets", () => {
    const proof = {
      run_id: "old",
      request: { op: "detach", volume: "v", vm: "" },
      event: "e",
      at: "2026-11-21T00:00:00.000Z",
    };
    const proofs = [
      { ...proof, target: "ctx-a", kind: "volume" },
      { ...proof, target: "ctx-b" },
    ];
    const history = new History({ over: { proofs } });
    expect(led(history)).toEqual(["run old did this already, at 2026-11-21T00:00:00Z: Volume Daemon detach v"]);
    expect(led(new History({ over: { proofs: [{ ...proof, target: "ctx-a", kind: "unheard-of" }] } }))[0]).toContain(
      '{"op":"detach"',
    );
  });
});

describe("what comes next", () => {
  it("of the first page is how many phases look, and how many may change something", () => {
    expect(nextLines(new History().state, START)).toEqual([
      "Approved, the run begins. 1 phase only looks; 2 may change something and ask again first, on a page of their own.",
    ]);
  });

  it("is the next phase that may come, and whether it asks", () => {
    expect(nextLines(entered().state, "detach")[0]).toMatch(
      /one after the other.*Then: 3 Delete the snapshots \(asks again/u,
    );
    expect(nextLines(entered().state, "look")[0]).toContain("Then: 2 Detach the volumes (asks again");
    const never = entered(historyOf(ofPhase("when: \"decisions['keep'] == 'keep'\"")));
    expect(nextLines(never.state, "look")[0]).toContain("Then: 3 Delete");
    // A condition without a value excludes nothing.
    const unknown = started(historyOf(ofPhase('when: "facts.volumes.size() > 0"')));
    expect(nextLines(unknown.state, "look")[0]).toContain("Then: 2 Detach");
  });

  it("of the last page, and of all that is left, are the success criteria", () => {
    const criterion = "Then it is looked whether the success criterion holds.";
    expect(nextLines(entered().state, "snapshots")[0]).toContain(criterion);
    expect(nextLines(entered().state, REST)[0]).toContain(criterion);
    const two = historyOf((source) =>
      source.replace("probe: nothing-left }", "probe: nothing-left }\n      - { id: again, probe: nothing-left }"),
    );
    expect(nextLines(two.state, REST)[0]).toContain("all 2 success criteria hold");
    const { state } = entered();
    expect(nextLines({ ...state, runbook: { ...state.runbook, success: [] } }, REST)[0]).toContain(
      "After it the run ends.",
    );
  });

  it("is told for each VM in a batch", () => {
    const batch = { canary: false, one_page: false, max_parallel: 2, max_failures: 0 };
    expect(nextLines(entered(new History({ over: { batch } })).state, REST)[0]).toContain("for each VM one after");
    expect(nextLines(entered().state, REST)[0]).not.toContain("for each VM");
  });

  it("says beforehand where one page will ask for all that is left", () => {
    const startOf = (over: { canary: boolean; one_page: boolean }): string =>
      nextLines(new History({ over: { batch: { ...over, max_parallel: 2, max_failures: 0 } } }).state, START).join(" ");
    expect(startOf({ canary: false, one_page: true })).toBe(
      "Approved, the run begins. 1 phase only looks; then ONE page asks about all that the other 2 would change, for all VMs together.",
    );
    expect(startOf({ canary: true, one_page: false })).toMatch(
      /^Approved, the run begins with the first VM alone\..*on a page of their own\. Then ONE page asks about all that is left for the other VMs\.$/u,
    );
    expect(startOf({ canary: false, one_page: false })).not.toContain("ONE page");
  });

  it("of a refusal depends on whether anything was sent", () => {
    expect(refusalLine(entered().state)).toMatch(
      /^No: the run ends here, and none of its steps was sent\. .*resume 20261122-0312-aaaa asks again\.$/u,
    );
    expect(refusalLine(approved().sent("vol-1").state)).toMatch(/^No: the run pauses here/u);
  });
});

describe("acts outside of approvals", () => {
  it("are the shell texts, whole, and what the run wrote down of itself", () => {
    const outside = { as: "oma", acts: [{ id: "", title: "Locks", lines: ["one"], as: "db", shell: false }] };
    const acts = actsOf(historyOf(EVIDENCE, { outside }).state);
    expect(acts.map(({ title, as, shell }) => [title, as, shell])).toEqual([
      ["Locks", "db", false],
      ["At the end, however it ends: Processes", "oma", true],
    ]);
    expect(acts[1]?.lines).toEqual(["ps"]);
  });

  it("of version 0.1 were not written down: the JobLog is among them", () => {
    expect(actsOf(historyOf(EVIDENCE).state).map(({ title }) => title)).toEqual([
      "This run's own progress goes into the appliance's JobLog",
      "At the end, however it ends: Processes",
    ]);
  });
});

it("says once of each side what is looked at when an answer is lost", () => {
  const steps = [aStep(), aStep(), aStep({ kind: "volume" }), aStep({ kind: "unheard-of" })];
  const lines = lostLines([{ key: "k", label: "l", shown: [], steps }]);
  expect(lines.map((line) => line.slice(0, line.indexOf(" is lost")))).toEqual([
    "If an answer of CloudStack",
    "If an answer of the Volume Daemon",
  ]);
});

it("shows the columns that tell a target apart, '' for what is not there", () => {
  const history = historyOf((source) => source.replace("show: [current_status]", "show: [current_status, context_id]"));
  expect(shownOf(history.state, history.target)).toEqual([
    ["current_status", ""],
    ["context_id", "ctx-a"],
  ]);
});

describe("a step of a document", () => {
  const { state } = entered();
  const phase = state.runbook.phases.find(({ id }) => id === "detach");
  if (phase === undefined) throw new Error("there is the phase");
  const planned = (over: object = {}): PlannedStep & { preview: null } => ({
    ...detach("vol-1"),
    preview: null,
    ...over,
  });

  it("is the change as it will be made, as its kind says it", () => {
    expect(stepsOf(phase, [planned()])).toEqual([
      {
        step: "detach",
        item_key: "vol-1",
        phase: "detach",
        kind: "volume",
        title: "Detach volume vol-1",
        message: "detach vol-1",
        risk: "change",
        raises: [],
        counterpart: "the Volume Daemon",
        limit: 60,
        request: { op: "detach", volume: "vol-1", vm: "" },
        request_lines: ["Volume Daemon detach vol-1"],
        preview: null,
        undo: { kind: "other", why: ["it is attached again in the next phase"] },
        not_known: [
          "it was not tried out yet, since other steps come before it: it is approved by its request, and looked at before and after",
        ],
      },
    ]);
  });

  it("has its risk raised by what its preview found, and lowered by nothing", () => {
    const preview = { raises: ["a trigger", 7] };
    expect(raisesOf(preview)).toEqual(["a trigger", "7"]);
    expect(raisesOf(null)).toEqual([]);
    expect(stepsOf(phase, [planned({ preview })])[0]).toMatchObject({
      risk: "destroy",
      raises: ["a trigger", "7"],
      not_known: [],
    });
    expect(stepsOf(phase, [planned({ preview: { raises: [] } })])[0]?.risk).toBe("change");
  });

  it("was seen only where its preview shows what would happen", () => {
    expect([isSeen(null), isSeen({ none: true }), isSeen({ matched: 1 })]).toEqual([false, false, true]);
    expect(stepsOf(phase, [planned({ preview: { none: true } })])[0]?.not_known).toHaveLength(1);
  });

  it("is none for what changes nothing, or is not of the phase", () => {
    expect(stepsOf(phase, [planned({ step: "expansion" })])).toEqual([]);
    const [look] = state.runbook.phases;
    if (look === undefined) throw new Error("there is a phase");
    expect(stepsOf(look, [planned({ step: "volumes" })])).toEqual([]);
  });

  it("of a kind that this Handrail does not know is said as the journal has it", () => {
    const strange = {
      ...phase,
      steps: phase.steps.map((step) => ({ ...step, change: { kind: "unheard-of" } }) as typeof step),
    };
    const [step] = stepsOf(strange, [planned()]);
    expect(step).toMatchObject({ counterpart: "a side that this Handrail does not know", undo: { kind: "none" } });
    expect(step?.request_lines).toEqual(['{"op":"detach","vm":"","volume":"vol-1"}']);
  });

  it("is sealed without what a clock decides, by its kind", () => {
    const preview = { none: true, at: "now" };
    expect(forDigest(aStep({ kind: "unheard-of", preview }))).toMatchObject({ preview });
    expect(forDigest(aStep({ preview: null }))).toMatchObject({ preview: null });
    expect(requestSha({ b: 1, a: 2 })).toBe(requestSha({ a: 2, b: 1 }));
    expect(requestSha({ a: 1 })).not.toBe(requestSha({ a: 2 }));
  });
});

describe("a document", () => {
  const document = (history: History) => phaseDocument(history.state, "detach", "detach#1", history.state.targets);
  it("has the open steps of its phase, and no approved or finished one", () => {
    expect(document(previewed()).targets[0]?.steps.map(({ item_key }) => item_key)).toEqual(["vol-1", "vol-2"]);
    expect(document(previewed().marked("vol-1", "already")).targets[0]?.steps.map(({ item_key }) => item_key)).toEqual([
      "vol-2",
    ]);
    expect(document(approved()).targets).toEqual([]);
    expect(document(previewed().marked("vol-1", "failed")).targets).toEqual([]);
    expect(() => phaseDocument(previewed().state, "none", "x", [])).toThrow("there is no phase none");
  });

  it("has the same digest for the same document in another session, and another for another world", () => {
    const first = document(previewed());
    expect(document(previewed().add("operator.note", {}, { text: "x" })).digest).toBe(first.digest);
    expect(document(previewed(new History({ over: { mode: "grant" } }))).digest).toBe(first.digest);
    expect(document(previewed(new History({ run: "20261122-0312-bbbb" }))).digest).not.toBe(first.digest);
    expect(document(previewed().marked("vol-1", "already")).digest).not.toBe(first.digest);
  });

  it("of what destroys has something to type: the target's word, else how many", () => {
    const destroying = (...keys: string[]): History => {
      const history = started(new History({ keys: ["ctx-a", "ctx-b"] }));
      for (const target of keys)
        history.add(
          "phase.expanded",
          { target, phase: "detach" },
          { title: "2", skipped: null, steps: [{ ...detach("vol-1"), risk: "destroy" }] },
        );
      return history;
    };
    expect(document(previewed()).typed).toBeNull();
    expect(document(destroying("ctx-a")).typed).toBe("vm-a");
    expect(document(destroying("ctx-a", "ctx-b")).typed).toBe("recover 2");
    const targets = [{ key: "ctx-a", label: "vm-a", word: "oak", row: { context_id: "ctx-a" } }];
    const named = started(new History({ over: { targets } }));
    named.add(
      "phase.expanded",
      { target: "ctx-a", phase: "detach" },
      { title: "2", skipped: null, steps: [{ ...detach("vol-1"), risk: "destroy" }] },
    );
    expect(document(named).typed).toBe("oak");
  });

  it("of the whole rest has what is planned, and what would be, each bound by its request", () => {
    const history = started(new History());
    const place = { target: "ctx-a", phase: "look" };
    history.add("phase.expanded", place, {
      title: "Look",
      skipped: null,
      steps: [planned("volumes", "read")],
    });
    history.add(
      "step.read",
      { ...place, step: "volumes", item: "" },
      { says: "", facts: { volumes: [{ volume_id: "vol-7" }] } },
    );
    const rest = restDocument(history.state, "@rest#1", history.state.targets);
    expect(rest.targets[0]?.steps.map(({ step, item_key }) => [step, item_key])).toEqual([
      ["detach", "vol-7"],
      ["delete", "vol-7"],
    ]);
    expect(coveredBy(rest)[0]).toMatchObject({
      target: "ctx-a",
      step: "detach",
      request: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(coveredBy(document(previewed()))[0]).toEqual({ target: "ctx-a", step: "detach", item_key: "vol-1" });
    // What was entered and ended is behind; what cannot be worked out yet is asked about later.
    const ended = skip(entered(), "snapshots").add(
      "phase.ended",
      { target: "ctx-a", phase: "detach" },
      { result: "done" },
    );
    expect(restDocument(ended.state, "@rest#1", ended.state.targets).targets).toEqual([]);
    expect(restDocument(started().state, "@rest#1", started().state.targets).targets).toEqual([]);
  });

  it("of the start covers every target and every shell text", () => {
    const { state } = historyOf(EVIDENCE, {}, ["ctx-a", "ctx-b"]);
    const start = startDocument(state, "@start#1");
    expect(coveredBy(start).map(({ target, step, item_key }) => `${target} ${step} ${item_key}`)).toEqual([
      "ctx-a @start ",
      "ctx-b @start ",
      "ctx-a @start ps",
    ]);
    expect(start.risk).toBe("change");
  });

  it("of a typed statement carries the acts that no first page has", () => {
    const outside = { as: "oma", acts: [{ id: "", title: "Locks", lines: [], as: "db", shell: false }] };
    const direct = { kind: "sql", locks: [], of: null } as const;
    expect(document(previewed(new History({ over: { outside, direct } }))).acts).toHaveLength(1);
    expect(document(previewed(new History({ over: { outside } }))).acts).toEqual([]);
  });
});

it("says a step by its kind, or as the journal has it", () => {
  const { runbook } = historyOf(same).state;
  const request = { op: "detach", volume: "v", vm: "" };
  expect(requestText(runbook, { step: "detach", request })).toEqual(["Volume Daemon detach v"]);
  expect(requestText(runbook, { step: "unheard-of", request })).toEqual(['{"op":"detach","vm":"","volume":"v"}']);
  expect(requestText(runbook, { step: "detach", request: null })).toEqual([]);
  expect(wayBackLine(runbook, "detach", null)).toContain("undo: not by Handrail");
  expect(wayBackLine(runbook, "volumes", null)).toBe("");
  expect([counterpartOf(runbook, "detach"), counterpartOf(runbook, "volumes")]).toEqual([
    "the Volume Daemon",
    "a side that this Handrail does not know",
  ]);
  const snapshot = { none: true, snapshot: { state: "BackedUp", created: "2026-11-22T03:12:00Z" } };
  const options = { width: 80, rows: 5 } as unknown as Parameters<typeof previewText>[3];
  expect(previewText(runbook, "delete", snapshot, options)[0]).toContain("goes back to a snapshot");
  expect(previewText(runbook, "delete", null, options)).toEqual([]);
  expect(previewText(runbook, "volumes", snapshot, options)).toEqual([]);
});
