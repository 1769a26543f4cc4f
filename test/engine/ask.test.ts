/** What a run asks: pages and questions, and who answers before anybody is asked. */
import { describe, expect, it } from "vitest";
import { approve, canary, climb, gate, rescue } from "../../src/engine/ask.ts";
import { phaseDocument } from "../../src/engine/document.ts";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import { contractsOf, type Grant } from "../../src/engine/grant.ts";
import { APPROVAL_MS } from "../../src/engine/state.ts";
import type { World } from "../../src/engine/driver.ts";
import type { PlannedStep } from "../../src/engine/bodies.ts";
import { asLadder } from "../ui/runbook.ts";
import { Course, standstill } from "./course.ts";
import { History } from "./history.ts";
import { approved, entered, historyOf, HOLD, previewed, RESCUE, started, type Change } from "./moments.ts";

const pageOf = (course: Course): ApprovalDocument =>
  phaseDocument(course.state, "detach", "detach#1", course.state.targets);
const ask = (course: Course): Promise<string[]> => course.types(approve(course.driver, pageOf(course)));
const grantOf = (course: Course, over: Partial<Grant> = {}): Grant => ({
  handrail_grant: 1,
  runbook: course.state.runbook.id,
  runbook_digest: course.state.created.runbook_digest,
  site: "lab",
  targets: [{ key: "ctx-a", label: "vm-a" }],
  contracts: contractsOf(course.state.runbook),
  written_by: "eve",
  written_at: "2026-11-21T00:00:00Z",
  expires_at: "2027-11-23T00:00:00Z",
  ...over,
});
const courseWith = (over: (course: Course) => Partial<World>): Course => {
  const history = previewed();
  return new Course(history, over(new Course(history)));
};

describe("a page", () => {
  it("is put to a person, and counts with the digest that comes back", async () => {
    const course = new Course(previewed());
    expect(await ask(course)).toEqual(["approval.requested", "approval.given"]);
    expect(course.body("approval.requested")).toMatchObject({
      approval: "detach#1",
      risk: "change",
      typed: null,
      covers: [{ item_key: "vol-1" }, { item_key: "vol-2" }],
      document: { phase: "detach" },
    });
    expect(course.body("approval.given")).toMatchObject({ method: "key", by: "ada", grant: null });
  });

  it("that was answered while another one stood there executes nothing", async () => {
    const course = new Course(previewed());
    course.person.page = () => Promise.resolve({ kind: "approved", method: "key", by: "ada", digest: "other" });
    expect(await ask(course)).toEqual(["approval.requested", "approval.expired"]);
    expect(course.driver.pausing).toMatchObject({ reason: "approval-needed", exit: 5 });
  });

  it("that is refused ends what nobody began, and pauses what somebody did", async () => {
    const refuse = async (history: History): Promise<Course> => {
      const course = new Course(history);
      course.person.page = () => Promise.resolve({ kind: "rejected", says: "not now" });
      expect(await ask(course)).toEqual(["approval.requested", "approval.rejected"]);
      return course;
    };
    const fresh = await refuse(previewed());
    expect(fresh.body("approval.rejected")).toEqual({ approval: "detach#1", says: "not now", ends: true });
    expect(fresh.driver.pausing).toBeNull();
    const begun = await refuse(approved().done("vol-1"));
    expect(begun.body("approval.rejected")).toEqual({ approval: "detach#1", says: "not now" });
    expect(begun.driver.pausing).toMatchObject({
      reason: "rejected",
      exit: 4,
      says: "not approved: 2 Detach the volumes",
    });
  });

  it("that nobody answers waits, with the reason", async () => {
    const course = new Course(previewed());
    course.person.page = () => Promise.resolve({ kind: "nobody" });
    expect(await ask(course)).toEqual(["approval.requested"]);
    expect(course.driver.lacking).toEqual({
      reason: "approval-needed",
      exit: 5,
      says: '"2 Detach the volumes" needs an approval; there is nobody to ask and no grant',
    });
    expect([...course.driver.heldKeys]).toEqual(["ctx-a"]);
  });

  it("that was given up since the run was asked to stop is an interruption", async () => {
    const course = new Course(previewed());
    course.person.page = () => {
      course.person.stopping.abort({ by: "SIGTERM", exit: 143 });
      return Promise.resolve({ kind: "nobody" });
    };
    await ask(course);
    expect(course.driver.pausing).toMatchObject({ reason: "interrupted", exit: 143 });
    expect(course.driver.lacking).toBeNull();
  });

  it("is withdrawn when what it rests on is no longer so, whatever is pressed", async () => {
    const history = entered(historyOf(HOLD)).add("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" });
    const course = new Course(history);
    course.person.page = (digest, withdrawn) =>
      new Promise((resolve) =>
        withdrawn?.addEventListener("abort", () => resolve({ kind: "approved", method: "key", by: "ada", digest })),
      );
    expect(await ask(course)).toEqual(["approval.requested", "hold.observed", "approval.expired"]);
    expect(standstill(course)).toBe("hold-broken");
    expect(course.body("approval.expired").says).toContain("withdrawn before it was answered");
  });
});

describe("a grant", () => {
  it("answers a page that stays within it; nobody is asked", async () => {
    const course = courseWith((other) => ({ grant: grantOf(other) }));
    expect(await ask(course)).toEqual(["approval.requested", "approval.given"]);
    expect(course.body("approval.given")).toMatchObject({ method: "grant", by: "eve", grant: "2026-11-21T00:00:00Z" });
    expect(course.person.pages).toEqual([]);
  });

  it("does not answer one beyond it, and says so where nobody else does", async () => {
    const course = courseWith((other) => ({ grant: grantOf(other, { contracts: {} }) }));
    course.person.page = () => Promise.resolve({ kind: "nobody" });
    expect(await ask(course)).toEqual(["approval.requested"]);
    expect(course.driver.lacking?.says).toContain("the grant does not cover it");
  });
});

describe("an approval that was given while the run was paused", () => {
  const WALL = 6_000;
  const beforehand = (digest?: string): Course => {
    const history = previewed();
    const course = new Course(history);
    const page_digest = digest ?? pageOf(course).digest;
    course.happen(
      "approval.requested",
      {},
      { approval: "detach#0", page_digest, risk: "change", typed: null, covers: [] },
    );
    course.happen("operator.approved", {}, { approval: "detach#0", page_digest, method: "typed", by: "eve" });
    return course;
  };
  const again = (course: Course, over: Partial<World> = {}): Course => new Course(course.history, over);

  it("answers the same document, once", async () => {
    const course = again(beforehand());
    expect(await ask(course)).toEqual(["approval.requested", "approval.given"]);
    expect(course.body("approval.given")).toMatchObject({ method: "typed", by: "eve", beforehand: "detach#0" });
    expect(course.person.pages).toEqual([]);
    await ask(course);
    expect(course.person.pages).toEqual(["detach#1"]);
  });

  it("does not answer another document, of another boot, or one that is too old", async () => {
    const asked = async (course: Course): Promise<number> => {
      await ask(course);
      return course.person.pages.length;
    };
    expect(await asked(again(beforehand("other")))).toBe(1);
    expect(await asked(again(beforehand(), { bootId: "c" }))).toBe(1);
    const old = again(beforehand());
    old.outside.ms = APPROVAL_MS + WALL;
    expect(await asked(old)).toBe(1);
    const early = again(beforehand());
    early.outside.ms = -1_000;
    expect(await asked(early)).toBe(1);
    // By the wall clock alone: the other one stands still while a machine sleeps.
    const slept = again(beforehand(), { wallTime: () => "2026-11-22T09:00:00Z" });
    expect(await asked(slept)).toBe(1);
  });
});

const bare = { item_key: "", item: null, title: "", request: null, says: "", cannot_undo: null, risk: "read" } as const;
const KEEP: PlannedStep = { ...bare, step: "keep", does: "gate" };
const atGate = (keys: readonly string[] = ["ctx-a"], change: Change = (source) => source): History => {
  const history = started(historyOf(change, {}, [...keys]));
  for (const target of keys)
    history.add("phase.expanded", { target, phase: "look" }, { title: "Look", skipped: null, steps: [KEEP] });
  return history;
};
const refsOf = (course: Course) =>
  course.state.targets.flatMap((target) => {
    const [phase] = course.state.runbook.phases;
    const slot = target.phases["look"]?.slots[0];
    return phase === undefined || slot === undefined ? [] : [{ target, phase, slot }];
  });
const decide = (course: Course): Promise<string[]> => course.types(gate(course.driver, refsOf(course)));

describe("a gate", () => {
  it("is one question for all that stand at it, and is decided for each", async () => {
    const course = new Course(atGate(["ctx-a", "ctx-b"]));
    course.person.choice = () => "keep";
    expect(await decide(course)).toEqual([
      "decision.requested",
      "decision.requested",
      "decision.made",
      "decision.made",
    ]);
    expect(course.person.asked).toHaveLength(1);
    expect(course.person.asked[0]).toMatchObject({ gate: "keep", asks: "gate", label: "vm-a, vm-b" });
    expect(course.body("decision.made")).toEqual({
      gate: "keep",
      asks: "gate",
      choice: "keep",
      then: "go-on",
      method: "person",
    });
  });

  it("is answered by what was decided beforehand; nobody is asked", async () => {
    const course = new Course(atGate(), { decisions: { "ctx-a": { keep: "stop" } } });
    expect(await decide(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.body("decision.made")).toMatchObject({ choice: "stop", then: "stop", method: "decided-beforehand" });
    expect(course.person.asked).toEqual([]);
  });

  it("that nobody answers, or with what is no choice of it, waits for one", async () => {
    const course = new Course(atGate());
    expect(await decide(course)).toEqual(["decision.requested"]);
    expect(course.driver.lacking).toMatchObject({ reason: "decision-needed", exit: 5 });
    expect(course.driver.lacking?.says).toContain("--decide keep=keep or --decide keep=stop");
    const other = new Course(atGate(), { decisions: { "ctx-a": { keep: "nonsense" } } });
    expect(await decide(other)).toEqual(["decision.requested"]);
  });

  it("is withdrawn when what it rests on is no longer so", async () => {
    const course = new Course(
      atGate(["ctx-a"], HOLD).add("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" }),
    );
    const operator: World["operator"] = {
      ...course.person.port,
      choose: (_question, withdrawn) =>
        new Promise((resolve) => withdrawn?.addEventListener("abort", () => resolve("keep"))),
    };
    const own = new Course(course.history, { operator });
    expect(await decide(own)).toEqual(["decision.requested", "hold.observed"]);
    expect(standstill(own)).toBe("hold-broken");
  });

  it("that was given up since the run was asked to stop is an interruption", async () => {
    const course = new Course(atGate());
    course.person.choice = () => {
      course.person.stopping.abort({ by: "the operator", exit: 130 });
      return null;
    };
    await decide(course);
    expect(course.driver.pausing).toMatchObject({ reason: "interrupted", exit: 130 });
    expect(course.driver.lacking).toBeNull();
  });

  const when =
    (condition: string): Change =>
    (source) =>
      source.replace("question: Keep the test", `when: "${condition}"\n            question: Keep the test`);
  it("is asked only where its condition holds", async () => {
    const only = atGate(["ctx-a", "ctx-b"], when("target.context_id == 'ctx-b'"));
    const course = new Course(only);
    course.person.choice = () => "keep";
    expect(await decide(course)).toEqual(["marked skipped-by-condition", "decision.requested", "decision.made"]);
    expect(course.person.asked[0]?.label).toBe("vm-b");
    const broken = new Course(atGate(["ctx-a"], when("facts.volumes.size() > 0")));
    expect(await decide(broken)).toEqual(["marked failed"]);
  });

  it("asks together only those that may choose the same", async () => {
    const change: Change = (source) =>
      source.replace(
        "{ id: keep, title: Keep it }",
        "{ id: keep, title: Keep it, when: \"target.context_id == 'ctx-a'\" }",
      );
    const course = new Course(atGate(["ctx-a", "ctx-b"], change));
    course.person.choice = () => "keep";
    await decide(course);
    expect(course.person.asked[0]?.label).toBe("vm-a");
  });
});

describe("a rescue", () => {
  const failed = (mode: "person" | "grant" = "grant"): Course =>
    new Course(approved(historyOf(RESCUE, { mode })).marked("vol-1", "failed", "it broke"));
  const ask = (course: Course): Promise<string[]> => {
    const phase = course.state.runbook.phases.find(({ id }) => id === "detach");
    if (phase === undefined) throw new Error("there is the phase");
    return course.types(rescue(course.driver, course.state.targets, phase));
  };
  it("is asked with the reason, and stops where nobody answers", async () => {
    const course = failed();
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.person.asked[0]).toMatchObject({ gate: "detach", asks: "rescue", question: "it broke. What now?" });
    expect(course.body("decision.made")).toMatchObject({ choice: "stop", then: "stop", method: "nobody-to-ask" });
  });

  it("goes on where a person says so", async () => {
    const course = failed("person");
    course.person.choice = () => "on";
    await ask(course);
    expect(course.body("decision.made")).toMatchObject({ choice: "on", method: "person" });
  });
});

describe("a climb", () => {
  const place = { target: "ctx-a", phase: "nudge" };
  const out = (): History => {
    const history = started(historyOf(asLadder)).add("phase.expanded", place, {
      title: "1 Nudge",
      skipped: null,
      steps: [],
    });
    history.add("rung.entered", place, { box: 120 });
    return history.add("rung.ended", place, { result: "timed-out", says: "nothing moved" });
  };
  const ask = (course: Course): Promise<string[]> => {
    const phase = course.state.runbook.phases.find(({ id }) => id === "nudge");
    if (phase === undefined) throw new Error("there is the rung");
    return course.types(climb(course.driver, phase, course.state.targets));
  };
  it("is asked with what was seen", async () => {
    const course = new Course(out());
    course.person.choice = () => "again";
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.person.asked[0]).toMatchObject({ gate: "nudge", asks: "climb" });
    expect(course.person.asked[0]?.question).toContain("Seen of vm-a: nothing moved");
  });

  it("that watches once more beforehand does so once, and then needs somebody", async () => {
    const decisions = { "ctx-a": { nudge: "again" } };
    const course = new Course(out(), { decisions });
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    course.happen("rung.entered", place, { box: 120 }).happen("rung.ended", place, { result: "timed-out", says: "" });
    expect(await ask(course)).toEqual(["decision.requested"]);
    expect(course.driver.lacking).toMatchObject({ reason: "decision-needed" });
    // A person may watch as often as they like.
    const person = new Course(course.history);
    person.person.choice = () => "again";
    expect(await ask(person)).toEqual(["decision.requested", "decision.made"]);
  });
});

it("asks whether the others of a batch are begun, with the reason of the first", async () => {
  const keys = ["ctx-a", "ctx-b", "ctx-c"];
  const of = async (history: History): Promise<Course> => {
    const course = new Course(history);
    course.person.choice = () => "stop";
    const [first, ...rest] = course.state.targets;
    if (first === undefined) throw new Error("there is a first");
    expect(await course.types(canary(course.driver, first, rest))).toHaveLength(4);
    return course;
  };
  const failed = await of(approved(new History({ keys })).marked("vol-1", "failed", "it broke"));
  expect(failed.person.asked[0]).toMatchObject({ gate: "canary", asks: "canary", label: "2 more" });
  expect(failed.person.asked[0]?.question).toContain("was not recovered: it broke. Go on with the other 2?");
  expect(failed.state.targets.map(({ status }) => status)).toEqual(["failed", "stopped", "stopped"]);
  const unmet = await of(approved(new History({ keys })));
  expect(unmet.person.asked[0]?.question).toContain("not every success criterion was observed");
});
