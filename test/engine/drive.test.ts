/** The loop of a run, from its first event to its last, with nothing behind it but ports that answer. */
import { describe, expect, it } from "vitest";
import type { Bodies } from "../../src/engine/bodies.ts";
import { drive } from "../../src/engine/drive.ts";
import type { World } from "../../src/engine/driver.ts";
import { slotsOf } from "../../src/engine/end.ts";
import { EXIT } from "../../src/engine/exit.ts";
import type { JournalEvent } from "../../src/engine/journal-port.ts";
import { err } from "../../src/ports/result.ts";
import { Course, SILENT } from "./course.ts";
import { History, START_MS } from "./history.ts";
import { approved } from "./moments.ts";

/** Drives to the end; `on` is called once each event is stored. Gives the types of the events. */
async function run(course: Course, on: (type: string) => void = () => undefined): Promise<string[]> {
  const first = course.history.events.length;
  const loop = drive(course.state, course.driver.world);
  let stored: JournalEvent[] = [];
  for (;;) {
    const step = await loop.next(stored);
    if (step.done === true) return course.history.events.slice(first).map(({ type }) => type);
    stored = step.value.map((event) => course.history.store(event));
    for (const { type } of stored) on(type);
  }
}

function courseOf(over: Partial<Bodies["run.created"]> = {}, world: Partial<World> = {}): Course {
  const course = new Course(new History({ over: { phases: ["look", "detach"], ...over } }), world);
  course.person.choice = () => "keep";
  return course;
}

/** What the last event of a run says of how it ended. */
const endOf = ({ history }: Course) => history.state.closed ?? history.state.paused;

const LOOK = ["phase.expanded", "step.read", "decision.requested", "decision.made", "phase.ended"];
const CHANGE = ["step.intent", "step.outcome", "step.verified"];

describe("a run", () => {
  it("looks, asks, changes, sees, and is closed once its criterion was seen to hold", async () => {
    const course = courseOf();
    expect(await run(course)).toEqual([
      "approval.requested",
      "approval.given",
      ...LOOK,
      "phase.expanded",
      "step.previewed",
      "step.previewed",
      "approval.requested",
      "approval.given",
      ...CHANGE,
      ...CHANGE,
      "phase.ended",
      "phase.expanded",
      "criterion.observed",
      "run.closed",
    ]);
    expect(course.person.pages).toEqual(["@start#1", "detach#1"]);
    expect(course.outside.sent).toEqual(["detach vol-1", "detach vol-2"]);
    expect(endOf(course)).toMatchObject({ exit: EXIT.done });
  });

  it("sends nothing before its intent is stored, and nothing more before its outcome is", async () => {
    const course = courseOf();
    const sent: [string, number][] = [];
    await run(course, (type) => {
      if (type.startsWith("step.") && CHANGE.includes(type)) sent.push([type, course.outside.sent.length]);
    });
    expect(sent).toEqual([
      ["step.intent", 0],
      ["step.outcome", 1],
      ["step.verified", 1],
      ["step.intent", 1],
      ["step.outcome", 2],
      ["step.verified", 2],
    ]);
  });

  it("whose first page is refused begins nothing", async () => {
    const course = courseOf();
    course.person.page = () => Promise.resolve({ kind: "rejected", by: "ada", says: "not now" } as never);
    expect(await run(course)).toEqual(["approval.requested", "approval.rejected", "run.closed"]);
    expect([course.outside.sent, course.outside.looks]).toEqual([[], 0]);
    expect(endOf(course)).toMatchObject({ exit: EXIT.stopped });
  });

  it("pauses where a question has no answer", async () => {
    const course = courseOf();
    course.person.choice = () => null;
    expect((await run(course)).slice(-2)).toEqual(["decision.requested", "run.paused"]);
    expect(endOf(course)).toMatchObject({ exit: EXIT.needed });
    expect(course.outside.sent).toEqual([]);
  });

  it("pauses where nobody answers what it looks at, and sends nothing", async () => {
    const course = courseOf();
    course.outside.silence = SILENT;
    expect((await run(course)).at(-1)).toBe("run.paused");
    expect(endOf(course)).toMatchObject({ reason: "unreachable", exit: EXIT.unreachable });
    expect(course.outside.sent).toEqual([]);
  });

  it("that is stopped ends the step that is under way, and begins no other", async () => {
    const course = courseOf();
    const types = await run(course, (type) => {
      if (type === "step.intent") course.person.stopping.abort({ by: "SIGTERM", exit: EXIT.terminated });
    });
    expect(types.slice(-4)).toEqual([...CHANGE, "run.paused"]);
    expect(course.outside.sent).toEqual(["detach vol-1"]);
    expect(endOf(course)).toMatchObject({
      reason: "interrupted",
      exit: EXIT.terminated,
      says: "stopped by SIGTERM between two steps",
    });
  });

  const LOST = { kind: "ended", outcome: { kind: "unknown", message: "lost", evidence: {} } } as const;

  it("of whose change nobody knows the end pauses in doubt, and sends nothing more", async () => {
    const course = courseOf();
    course.outside.submit = () => {
      course.outside.operations = err(SILENT);
      return LOST;
    };
    expect((await run(course)).slice(-2)).not.toContain("step.intent");
    expect(course.outside.sent).toEqual(["detach vol-1"]);
    expect(endOf(course)).toMatchObject({ exit: EXIT.doubt });
    expect(slotsOf(course.history.target).find(({ step }) => step === "detach")?.status).toBe("in-doubt");
  });

  it("whose answers are lost, and that sees each time that nothing was done, asks anew each time and gives up in the end", async () => {
    const course = courseOf();
    course.outside.submit = () => LOST;
    await run(course);
    expect(course.outside.sent).toEqual(Array.from({ length: 5 }, () => "detach vol-1"));
    expect(course.person.pages).toEqual(["@start#1", ...[1, 2, 3, 4, 5].map((page) => `detach#${page}`)]);
    expect(endOf(course)).toMatchObject({ exit: EXIT.failed });
  });

  it("of a dry kind asks for no page and sends nothing", async () => {
    const course = courseOf({ dry: true });
    expect(await run(course)).not.toContain("step.intent");
    expect([course.outside.sent, course.person.pages]).toEqual([[], []]);
    expect(course.history.receipt).toMatchObject({ dry: true, logged: false });
    expect(endOf(course)).toMatchObject({ exit: EXIT.needed });
  });

  it("of a dry kind that comes to a change is a bug", async () => {
    const { events } = approved();
    const [created, ...rest] = events;
    const history = new History({ over: { ...(created?.body as Bodies["run.created"]), dry: true } });
    history.events.push(...rest);
    await expect(run(new Course(history))).rejects.toThrow(/^a dry run came to "execute"; nothing was executed$/u);
  });
});

describe("a jump of the wall clock", () => {
  /** The clock stands so many seconds ahead from the first intent on. */
  async function jump(seconds: number): Promise<{ types: string[]; course: Course }> {
    let ahead = 0;
    const course: Course = courseOf(
      {},
      { wallTime: () => new Date(START_MS + course.outside.ms + ahead * 1_000).toISOString() },
    );
    const types = await run(course, (type) => {
      if (type === "step.intent") ahead = seconds;
    });
    return { types, course };
  }

  it("is written down in front of what came up", async () => {
    const { types, course } = await jump(60);
    const first = types.indexOf("step.intent");
    expect(types.slice(first, first + 3)).toEqual(["step.intent", "clock.jumped", "step.outcome"]);
    expect(course.body("clock.jumped")).toMatchObject({ seconds: 60 });
    expect(types).not.toContain("approval.expired");
    expect(types.at(-1)).toBe("run.closed");
  });

  it("that may be a long sleep voids what was approved, but for what is under way and the run itself", async () => {
    const { types, course } = await jump(301);
    const first = types.indexOf("clock.jumped");
    expect(types.slice(first, first + 3)).toEqual(["clock.jumped", "step.outcome", "approval.expired"]);
    expect(types.filter((type) => type === "approval.expired")).toHaveLength(1);
    expect(course.body("approval.expired")).toEqual({
      approval: "detach#1",
      says: "the clock jumped 301 s ahead, and the run may have stood still that long",
    });
    expect(course.person.pages).toEqual(["@start#1", "detach#1", "detach#2"]);
    expect(types.at(-1)).toBe("run.closed");
  });

  it("is none within what a clock is slewed by", async () => {
    expect((await jump(1)).types).not.toContain("clock.jumped");
  });
});
