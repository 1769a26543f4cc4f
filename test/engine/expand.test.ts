/** What a phase will do, worked out from the facts of now. */
import { describe, expect, it } from "vitest";
import { expansion } from "../../src/engine/expand.ts";
import { bad, good } from "../support/result.ts";
import { planned, type History } from "./history.ts";
import { all, historyOf, ofDetach, ofPhase, type Change } from "./moments.ts";

const same: Change = (source) => source;
const of = (change: Change = same, volumes: readonly string[] | null = ["vol-1", "vol-2"], over: object = {}) => {
  const history: History = historyOf(change, over);
  if (volumes !== null) {
    const steps = [planned("volumes", "read")];
    history.add("phase.expanded", { target: "ctx-a", phase: "look" }, { title: "Look", skipped: null, steps });
    const facts = { volumes: volumes.map((volume_id) => ({ volume_id })) };
    history.add("step.read", { target: "ctx-a", phase: "look", step: "volumes", item: "" }, { says: "", facts });
  }
  const phase = history.state.runbook.phases.find(({ id }) => id === "detach");
  if (phase === undefined) throw new Error("there is the phase");
  return expansion(history.state, history.target, phase);
};
const keys = (result: ReturnType<typeof of>): string[] => good(result).steps.map(({ item_key }) => item_key);

describe("a phase", () => {
  it("has a step for each thing that the facts name, whole", () => {
    const { skipped, steps } = good(of());
    expect(skipped).toBeNull();
    expect(steps[0]).toEqual({
      step: "detach",
      does: "change",
      item_key: "vol-1",
      item: { volume_id: "vol-1" },
      title: "Detach volume vol-1",
      request: { op: "detach", volume: "vol-1", vm: "" },
      says: "Detach volume vol-1 through the Volume Daemon",
      cannot_undo: null,
      risk: "change",
    });
    expect(steps).toHaveLength(2);
  });

  it("has none where it was not chosen, is not on the way or not needed, and says why", () => {
    expect(good(of(same, [], { phases: ["snapshots"] }))).toEqual({ skipped: "not chosen", steps: [] });
    const when = (otherwise = ""): Change => ofPhase(`when: "decisions['keep'] == 'keep'"${otherwise}`);
    expect(good(of(when()))).toEqual({ skipped: "not needed", steps: [] });
    const words = all(when(), ofPhase("otherwise: ${target.context_id} is off"));
    expect(good(of(words)).skipped).toBe("ctx-a is off");
    expect(keys(of(ofPhase("when: \"decisions['keep'] == ''\"")))).toEqual(["vol-1", "vol-2"]);
  });

  it("cannot be worked out where a condition or a list has no value", () => {
    expect(bad(of(ofPhase('when: "facts.volumes.size() > 0"'), null))).toContain("facts.volumes.size() > 0: ");
    expect(bad(of(same, null))).toContain("detach: facts.volumes: ");
    expect(bad(of(ofDetach('when: "facts.volumes.size() > 0"'), null))).toContain("detach: facts.volumes.size() > 0: ");
  });

  it("leaves out a step whose condition says no", () => {
    expect(keys(of(ofDetach("when: \"decisions['keep'] == 'keep'\"")))).toEqual([]);
    expect(keys(of(ofDetach("when: \"decisions['keep'] == ''\"")))).toEqual(["vol-1", "vol-2"]);
  });

  it("names no two steps alike, since the journal could not tell them apart", () => {
    expect(bad(of(same, ["vol-1", "vol-1"]))).toBe("detach: the key vol-1 appears twice");
  });

  it("does nothing that the runbook forbids", () => {
    const { state, target } = historyOf(same);
    const phase = state.runbook.phases.find(({ id }) => id === "detach");
    if (phase === undefined) throw new Error("there is the phase");
    const facts = { volumes: [{ volume_id: "vol-1" }] };
    const under = (kind: string) => {
      const forbid = [{ kind, match: "detach", because: "it is the root disk" }];
      return expansion({ ...state, runbook: { ...state.runbook, forbid } }, { ...target, facts }, phase);
    };
    expect(bad(under("volume"))).toBe("detach is forbidden by the runbook: it is the root disk");
    expect(keys(under("cloudstack"))).toEqual(["vol-1"]);
  });

  it("has so many steps and no more", () => {
    const many = (count: number) =>
      of(
        same,
        Array.from({ length: count }, (_none, index) => `vol-${index}`),
      );
    expect(keys(many(500))).toHaveLength(500);
    expect(bad(many(501))).toBe("the phase would have 501 steps; 500 is the limit");
  });

  it("has one step where there is no list, with an item of its own where there is", () => {
    const single: Change = (source) =>
      source
        .replace(/ +foreach: facts.volumes\n +key: item.volume_id\n +volume: item.volume_id\n +verify: is-off/u, () =>
          ["            volume: \"'vol-9'\"", "            verify: nothing-left"].join("\n"),
        )
        .replace("title: Detach volume ${item.volume_id}", "title: Detach it")
        .replace("            verify: is-gone\n", "            verify: is-gone\n            require: is-off\n");
    expect(good(of(single)).steps).toMatchObject([{ item_key: "", item: null, request: { volume: "vol-9" } }]);
  });
});
