/** Looks at what a run rests on: before effects and questions, at intervals, and what is written down of them. */
import { describe, expect, it } from "vitest";
import {
  holdInterval,
  isBroken,
  isUnknown,
  lookAt,
  lookMeanwhile,
  lookWhenDue,
  restsOnSomething,
  stillHolds,
  tell,
} from "../../src/engine/hold-look.ts";
import { stand, WITHDRAWN } from "../../src/engine/stand.ts";
import type { Bodies } from "../../src/engine/bodies.ts";
import { Course, SILENT, standstill } from "./course.ts";
import { detach } from "./history.ts";
import { approved, entered, historyOf, HOLD, LOST, skip, STAYS, type Change } from "./moments.ts";

const LOOKED = { target: "ctx-a", phase: "look" };
const holding = (over: Partial<Bodies["run.created"]> = {}, change: Change = HOLD): Course =>
  new Course(approved(historyOf(change, over))).happen("phase.ended", LOOKED, { result: "done" });
const staying = (): Course => {
  const course = new Course(approved(historyOf(STAYS)).done("vol-1"));
  course.outside.volumes.set("vol-1", "detached");
  return course;
};
const goes = async (course: Course): Promise<boolean> => (await course.carry(stillHolds(course.driver, "ctx-a"))).value;

describe("a look", () => {
  it("is due where nobody looked yet in this session, and for what stands a while where it is old", async () => {
    const due = async (course: Course, old: boolean): Promise<number> => {
      const before = course.outside.looks;
      await course.carry(lookWhenDue(course.driver, ["ctx-a"], old));
      return course.outside.looks - before;
    };
    const course = holding();
    expect([await due(course, false), await due(course, false), await due(course, true)]).toEqual([1, 0, 0]);
    course.outside.ms += 4_999;
    expect(await due(course, true)).toBe(0);
    course.outside.ms += 1;
    expect([await due(course, false), await due(course, true)]).toEqual([0, 1]);
  });

  it("is not taken where a target rests on nothing", async () => {
    const course = new Course(approved());
    expect(restsOnSomething(course.driver, ["ctx-a"])).toBe(false);
    expect(restsOnSomething(holding().driver, ["ctx-a"])).toBe(true);
    expect(restsOnSomething(holding().driver, ["ctx-z"])).toBe(false);
    expect((await course.carry(lookWhenDue(course.driver, ["ctx-a"], true))).value).toBe(true);
    expect(course.outside.looks).toBe(0);
  });

  it("comes at least a real second apart where a lab hurries", () => {
    const course = holding();
    expect(holdInterval(course.driver)).toBe(5);
    const clock = { ...course.outside.ports.clock, scale: 60 };
    expect(holdInterval(new Course(course.history, { ports: { ...course.outside.ports, clock } }).driver)).toBe(60);
  });

  it("asks what several targets share once each, and keeps the answers apart", async () => {
    const keys = ["ctx-a", "ctx-b"];
    const history = approved(historyOf(HOLD, {}, keys)).add("phase.ended", LOOKED, { result: "done" });
    skip(history, "look", "ctx-b").add("phase.ended", { ...LOOKED, target: "ctx-b" }, { result: "done" });
    const course = new Course(history);
    const sights = await lookAt(course.driver, [...keys, "ctx-z"]);
    expect(sights.map(({ condition }) => condition.target.key)).toEqual(keys);
    expect(sights.map((sight) => [isBroken(sight), isUnknown(sight)])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it("cannot be taken where it is not even known whether it is asked", async () => {
    const when = (source: string): string =>
      HOLD(source).replace("from: look }", 'from: look, when: "facts.volumes.size() > 0" }');
    const course = holding({}, when);
    const [sight] = await lookAt(course.driver, ["ctx-a"]);
    expect(sight?.answer).toMatchObject({ ok: false, error: { kind: "garbled" } });
    expect(course.outside.looks).toBe(0);
  });
});

describe("what is no longer so", () => {
  it("is written down, voids the approval, and stops its target before the next effect", async () => {
    const course = holding();
    const { events, value } = await course.carry(stillHolds(course.driver, "ctx-a"));
    expect(value).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(["hold.observed", "approval.expired"]);
    expect(course.body("hold.observed")).toMatchObject({
      hold: "volumes-off",
      holds: false,
      says: "a volume is still attached",
    });
    expect(course.body("approval.expired")).toEqual({
      approval: "detach#1",
      says: "no longer so for vm-a: a volume is still attached",
    });
    expect(course.driver.lacking).toMatchObject({ reason: "hold-broken", exit: 4 });
    expect(course.driver.lacking?.says).toMatch(
      /^vm-a: a volume is still attached\. Nothing more is begun for it; nothing of this run is under way for it\. Find out/u,
    );
    expect([...course.driver.heldKeys]).toEqual(["ctx-a"]);
  });

  it("is written down once, until it is seen to be so again", async () => {
    const course = holding();
    await goes(course);
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual([]);
    course.outside.volumes.clear();
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual(["hold.observed"]);
    expect(course.body("hold.observed").holds).toBe(true);
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual([]);
  });

  it("is not written down while it holds; that it was looked at is: once, and when something else was seen", async () => {
    const course = holding();
    course.outside.volumes.set("vol-1", "detached").set("vol-2", "detached");
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual(["hold.looked"]);
    expect(course.body("hold.looked")).toMatchObject({
      sights: [{ hold: "volumes-off", says: "Every volume is off", saw: { count: 2, names: ["vol-1", "vol-2"] } }],
    });
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual([]);
    expect(course.driver.seenHolds.get("ctx-a")).toEqual(["volumes-off"]);
    course.outside.volumes.set("vol-1", "appliance");
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual(["hold.observed", "approval.expired"]);
    expect(course.driver.seenHolds.get("ctx-a")).toEqual([]);
    expect(course.history.target.holds["volumes-off"]).toMatchObject({ holds: false, before: { holds: true } });
  });

  it("names what was sent before, and is not sent again", async () => {
    const history = approved(historyOf(HOLD)).sent("vol-1");
    history
      .add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false })
      .sent("vol-2")
      .outcome("vol-2", LOST);
    const course = new Course(history).happen("phase.ended", LOOKED, { result: "done" });
    await goes(course);
    expect(course.driver.lacking?.says).toContain(
      'Nothing more is begun for it. Sent before that was seen: "Detach volume vol-1" (accepted as op-7), "Detach volume vol-2"; its end',
    );
  });

  it("may be a finished step: it came undone, and is planned again", async () => {
    const course = staying();
    course.outside.volumes.set("vol-1", "appliance");
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual(["step.lapsed", "approval.expired"]);
    expect(course.body("step.lapsed").says).toMatch(
      /^done at \d\d:\d\d:\d\dZ, no longer so when it was looked at: volume vol-1/u,
    );
    expect(course.driver.lacking?.says).toContain('"Detach volume vol-1" came undone: done at');
    expect(course.ref("vol-1").slot.status).toBe("planned");
  });

  it("of two by one and the same thing is said once", async () => {
    const two: Change = (source) =>
      HOLD(source).replace("from: look }]", "from: look }, { id: again, probe: nothing-left, from: look }]");
    const course = holding({}, two);
    expect(await course.types(stillHolds(course.driver, "ctx-a"))).toEqual([
      "hold.observed",
      "hold.observed",
      "approval.expired",
    ]);
    expect(course.driver.lacking?.says.match(/still attached/gu)).toHaveLength(1);
  });

  it("voids no approval that it does not rest on, and none that others of a batch share", async () => {
    const unused = holding();
    unused.happen("step.marked", unused.history.place("vol-1"), { mark: "already", says: "", evidence: null });
    unused.happen("step.marked", unused.history.place("vol-2"), { mark: "already", says: "", evidence: null });
    expect(await unused.types(stillHolds(unused.driver, "ctx-a"))).toEqual(["hold.observed"]);
    const batch = { canary: false, one_page: true, max_parallel: 2, max_failures: 0 };
    const shared = (over: Partial<Bodies["run.created"]>): Course => {
      const history = skip(historyOf(HOLD, over, ["ctx-a", "ctx-b"]), "look");
      const place = { target: "ctx-a", phase: "detach" };
      history.add("phase.expanded", place, { title: "2", skipped: null, steps: [detach("vol-1")] });
      const covers = ["ctx-a", "ctx-b"].map((target) => ({ target, step: "detach", item_key: "vol-1" }));
      const page = { approval: "detach#1", page_digest: "d", risk: "change", typed: null } as const;
      history.add("approval.requested", {}, { ...page, covers });
      history.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
      return new Course(history).happen("phase.ended", LOOKED, { result: "done" });
    };
    const together = shared({ batch });
    expect(await together.types(stillHolds(together.driver, "ctx-a"))).toEqual(["hold.observed"]);
    const alone = shared({});
    expect(await alone.types(stillHolds(alone.driver, "ctx-a"))).toEqual(["hold.observed", "approval.expired"]);
  });
});

describe("what could not be looked at", () => {
  it("stops its target as well, and is said to be unknown, not broken", async () => {
    const course = holding();
    course.outside.silence = SILENT;
    expect(await course.carry(stillHolds(course.driver, "ctx-a"))).toMatchObject({ events: [], value: false });
    expect(course.driver.lacking).toEqual({
      reason: "unreachable",
      exit: 69,
      says: "vm-a: whether what this run rests on is still so (volumes-off) could not be looked at: nobody answered. Nothing more is begun for it",
    });
  });

  it("counts for nothing while a change is awaited: only what is broken does", async () => {
    const meanwhile = (course: Course) => course.types(lookMeanwhile(course.driver, "ctx-a"));
    const course = holding();
    course.outside.silence = SILENT;
    expect(await meanwhile(course)).toEqual([]);
    expect(standstill(course)).toBeNull();
    course.outside.silence = null;
    // The last look is young: the next one is not due yet.
    expect(await meanwhile(course)).toEqual([]);
    course.outside.ms += 5_000;
    expect(await meanwhile(course)).toEqual(["hold.observed", "approval.expired"]);
    const bare = new Course(approved());
    expect(await meanwhile(bare)).toEqual([]);
  });
});

describe("a dry run", () => {
  it("writes down what it saw of each, once, and stops for nothing that is broken", async () => {
    const history = entered(historyOf(HOLD, { dry: true })).add("phase.ended", LOOKED, { result: "done" });
    const course = new Course(history);
    const first = await course.carry(lookWhenDue(course.driver, ["ctx-a"], false));
    expect([first.events.map(({ type }) => type), first.value]).toEqual([["hold.observed"], true]);
    expect((await course.carry(lookWhenDue(course.driver, ["ctx-a"], false))).events).toEqual([]);
    expect(standstill(course)).toBeNull();
    const silent = new Course(entered(historyOf(HOLD, { dry: true })).add("phase.ended", LOOKED, { result: "done" }));
    silent.outside.silence = SILENT;
    expect((await silent.carry(lookWhenDue(silent.driver, ["ctx-a"], false))).value).toBe(false);
  });
});

describe("a question that stands", () => {
  const never = (withdrawn: AbortSignal): Promise<string> =>
    new Promise((resolve) => withdrawn.addEventListener("abort", () => resolve("pressed as it went")));
  it("is answered by what is pressed while all is as it was", async () => {
    const course = holding();
    course.outside.volumes.clear();
    course.outside.volumes.set("vol-1", "detached").set("vol-2", "detached");
    const answer = await course.carry(
      stand(course.driver, ["ctx-a"], async () => {
        while (course.outside.looks < 3) await new Promise(setImmediate);
        return "yes";
      }),
    );
    expect(answer.value).toBe("yes");
    expect(course.outside.slept[0]).toBe(5);
    // That it was looked at is written down once: nobody is told that nobody looked.
    expect(answer.events.map(({ type }) => type)).toEqual(["hold.looked"]);
  });

  it("of what rests on nothing is not looked at meanwhile", async () => {
    const course = new Course(approved());
    expect((await course.carry(stand(course.driver, ["ctx-a"], () => Promise.resolve("yes")))).value).toBe("yes");
    expect(course.outside.slept).toEqual([]);
  });

  it("is withdrawn at once by what is broken, and by two looks in a row without an answer", async () => {
    const broken = holding();
    expect((await broken.carry(stand(broken.driver, ["ctx-a"], never))).value).toBe(WITHDRAWN);
    expect(broken.outside.looks).toBe(1);
    const silent = holding();
    silent.outside.silence = SILENT;
    expect((await silent.carry(stand(silent.driver, ["ctx-a"], never))).value).toBe(WITHDRAWN);
    expect(silent.outside.looks).toBe(2);
  });

  it("is not withdrawn by one lost answer between two good ones", async () => {
    const course = holding();
    course.outside.volumes.clear();
    course.outside.onLook = () => {
      course.outside.silence = course.outside.looks % 2 === 1 ? SILENT : null;
    };
    const answer = stand(course.driver, ["ctx-a"], async () => {
      while (course.outside.looks < 6) await new Promise(setImmediate);
      return "yes";
    });
    expect((await course.carry(answer)).value).toBe("yes");
  });
});

it("tells of each target for itself", async () => {
  const keys = ["ctx-a", "ctx-b"];
  const history = approved(historyOf(HOLD, {}, keys)).add("phase.ended", LOOKED, { result: "done" });
  const course = new Course(history);
  const { value } = await course.carry(tell(course.driver, await lookAt(course.driver, keys)));
  expect(value).toBe(false);
  expect([...course.driver.heldKeys]).toEqual(["ctx-a"]);
});
