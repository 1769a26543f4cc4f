/** Before anyone is asked: whether a change is done already, and what it would hit; and a dry run, which stops there. */
import { describe, expect, it } from "vitest";
import { guard, leftBehind, waitsFor } from "../../src/engine/dry.ts";
import { alreadyDone, previewStep } from "../../src/engine/preview.ts";
import type { Command } from "../../src/engine/command.ts";
import { proofOf, proofsOf } from "../../src/engine/proof.ts";
import { err, ok } from "../../src/ports/result.ts";
import type { ChangePreview } from "../../src/ports/sql.ts";
import { Course, SILENT, standstill } from "./course.ts";
import type { detach, History } from "./history.ts";
import { ALREADY, all, approved, entered, historyOf, HOLD, REQUIRE, SQL, type Change } from "./moments.ts";

const preview = (course: Course, item = "vol-1"): Promise<string[]> =>
  course.types(previewStep(course.driver, course.ref(item)));
const courseOf = (change: Change = (source) => source, over: object = {}): Course =>
  new Course(entered(historyOf(change, over)));

const rows = (over: Partial<ChangePreview> = {}): ChangePreview => ({
  table: "ossea_volumes",
  key_columns: ["id"],
  keys: [["1"]],
  matched: 1,
  digest: "d",
  ...over,
});
const sqlCourse = (
  answer: ReturnType<Course["outside"]["preview"]>,
  change: Change = SQL,
  over: object = {},
): Course => {
  const course = courseOf(change, over);
  course.outside.preview = () => answer;
  return course;
};
const nothing = ok(rows({ keys: [], matched: 0 }));

describe("a change that is done already", () => {
  it("is marked so by its own probe, with what was seen", async () => {
    const course = courseOf(ALREADY);
    course.outside.volumes.set("vol-1", "detached");
    expect(await preview(course)).toEqual(["marked already"]);
    expect(course.said).toBe("Volume vol-1 is detached");
    expect(course.body("step.marked").evidence).not.toBeNull();
    expect(await preview(course, "vol-2")).toEqual(["step.previewed"]);
  });

  it("is not known to be where nobody answers", async () => {
    const course = courseOf(ALREADY);
    course.outside.silence = SILENT;
    const drafts = alreadyDone(course.driver, course.ref("vol-1"));
    const { value } = await course.carry(drafts);
    expect(value).toBe(true);
    expect(course.body("step.marked").mark).toBe("unreachable");
    course.outside.silence = { ...SILENT, kind: "refused" };
    expect(await preview(course, "vol-2")).toEqual(["marked failed"]);
  });
});

describe("a preview", () => {
  it("is what the other side shows, and none where the kind has none", async () => {
    expect(await preview(courseOf())).toEqual(["step.previewed"]);
    const course = sqlCourse(ok(rows()));
    expect(await preview(course)).toEqual(["step.previewed"]);
    expect(course.body("step.previewed").preview).toEqual(rows());
  });

  it("that was refused is no page: a broken contract can never be approved", async () => {
    const evidence = { keys: [["9"]] };
    const course = sqlCourse(err({ kind: "refused", message: "it reaches 2 rows", code: null, evidence }));
    expect(await preview(course)).toEqual(["marked failed"]);
    expect(course.body("step.marked")).toMatchObject({ says: "not asked for approval: it reaches 2 rows", evidence });
    expect(await preview(sqlCourse(err(SILENT)))).toEqual(["marked unreachable"]);
  });

  it("that failed since what the run rests on is gone is no failure", async () => {
    const history = entered(historyOf(all(SQL, HOLD))).add(
      "phase.ended",
      { target: "ctx-a", phase: "look" },
      { result: "done" },
    );
    const course = new Course(history);
    course.outside.preview = () => err({ ...SILENT, kind: "refused" });
    expect(await preview(course)).toEqual(["hold.observed"]);
    expect(standstill(course)).toBe("hold-broken");
  });

  it("is given up where a step drifted away from five approvals", async () => {
    const drifted = (times: number): Course => {
      const history = entered();
      for (let count = 0; count < times; count += 1) {
        const refusal = {
          kind: "not-applied",
          why: "drifted",
          code: null,
          message: "row 7 changed",
          evidence: {},
        } as const;
        history.sent("vol-1").outcome("vol-1", refusal);
      }
      return new Course(history);
    };
    const course = drifted(5);
    expect(await preview(course)).toEqual(["marked failed"]);
    expect(course.said).toBe("given up after 5 attempts: row 7 changed");
    expect(await preview(drifted(4))).toEqual(["step.previewed"]);
  });
});

describe("a statement that matches no row", () => {
  it("is done already where its proof can be seen, and failed where not", async () => {
    const course = sqlCourse(nothing);
    expect(await preview(course)).toEqual(["marked failed"]);
    expect(course.said).toBe(
      "no row matches the statement, and what it would bring about is not so: volume vol-1 is still attached",
    );
    course.outside.volumes.clear();
    expect(await preview(course, "vol-2")).toEqual(["marked already"]);
    expect(course.said).toBe("no row needs this change: Volume vol-2 is detached");
  });

  it("is not known to be either where nobody answers", async () => {
    const course = sqlCourse(nothing);
    course.outside.silence = SILENT;
    expect(await preview(course)).toEqual(["marked unreachable"]);
    const refused = sqlCourse(nothing);
    refused.outside.silence = { ...SILENT, kind: "refused" };
    expect(await preview(refused)).toEqual(["marked failed"]);
  });

  it("of somebody's own has no proof: that nothing was changed is all that is known", async () => {
    const course = sqlCourse(nothing, SQL, { direct: { kind: "sql", locks: [], of: null } });
    expect(await preview(course)).toEqual(["marked already"]);
    expect(course.said).toBe("no row matches");
    expect(course.outside.looks).toBe(0);
  });

  it("is not failed where what it rests on is gone as well", async () => {
    const history = entered(
      historyOf((source) =>
        SQL(source).replace(
          "            verify: is-off\n",
          "            verify: is-off\n            stays_until: end\n",
        ),
      ),
    ).done("vol-1");
    const course = new Course(history);
    course.outside.preview = () => nothing;
    expect(await preview(course, "vol-2")).toEqual(["step.lapsed"]);
    expect(standstill(course)).toBe("hold-broken");
  });

  it("of an undo whose rows were changed since is failed, never done already", async () => {
    const course = sqlCourse(ok(rows({ keys: [], matched: 0, conflicts: [["1"], ["2"]] })));
    course.outside.volumes.clear();
    expect(await preview(course)).toEqual(["marked failed"]);
    expect(course.said).toBe("none of its 2 rows is as it was left: nothing of it is changed");
    const none = sqlCourse(ok(rows({ keys: [], matched: 0, conflicts: [] })));
    none.outside.volumes.clear();
    expect(await preview(none)).toEqual(["marked already"]);
  });

  it("and has no preview may match some: it is asked about", async () => {
    expect(await preview(sqlCourse(ok(rows({ keys: [], matched: 0, blind: "a trigger" }))))).toEqual([
      "step.previewed",
    ]);
  });
});

describe("what an earlier run is proved to have done", () => {
  const REVERT: Change = (source) =>
    source
      .replace("command: deleteSnapshot", "command: revertSnapshot")
      .replace("title: Delete snapshot of", "title: Revert to the snapshot of");
  const request = { command: "revertSnapshot", params: { id: "snap-1" } };
  const proof = {
    target: "ctx-a",
    run_id: "old",
    request,
    kind: "cloudstack",
    event: "e9",
    at: "2026-11-21T00:00:00.000Z",
  };
  const step = (over: object = {}): ReturnType<typeof detach> => ({
    step: "delete",
    does: "change",
    item_key: "vol-1",
    item: { volume_id: "vol-1" },
    title: "Revert",
    request,
    says: "",
    cannot_undo: "gone",
    risk: "destroy",
    ...over,
  });
  const historyWith = (over: object = {}): History =>
    historyOf(REVERT, over)
      .begun()
      .add("phase.expanded", { target: "ctx-a", phase: "snapshots" }, { title: "3", skipped: null, steps: [step()] });
  const courseWith = (over: object = { proofs: [proof] }): Course => {
    const course = new Course(historyWith(over));
    course.outside.lists["listSnapshots"] = [{ id: "snap-1", volumeid: "vol-1", state: "BackedUp", created: "" }];
    course.outside.lists["listVolumes"] = [{ id: "vol-1" }];
    course.outside.jobs = [
      { id: "j", command: "x", status: "done", instance: "", code: "", error: "", created: 1, completed: 2 },
    ];
    return course;
  };
  const look = (course: Course) => course.types(previewStep(course.driver, course.ref("vol-1", "delete", "snapshots")));

  it("and nothing came after, is not done again", async () => {
    const course = courseWith();
    expect(await look(course)).toEqual(["marked already"]);
    expect(course.said).toBe(
      "run old did it at 2026-11-21T00:00:00Z, as CloudStack confirmed; the volume is detached, and nothing has attached it since",
    );
    expect(course.body("step.marked").evidence).toEqual({ run: "old", event: "e9", at: proof.at });
  });

  it("but something came after, or nothing is proved, is done", async () => {
    const attached = courseWith();
    attached.outside.lists["listVolumes"] = [{ id: "vol-1", virtualmachineid: "vm" }];
    expect(await look(attached)).toEqual(["step.previewed"]);
    expect(await look(courseWith({}))).toEqual(["step.previewed"]);
    expect(await look(courseWith({ proofs: [{ ...proof, target: "ctx-b" }] }))).toEqual(["step.previewed"]);
    const other = { ...proof, request: { command: "revertSnapshot", params: { id: "snap-2" } } };
    expect(await look(courseWith({ proofs: [other] }))).toEqual(["step.previewed"]);
  });

  it("is not known to stand where nobody answers", async () => {
    const course = courseWith();
    course.outside.operations = err(SILENT);
    expect(await look(course)).toEqual(["marked unreachable"]);
    const garbled = courseWith();
    garbled.outside.operations = err({ ...SILENT, kind: "garbled" });
    expect(await look(garbled)).toEqual(["marked failed"]);
  });

  const place = { target: "ctx-a", phase: "snapshots", step: "delete", item: "vol-1", attempt: "try" };
  const carriedOut = (history: History): History => {
    history.add("step.intent", place, { request: {}, request_sha256: "", prepared: {}, approval: "", limit: 60 });
    history.add("step.outcome", place, { outcome: { kind: "applied", evidence: {} } });
    return history.add("step.verified", place, { holds: true, says: "seen", evidence: [] });
  };
  it("is what leaves no trace, was sent, and was confirmed", () => {
    const { state, events } = carriedOut(historyWith());
    expect(proofsOf(state, "ctx-a")).toEqual([
      {
        target: "ctx-a",
        run_id: state.run_id,
        request,
        kind: "cloudstack",
        event: events.at(-1)?.event_id,
        at: events.at(-1)?.wall_time,
      },
    ]);
    expect(proofsOf(state, "ctx-b")).toEqual([]);
    expect(proofsOf(historyWith().state, "ctx-a")).toEqual([]);
    // A detach shows by itself, and so does a snapshot that was deleted.
    expect(proofsOf(approved().done("vol-1").state, "ctx-a")).toEqual([]);
    const deleted = historyOf((source) => source).begun();
    const gone = step({ request: { command: "deleteSnapshot", params: {} } });
    deleted.add(
      "phase.expanded",
      { target: "ctx-a", phase: "snapshots" },
      { title: "3", skipped: null, steps: [gone] },
    );
    expect(proofsOf(carriedOut(deleted).state, "ctx-a")).toEqual([]);
  });

  it("is the newest of several", () => {
    const newer = { ...proof, run_id: "newer" };
    const { state, target } = historyWith({ proofs: [proof, newer] });
    expect(proofOf(state, target, request)).toEqual(newer);
  });
});

describe("a dry run", () => {
  const dry = (change: Change = (source) => source): Course => courseOf(change, { dry: true });
  const later = (change: Change = (source) => source): Course =>
    new Course(entered(historyOf(change, { dry: true })).marked("vol-1", "not-run-dry"));

  it("shows what it would do, and leaves it out", async () => {
    const course = dry();
    expect(await preview(course)).toEqual(["step.previewed", "marked not-run-dry"]);
    expect(course.said).toBe("would be done");
  });

  it("says of what waits for an earlier step what it waits for", async () => {
    const course = later(REQUIRE);
    expect(await preview(course, "vol-2")).toEqual(["marked not-run-dry"]);
    expect(course.said).toBe(
      'cannot be previewed yet, since an earlier step has to happen first (volume vol-2 is still attached); it is bound by its contract and verified afterwards by "is-off"',
    );
    const waits = (other: Course, item = "vol-2") => waitsFor(other.driver, other.ref(item));
    expect(await waits(dry(REQUIRE))).toBeNull();
    expect(await waits(later())).toBeNull();
    expect(await waits(courseOf(REQUIRE))).toBeNull();
    const silent = later(REQUIRE);
    silent.outside.silence = SILENT;
    expect(await waits(silent)).toBeNull();
    silent.outside.silence = null;
    silent.outside.volumes.clear();
    expect(await waits(silent)).toBeNull();
  });

  it("does not take for done what an earlier step may change", async () => {
    const course = later(ALREADY);
    course.outside.volumes.clear();
    expect(await preview(course, "vol-2")).toEqual(["marked not-run-dry"]);
    expect(course.said).toContain("needs nothing as things stand (Volume vol-2 is detached)");
    const first = dry(ALREADY);
    first.outside.volumes.clear();
    expect(await preview(first)).toEqual(["marked already"]);
  });

  it("takes a refusal and an empty match behind an earlier change for what comes of that", async () => {
    const refused = later(SQL);
    refused.outside.preview = () => err({ ...SILENT, kind: "refused", message: "no such row" });
    expect(await preview(refused, "vol-2")).toEqual(["marked not-run-dry"]);
    const silent = later(SQL);
    silent.outside.preview = () => err(SILENT);
    expect(await preview(silent, "vol-2")).toEqual(["marked unreachable"]);
    const empty = later(SQL);
    empty.outside.preview = () => nothing;
    expect(await preview(empty, "vol-2")).toEqual(["marked not-run-dry"]);
    expect(empty.said).toContain("no row needs it");
    expect(await preview(sqlCourse(err({ ...SILENT, kind: "refused" }), SQL, { dry: true }))).toEqual([
      "marked failed",
    ]);
  });

  it("leaves out what looks behind a change of its phase, in a dry run alone", async () => {
    const left = async (course: Course): Promise<[string[], unknown]> => {
      const { events, value } = await course.carry(leftBehind(course.driver, [course.ref("vol-2")]));
      return [events.map(({ type }) => type), value];
    };
    const behind = later();
    expect(await left(behind)).toEqual([["step.marked"], true]);
    expect(behind.body("step.marked")).toMatchObject({
      mark: "not-run-dry",
      says: "it comes after a change that was not carried out",
    });
    expect(await left(dry())).toEqual([[], false]);
    const real = new Course(entered(historyOf((source) => source)).marked("vol-1", "not-run-dry"));
    expect(await left(real)).toEqual([[], false]);
  });

  it("throws rather than do anything", () => {
    const { driver } = dry();
    const never: Command["do"][] = ["start", "approve", "approve-rest", "execute", "settle", "verify", "collect"];
    for (const name of never) expect(() => guard(driver, { do: name } as Command)).toThrow(`came to "${name}"`);
    expect(() => guard(driver, { do: "close" })).not.toThrow();
    expect(() => guard(courseOf().driver, { do: "start" })).not.toThrow();
  });
});
