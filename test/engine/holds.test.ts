/** Which conditions a run rests on at which moment: from the end of a phase until the run itself acts on the same thing. */
import { describe, expect, it } from "vitest";
import { conditionsOf } from "../../src/engine/holds.ts";
import type { PhaseState, RunState, Slot, TargetState } from "../../src/engine/state.ts";
import type { ChangeStep, Hold, Runbook } from "../../src/phases/spec.ts";

const change = (id: string, stays_until?: string): ChangeStep =>
  ({ id, does: "change", verify: `is-${id}`, ...(stays_until === undefined ? {} : { stays_until }) }) as ChangeStep;

const slot = (step: string, item_key: string, over: Partial<Slot> = {}): Slot =>
  ({
    step,
    item_key,
    item: { id: item_key },
    does: "change",
    status: "planned",
    mark: null,
    attempts: 0,
    attempt: null,
    at: "",
    ...over,
  }) as Slot;
const finished = { status: "ended", mark: "succeeded", attempts: 1 } as const;

const phase = (status: PhaseState["status"], ...slots: Slot[]): PhaseState => ({
  title: "",
  rung: null,
  status,
  reopened: false,
  skipped: null,
  slots,
});

const runbook = (holds: readonly Hold[]): Runbook =>
  ({
    id: "r",
    holds,
    probes: Object.fromEntries(
      ["quiet", "is-off", "is-on"].map((id) => [id, { title: id, read: { kind: "check" }, expect: "true" }]),
    ),
    phases: [
      { id: "look", title: "", steps: [] },
      { id: "take", title: "", steps: [{ id: "ask", does: "read" }, change("off", "give")] },
      { id: "give", title: "", steps: [change("on", "end")] },
    ],
  }) as unknown as Runbook;

/** The ids of what is asked, with the item where there is one. */
function asked(
  phases: Record<string, PhaseState>,
  holds: readonly Hold[] = [],
  over: Partial<RunState> = {},
): string[] {
  const target = {
    key: "vm",
    label: "vm",
    row: {},
    facts: {},
    decisions: {},
    left: null,
    holds: {},
    phases,
  } as unknown as TargetState;
  const created = { inputs: {}, dry: undefined };
  const state = { run_id: "run", runbook: runbook(holds), targets: [target], created, ...over } as unknown as RunState;
  return conditionsOf(state, target).map(({ id, ref }) => (ref === null ? id : `${id} ${ref.slot.item_key}`));
}

describe("a hold", () => {
  const until: Hold = { id: "quiet", probe: "quiet", from: "look", until: "give" };
  it("is asked from the end of its first phase on", () => {
    expect(asked({ look: phase("open") }, [until])).toEqual([]);
    expect(asked({ look: phase("done") }, [until])).toEqual(["quiet"]);
    expect(asked({ look: phase("skipped") }, [until])).toEqual([]);
  });

  it("ends with the run's own first change in the phase it lasts until, not with its page", () => {
    const look = phase("done");
    expect(asked({ look, give: phase("open", slot("on", "a")) }, [until])).toEqual(["quiet"]);
    expect(asked({ look, give: phase("open", slot("on", "a", { attempts: 1, status: "intended" })) }, [until])).toEqual(
      [],
    );
    expect(asked({ look, give: phase("skipped") }, [until])).toEqual([]);
  });

  it("is asked only where its condition holds; one without a value is asked, and is trouble", () => {
    const look = phase("done");
    expect(asked({ look }, [{ ...until, when: "1 == 2" }])).toEqual([]);
    expect(asked({ look }, [{ ...until, when: "facts.nothing == 1" }])).toEqual(["quiet"]);
  });
});

it("a hold or a finished step without a probe is a bug: nothing could be seen of it", () => {
  const hold: Hold = { id: "lost", probe: "no-such", from: "look" };
  expect(() => asked({ look: phase("done") }, [hold])).toThrow("the hold lost names no probe");
  const unverified = { ...runbook([]), probes: {} };
  const take = phase("done", slot("off", "a", finished));
  expect(() => asked({ take }, [], { runbook: unverified })).toThrow("off is verified by no probe");
});

describe("a step that has to stay so", () => {
  const take = phase("done", slot("off", "a", finished), slot("off", "b", finished));
  it("is asked once it is finished, each item until the run itself acts on it", () => {
    expect(asked({ take: phase("open", slot("off", "a", finished), slot("off", "b")) })).toEqual(["off a"]);
    expect(asked({ take, give: phase("open", slot("on", "a"), slot("on", "b")) })).toEqual(["off a", "off b"]);
    const begun = phase("open", slot("on", "a", { attempts: 1, status: "waiting" }), slot("on", "b"));
    expect(asked({ take, give: begun })).toEqual(["off b"]);
  });

  it("is asked to the end where nothing of the run ends it", () => {
    expect(asked({ take, give: phase("done", slot("on", "a", finished), slot("on", "b", finished)) })).toEqual([
      "on a",
      "on b",
    ]);
  });

  it("counts however it was done, but not where it was left out or failed", () => {
    const marks = ["already", "by-hand", "skipped-by-operator", "failed"] as const;
    const slots = marks.map((mark) => slot("off", mark, { status: "ended", mark }));
    expect(asked({ take: phase("open", ...slots) })).toEqual(["off already", "off by-hand"]);
  });

  it("is a change: what a phase read beside it is not asked again", () => {
    const read = slot("ask", "", { ...finished, does: "read", attempts: 0 });
    expect(asked({ take: phase("open", read, slot("off", "a", finished)) })).toEqual(["off a"]);
  });

  it("is not asked in a dry run, which left nothing behind", () => {
    expect(asked({ take }, [], { created: { inputs: {}, dry: true } as unknown as RunState["created"] })).toEqual([]);
  });
});
