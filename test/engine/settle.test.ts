/** Looking what became of a change: whether it worked, and after a lost answer. Nothing is sent. */
import { describe, expect, it } from "vitest";
import { settle, verify } from "../../src/engine/attempt.ts";
import { err, ok } from "../../src/ports/result.ts";
import { Course, operationOf, SILENT } from "./course.ts";
import type { History } from "./history.ts";
import { approved, LOST } from "./moments.ts";

describe("looking whether it worked", () => {
  const applied = (): Course => new Course(approved().sent("vol-1").applied("vol-1"));
  const look = (course: Course) => course.types(verify(course.driver, course.ref("vol-1")));

  it("gives the other side a moment to show it", async () => {
    const course = applied();
    course.outside.onSleep = () =>
      void (course.outside.slept.length === 2 && course.outside.volumes.set("vol-1", "detached"));
    expect(await look(course)).toEqual(["step.verified"]);
    expect(course.outside.slept).toEqual([2, 2]);
    expect(course.body("step.verified")).toMatchObject({
      holds: true,
      says: "Volume vol-1 is detached",
      saw: { count: 1 },
    });
  });

  it("leaves it in doubt where it is not to be seen, after three looks", async () => {
    const course = applied();
    expect(await look(course)).toEqual(["step.verified", "marked in-doubt"]);
    expect(course.outside.looks).toBe(3);
    expect(course.outside.slept).toHaveLength(2);
    expect(course.said).toBe("reported done, but not to be seen: volume vol-1 is still attached");
    expect(course.body("step.verified").holds).toBe(false);
  });

  it("leaves it in doubt where nobody answers", async () => {
    const course = applied();
    course.outside.silence = SILENT;
    expect(await look(course)).toEqual(["step.verified", "marked in-doubt"]);
    expect(course.said).toContain("nobody answered");
  });

  it("fails it where it was done and a record says otherwise", async () => {
    const history = approved().sent("vol-1");
    history.outcome("vol-1", { kind: "applied", evidence: {}, flaw: "the record says otherwise" });
    const course = new Course(history);
    expect(await look(course)).toEqual(["step.verified", "marked failed"]);
    expect(course.said).toBe("the record says otherwise");
  });
});

describe("after a lost answer", () => {
  const lost = (): History => approved().sent("vol-1").outcome("vol-1", LOST);
  const find = (course: Course) => course.types(settle(course.driver, course.ref("vol-1")));

  it("nothing is sent, whatever is found", async () => {
    const course = new Course(lost());
    expect((await find(course)).at(0)).toBe("step.reconciled");
    expect(course.outside.sent).toEqual([]);
  });

  it("what everybody can see is known to be done", async () => {
    const course = new Course(lost());
    course.outside.volumes.set("vol-1", "detached");
    expect(await find(course)).toEqual(["step.reconciled", "step.verified"]);
    expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "applied" });
  });

  describe("what the daemon never had", () => {
    /** The effect is there from the second look on: the first is the search's own. */
    const appearing = (history: History): Course => {
      const course = new Course(history.add("run.resumed", {}, { mode: "person", tool: "t" }));
      course.outside.onLook = () =>
        void (course.outside.looks === 2 && course.outside.volumes.set("vol-1", "detached"));
      return course;
    };
    const body = { request: {}, request_sha256: "", prepared: { operations: [] }, approval: "detach#1", limit: 60 };
    const sent = (): History => {
      const history = approved();
      return history.add("step.intent", history.place("vol-1"), body);
    };

    it("is done all the same where its effect is seen", async () => {
      const course = appearing(sent());
      expect(await find(course)).toEqual(["step.reconciled", "step.verified"]);
      expect(course.body("step.reconciled").outcome).toMatchObject({
        kind: "applied",
        evidence: { seen: "Volume vol-1 is detached" },
      });
    });

    it("was not done where nothing is seen", async () => {
      const course = new Course(sent().add("run.resumed", {}, { mode: "person", tool: "t" }));
      expect(await find(course)).toEqual(["step.reconciled"]);
      expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "not-applied", why: "not-sent" });
    });

    it("and what it said no to stays a refusal, whoever did it since", async () => {
      const history = sent().outcome("vol-1", { ...LOST, word: { code: "530" } });
      const course = appearing(history);
      await find(course);
      expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "not-applied", why: "refused" });
    });
  });

  describe("what is still going", () => {
    const going = (id: string, remote: boolean): Course => {
      const history = approved();
      const body = {
        request: {},
        request_sha256: "",
        prepared: { operations: ["old"] },
        approval: "detach#1",
        limit: 60,
      };
      history.add("step.intent", history.place("vol-1"), body);
      if (remote) history.add("step.accepted", history.place("vol-1"), { id, adopted: false });
      const course = new Course(history.add("run.resumed", {}, { mode: "person", tool: "t" }));
      course.outside.operations = ok([operationOf("old", "completed"), operationOf(id, "executing")]);
      return course;
    };

    it("is adopted under its id, which is kept first, and waited for", async () => {
      const course = going("op-7", false);
      course.outside.operation = () => {
        course.outside.volumes.set("vol-1", "detached");
        return ok(operationOf("op-7", "completed"));
      };
      expect(await find(course)).toEqual(["step.accepted", "step.reconciled", "step.verified"]);
      expect(course.body("step.accepted")).toEqual({ id: "op-7", adopted: true });
    });

    it("under an id that is known is waited for once more after a pause, and looked at once afterwards", async () => {
      const course = going("op-7", true);
      course.outside.operation = () => ok(operationOf("op-7", "executing"));
      const begun = course.outside.ms;
      expect(await find(course)).toEqual(["step.reconciled"]);
      expect(course.outside.ms - begun).toBe(60_000);
      expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "unknown" });
    });

    it("was abandoned while it was waited for: what is seen then is the end", async () => {
      const course = going("op-7", true);
      course.outside.operation = () => {
        course.outside.operations = ok([operationOf("op-7", "executing", { abandoned: "the daemon is younger" })]);
        return ok(operationOf("op-7", "executing"));
      };
      await find(course);
      expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "not-applied", why: "refused" });
    });

    it("was waited for already where its outcome left it open: it is not waited for again", async () => {
      const history = approved().sent("vol-1");
      history.add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false }).outcome("vol-1", LOST);
      const course = new Course(history);
      course.outside.operations = ok([operationOf("op-7", "executing")]);
      expect(await find(course)).toEqual(["step.reconciled"]);
      expect(course.outside.slept).toEqual([]);
      expect(course.body("step.reconciled").outcome).toEqual(LOST);
    });
  });

  it("a word that nothing more will come, and nothing to be seen, is a refusal", async () => {
    const word = { code: "530" };
    const history = approved()
      .sent("vol-1")
      .outcome("vol-1", { ...LOST, word });
    const course = new Course(history);
    course.outside.operations = err(SILENT);
    expect(await find(course)).toEqual(["step.reconciled"]);
    expect(course.body("step.reconciled").outcome).toMatchObject({ kind: "unknown" });
  });

  it("is not looked at without the locks", async () => {
    const course = new Course(lost());
    course.locks = err(SILENT);
    expect(await find(course)).toEqual([]);
    expect(course.driver.pausing).toMatchObject({ reason: "lock-lost", exit: 69 });
    const taken = new Course(lost());
    taken.locks = err({ ...SILENT, kind: "refused" });
    await find(taken);
    expect(taken.driver.pausing?.exit).toBe(75);
  });

  it("what is known to be applied is only looked at", async () => {
    const history = approved().sent("vol-1").applied("vol-1").add("run.resumed", {}, { mode: "person", tool: "t" });
    const course = new Course(history);
    course.locks = err(SILENT);
    course.outside.volumes.set("vol-1", "detached");
    expect(await find(course)).toEqual(["step.verified"]);
  });
});
