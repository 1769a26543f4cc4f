/** Runs of chosen phases: what acts, what counts, and what has to be so before anything acts. */
import { describe, expect, it } from "vitest";
import { counts, isChosen, notLookedAt, onlyLooks } from "../../src/engine/chosen.ts";
import { unmet } from "../../src/engine/needs.ts";
import { closing, closingBefore } from "../../src/engine/closing.ts";
import { criteriaOf, isProven } from "../../src/engine/criteria.ts";
import { runbookHere } from "../ui/runbook.ts";
import { Course, SILENT } from "./course.ts";
import { History } from "./history.ts";
import { all, approved, entered, historyOf, ofPhase, PREPARE, skip, type Change } from "./moments.ts";

const BY: Change = (source) => source.replace("probe: nothing-left }", "probe: nothing-left, by: snapshots }");
const NEEDS = all(
  PREPARE,
  ofPhase(`needs: [{ probe: nothing-left, from: prepare, unless: "target.context_id == 'waived'" }]`),
);
const LATER: Change = (source) =>
  source.replace(
    "title: 3 Delete the snapshots\n",
    "title: 3 Delete the snapshots\n        needs: [{ probe: nothing-left, from: detach }]\n",
  );
const phase = (id: string) => {
  const found = runbookHere().runbook.phases.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe("a phase", () => {
  it("acts where it was chosen; one that only looks always does", () => {
    expect([onlyLooks(phase("look")), onlyLooks(phase("detach"))]).toEqual([true, false]);
    expect(isChosen(undefined, phase("detach"))).toBe(true);
    expect(isChosen(["detach"], phase("detach"))).toBe(true);
    expect(isChosen(["detach"], phase("snapshots"))).toBe(false);
    expect(isChosen(["detach"], phase("look"))).toBe(true);
  });
});

describe("a criterion", () => {
  it("counts where the phase that brings it about was chosen, and is named where it was not", () => {
    const [criterion] = historyOf(BY).state.runbook.success;
    if (criterion === undefined) throw new Error("there is a criterion");
    const left = historyOf(BY, { phases: ["detach"] }).state;
    expect(counts(historyOf(BY).state, criterion)).toBe(true);
    expect(counts(historyOf(BY, { phases: ["snapshots"] }).state, criterion)).toBe(true);
    expect(counts(left, criterion)).toBe(false);
    expect(notLookedAt(left)).toEqual([{ criterion: "volumes-off", title: "Every volume is off", by: "snapshots" }]);
    expect(notLookedAt(historyOf(BY).state)).toEqual([]);
  });

  const asked = (when: string, otherwise = "") => {
    const text = `probe: nothing-left, when: "${when}"${otherwise === "" ? "" : `, otherwise: ${otherwise}`} }`;
    const { state, target } = historyOf((source) => source.replace("probe: nothing-left }", text));
    return criteriaOf(state, target)[0]?.omission;
  };
  it("is asked unless its condition says no, which it says then", () => {
    expect(asked("decisions['keep'] == ''")).toBeNull();
    expect(asked("decisions['keep'] == 'keep'")).toBe("it is asked only where decisions['keep'] == 'keep'");
    expect(asked("decisions['keep'] == 'keep'", "it was not kept")).toBe("it was not kept");
    // A condition without a value excuses nothing.
    expect(asked("facts.volumes.size() > 0")).toBeNull();
  });

  it("is proven by what was seen, not by nothing, and not by its absence", () => {
    const proven = (history: History): boolean[] => criteriaOf(history.state, history.target).map(isProven);
    expect(proven(new History())).toEqual([false]);
    expect(proven(new History().looked(false))).toEqual([false]);
    expect(proven(new History().looked(true))).toEqual([true]);
    expect(proven(new History().looked(true, 0))).toEqual([false]);
  });

  it("of a phase that was not chosen says so", () => {
    const { state, target } = historyOf(BY, { phases: ["detach"] });
    expect(criteriaOf(state, target)[0]?.omission).toBe("phase snapshots was not chosen");
  });
});

describe("what a phase needs", () => {
  const look = async (course: Course, id = "detach") => {
    const [target] = course.state.targets;
    const spec = course.state.runbook.phases.find((each) => each.id === id);
    if (target === undefined || spec === undefined) throw new Error("there are both");
    return unmet(course.driver, target, spec);
  };

  it("is looked for, and named with the phase that brings it about", async () => {
    const course = new Course(skip(historyOf(NEEDS).begun(), "look"));
    expect(await look(course)).toEqual({
      mark: "refused",
      says: '"2 Detach the volumes" was not begun: a volume is still attached. Phase prepare ("1 Prepare") brings that about',
    });
    course.outside.volumes.clear();
    expect(await look(course)).toBeNull();
  });

  it("is not said to be refused once something was sent", async () => {
    const course = new Course(historyOf(NEEDS).begun().sent("vol-1"));
    expect(await look(course)).toMatchObject({ mark: "failed" });
  });

  it("cannot be told where nobody answers", async () => {
    const course = new Course(historyOf(NEEDS).begun());
    course.outside.silence = SILENT;
    expect(await look(course)).toEqual({ mark: "unreachable", says: SILENT.message });
    course.outside.silence = { ...SILENT, kind: "refused" };
    expect(await look(course)).toMatchObject({ mark: "failed" });
  });

  it("is waived where its condition holds", async () => {
    expect(await look(new Course(historyOf(NEEDS, {}, ["waived"]).begun()))).toBeNull();
  });

  it("that a dry run left out is not asked for", async () => {
    const history = historyOf(all(LATER), { dry: true }).begun().marked("vol-1", "not-run-dry");
    expect(await look(new Course(history), "snapshots")).toBeNull();
    expect(await look(new Course(historyOf(LATER).begun()), "snapshots")).not.toBeNull();
  });

  it("that is behind this run leads to a new one", async () => {
    const says = async (history: History) => (await look(new Course(history)))?.says;
    expect(await says(entered(historyOf(NEEDS)))).toMatch(/brings that about$/u);
    expect(await says(skip(entered(historyOf(NEEDS)), "prepare"))).toContain("and is behind this run");
    const ended = (result: "done" | "failed"): History =>
      skip(entered(historyOf(NEEDS)), "prepare").add("phase.ended", { target: "ctx-a", phase: "prepare" }, { result });
    expect(await says(ended("done"))).toContain("and is behind this run");
    expect(await says(ended("failed"))).toMatch(/brings that about$/u);
  });

  describe("later on", () => {
    const WHEN = (choice: string): Change =>
      all(PREPARE, LATER, (source) =>
        source.replace(
          "        needs: [{ probe: nothing-left, from: detach }]\n",
          (needs) => `${needs}        when: "decisions['keep'] == '${choice}'"\n`,
        ),
      );
    const of = (choice: string, ...phases: readonly string[]) =>
      look(new Course(historyOf(WHEN(choice), phases.length === 0 ? {} : { phases })), "prepare");

    it("is looked for before the first phase acts, where no chosen phase brings it about", async () => {
      expect(await of("", "prepare", "snapshots")).toMatchObject({ mark: "refused" });
      expect((await of("", "prepare", "snapshots"))?.says).toContain('"3 Delete the snapshots" was not begun');
      expect(await of("", "prepare", "detach", "snapshots")).toBeNull();
      expect(await of("", "prepare", "detach")).toBeNull();
      expect(await of("")).toBeNull();
    });

    it("is not looked for by a phase that will not be entered", async () => {
      expect(await of("keep", "prepare", "snapshots")).toBeNull();
    });
  });
});

describe("the last event of a run", () => {
  const finished = (): History => skip(approved().done("vol-1").done("vol-2"), "snapshots");

  it("has the end of each target and the exit of all", () => {
    expect(closing(finished().looked(true).state)).toEqual({
      exit: 0,
      ends: [{ key: "ctx-a", label: "vm-a", end: "recovered", says: "" }],
    });
    expect(closing(finished().looked(false).state)).toMatchObject({
      exit: 1,
      ends: [{ end: "criteria-not-met", says: "a volume is still attached" }],
    });
  });

  it("names the criteria that nobody looked at", () => {
    const history = skip(skip(skip(historyOf(BY, { phases: ["detach"] }).begun(), "look"), "snapshots"), "detach");
    expect(closing(history.state)).toMatchObject({ not_looked_at: [{ criterion: "volumes-off" }] });
  });

  it("is none before an end was seen", () => {
    expect(() => closing(finished().state)).toThrow("before its end was seen");
    const nobody = new History({ keys: [] });
    expect(() => closing(nobody.state)).toThrow("has no targets");
  });

  describe("of a run that another one takes over", () => {
    const left = (mark: "failed" | "in-doubt" = "failed", reason: "failed" | "interrupted" = "failed"): History =>
      approved().marked("vol-1", mark, "why").add("run.paused", {}, { reason, exit: 1, says: "" });
    const keys = new Set(["ctx-a"]);
    it("says which one", () => {
      expect(closingBefore(left().state, keys, "new")).toMatchObject({ exit: 1, followed_by: "new" });
    });

    it("is written only of one that was left as failed, for all that it did not recover", () => {
      expect(closingBefore(left("failed", "interrupted").state, keys, "new")).toBeNull();
      expect(closingBefore(left("in-doubt").state, keys, "new")).toBeNull();
      expect(closingBefore(left().state, new Set(), "new")).toBeNull();
      expect(closingBefore(left().add("run.closed", {}, { exit: 1, ends: [] }).state, keys, "new")).toBeNull();
      expect(closingBefore(approved().state, keys, "new")).toBeNull();
    });

    it("waits for a target whose end was not seen, and does not for one that was recovered", () => {
      const two = new History({ keys: ["ctx-a", "ctx-b"] });
      approved(two).marked("vol-1", "failed", "why").add("run.paused", {}, { reason: "failed", exit: 1, says: "" });
      const both = new Set(["ctx-a", "ctx-b"]);
      expect(closingBefore(two.state, both, "new")).toBeNull();
      const saw = { count: 2, names: [], none_expected: null };
      two.add(
        "criterion.observed",
        { target: "ctx-b" },
        { criterion: "volumes-off", holds: true, says: "", evidence: [], saw },
      );
      expect(closingBefore(two.state, keys, "new")).not.toBeNull();
    });
  });
});
