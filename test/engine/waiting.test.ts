/** A change that the other side accepted: how long it is waited for, and what is looked at meanwhile. */
import { describe, expect, it } from "vitest";
import { execute } from "../../src/engine/attempt.ts";
import type { VolumeOperation } from "../../src/packs/appliance/ports/volume.ts";
import { err, ok } from "../../src/ports/result.ts";
import { Course, operationOf, SILENT, standstill } from "./course.ts";
import { approved, historyOf, STAYS } from "./moments.ts";

const run = (course: Course, item = "vol-1"): Promise<string[]> =>
  course.types(execute(course.driver, course.ref(item)));

describe("a change that was accepted", () => {
  const accepted = (): Course => {
    const course = new Course(approved());
    course.outside.submit = () => ({ kind: "accepted", id: "op-1" });
    return course;
  };
  const operation = (status: "executing" | "completed"): VolumeOperation => operationOf("op-1", status);

  it("is waited for, its id kept first", async () => {
    const course = accepted();
    let polls = 0;
    course.outside.operation = () => {
      polls += 1;
      if (polls < 3) return ok(operation("executing"));
      course.outside.volumes.set("vol-1", "detached");
      return ok(operation("completed"));
    };
    expect(await run(course)).toEqual(["step.intent", "step.accepted", "step.outcome", "step.verified"]);
    expect(course.body("step.accepted")).toEqual({ id: "op-1", adopted: false });
    expect(course.outside.slept).toHaveLength(2);
  });

  it("is waited for no longer than its limit, looked at once at the limit, and not called failed", async () => {
    const course = accepted();
    const begun = course.outside.ms;
    const looked: number[] = [];
    course.outside.operation = () => {
      looked.push((course.outside.ms - begun) / 1_000);
      return ok(operation("executing"));
    };
    await run(course);
    expect(looked.at(-1)).toBeCloseTo(60, 3);
    // Short waits first, longer ones the longer it takes, up to the kind's own.
    expect(course.outside.slept[0]).toBeCloseTo(0.1, 5);
    expect(Math.max(...course.outside.slept)).toBe(2);
    expect(course.body("step.outcome").outcome).toMatchObject({
      kind: "unknown",
      message: "op-1 was not finished after 60 s and may still finish. It was not sent again",
    });
    expect(course.ref("vol-1").slot.status).toBe("in-doubt");
  });

  it("of which no look got an answer is unknown, and says so", async () => {
    const course = accepted();
    course.outside.operation = () => err(SILENT);
    await run(course);
    expect(course.body("step.outcome").outcome).toMatchObject({
      message: expect.stringContaining("; the last look failed: nobody answered. It"),
    });
  });

  it("tells what comes undone meanwhile, and is waited for all the same", async () => {
    const course = new Course(approved(historyOf(STAYS)).done("vol-1"));
    course.outside.submit = () => ({ kind: "accepted", id: "op-1" });
    course.outside.volumes.set("vol-1", "detached");
    let polls = 0;
    course.outside.operation = () => {
      polls += 1;
      if (polls === 20) course.outside.volumes.set("vol-1", "appliance");
      if (course.outside.ms < 40_000) return ok(operation("executing"));
      course.outside.volumes.set("vol-2", "detached");
      return ok(operation("completed"));
    };
    const types = await run(course, "vol-2");
    expect(types.indexOf("step.lapsed")).toBeGreaterThan(types.indexOf("step.accepted"));
    expect(types.slice(-2)).toEqual(["step.outcome", "step.verified"]);
    expect(standstill(course)).toBe("hold-broken");
  });
});
