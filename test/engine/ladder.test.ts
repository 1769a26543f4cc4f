/** A rung: watched inside its time, left when its own test holds, climbed from with what was seen. */
import { describe, expect, it } from "vitest";
import { climbQuestion, elapsedSeconds, openChoices, watch } from "../../src/engine/ladder.ts";
import type { World } from "../../src/engine/driver.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { err, ok, type Result } from "../../src/ports/result.ts";
import { asLadder } from "../ui/runbook.ts";
import { Course, SILENT } from "./course.ts";
import { all, historyOf, started, type Change } from "./moments.ts";

const same: Change = (source) => source;

describe("a rung", () => {
  const place = { target: "ctx-a", phase: "nudge" };
  const rows = (count: number) => ok({ rows: Array.from({ length: count }, () => ({ name: "step" })) });
  const courseWith = (
    change: Change = same,
    over: Partial<World> = {},
  ): { course: Course; answer: { rows: Result<unknown, unknown> } } => {
    const history = started(historyOf(all(asLadder, change))).add("phase.expanded", place, {
      title: "1 Nudge",
      skipped: null,
      steps: [],
    });
    const course = new Course(history);
    const answer = { rows: rows(0) as Result<unknown, unknown> };
    const sql = { read: () => Promise.resolve(answer.rows) };
    const ports = { ...course.outside.ports, sql } as unknown as Ports;
    const own = new Course(history, { ports, ...over });
    return { course: own, answer };
  };
  const phaseOf = (course: Course) => {
    const phase = course.state.runbook.phases.find(({ id }) => id === "nudge");
    if (phase === undefined) throw new Error("there is the rung");
    return phase;
  };
  const round = (course: Course) => course.types(watch(course.driver, phaseOf(course), course.state.targets));

  it("is entered once, and what is seen is written down when it changes", async () => {
    const { course, answer } = courseWith();
    expect(await round(course)).toEqual(["rung.entered", "rung.observed"]);
    expect(await round(course)).toEqual([]);
    answer.rows = err(SILENT);
    expect(await round(course)).toEqual(["rung.observed"]);
    expect(course.body("rung.observed").says).toBe("could not be looked at: nobody answered");
  });

  it("is left as soon as it is seen to have worked", async () => {
    const { course, answer } = courseWith();
    answer.rows = rows(1);
    expect(await round(course)).toEqual(["rung.entered", "rung.ended"]);
    expect(course.body("rung.ended").result).toBe("done");
  });

  it("is over when its time is, measured from its entering", async () => {
    // The clock of the first course is the one that its ports have: both are moved together.
    const { course } = courseWith(same, { wallTime: () => "2026-11-22T03:12:00Z" });
    await round(course);
    const [target] = course.state.targets;
    const rung = target?.phases["nudge"]?.rung;
    if (rung === null || rung === undefined) throw new Error("it was entered");
    const now = course.driver.world.ports.clock.monoMs();
    expect(elapsedSeconds(course.driver, { ...rung, entered_mono: now - 7_000 })).toBeCloseTo(7, 5);
    // After a reboot the boot clock began anew: wall time serves, and is never less than none.
    const wall = { ...rung, entered_wall: "2026-11-22T03:10:00Z" };
    expect(elapsedSeconds(course.driver, { ...wall, boot_id: "other" })).toBe(120);
    expect(elapsedSeconds(course.driver, { ...wall, entered_mono: now + 5 })).toBe(120);
    expect(elapsedSeconds(course.driver, { ...rung, boot_id: "other", entered_wall: "2026-11-22T04:00:00Z" })).toBe(0);
  });

  const over = async (
    rowsNow: Result<unknown, unknown>,
    change: Change = same,
  ): Promise<{ course: Course; types: string[] }> => {
    const { course, answer } = courseWith(change);
    course.happen("rung.entered", place, { box: 0 });
    answer.rows = rowsNow;
    return { course, types: await round(course) };
  };
  it("has timed out where it was seen not to react, and is unknown where nobody could see it", async () => {
    const seen = await over(rows(0));
    expect(seen.types).toEqual(["rung.ended"]);
    expect(seen.course.body("rung.ended")).toEqual({ result: "timed-out", says: "the engine has begun nothing since" });
    const silent = await over(err(SILENT));
    expect(silent.types).toEqual([]);
    expect(silent.course.driver.lacking).toMatchObject({ reason: "unreachable", exit: 69 });
    expect(silent.course.driver.lacking?.says).toContain('the time of "1 Nudge the engine" is up for vm-a');
  });

  const FAILS: Change = (source) =>
    source.replace(
      "          done_when: engine-moved\n",
      "          done_when: engine-moved\n          fails_when: nothing-left\n",
    );
  it("is given up early where it cannot come true any more", async () => {
    const { course } = courseWith(FAILS);
    expect(await round(course)).toEqual(["rung.entered", "rung.observed"]);
    const gone = courseWith(FAILS);
    const volume = {
      look: (ids: readonly string[]) => Promise.resolve(ok(ids.map((volume_id) => ({ volume_id, where: "detached" })))),
    };
    const own = new Course(gone.course.history, {
      ports: { ...gone.course.driver.world.ports, volume } as unknown as Ports,
    });
    expect(await round(own)).toEqual(["rung.entered", "rung.ended"]);
    expect(own.body("rung.ended")).toMatchObject({ result: "timed-out", says: "Every volume is off" });
  });

  it("asks where to climb with what was seen of each, alike said once, and what all may choose", () => {
    const keys = ["ctx-a", "ctx-b"];
    const choose: Change = (source) =>
      source.replace(
        "{ id: detach, title: Go on without the engine }",
        '{ id: detach, title: "Go on for ${target.context_id}", when: "target.context_id == \'ctx-a\'" }',
      );
    const history = started(historyOf(all(asLadder, choose), {}, keys));
    for (const target of keys) {
      const own = { ...place, target };
      history.add("phase.expanded", own, { title: "1", skipped: null, steps: [] }).add("rung.entered", own, { box: 0 });
      history.add("rung.ended", own, { result: "timed-out", says: "nothing" });
    }
    const course = new Course(history);
    const phase = phaseOf(course);
    const question = climbQuestion(course.driver, phase, course.state.targets);
    expect(question.question.split("\n")).toEqual([
      "The nudge did not move the engine. What next?",
      "Seen of vm-a, vm-b: nothing",
    ]);
    expect(question.choices.map(({ id }) => id)).toEqual(["again", "stop"]);
    const scope = {
      run: { id: "" },
      inputs: {},
      target: { context_id: "ctx-a" },
      facts: {},
      decisions: {},
      done: {},
      left: "",
      accepted: [],
      reverted: [],
    };
    expect(openChoices(phase.rung?.climb.choices ?? [], scope)[0]?.title).toBe("Go on for ctx-a");
    const broken = [{ id: "x", title: "X", then: "go-on", when: "facts.nothing == 1" }] as const;
    expect(openChoices(broken, scope)).toEqual([]);
    expect(() => climbQuestion(course.driver, phase, [])).toThrow("nobody is left");
  });
});
