/** What a run did, and what people and rules did in it. */
import { describe, expect, it } from "vitest";
import { foldAccount, type Account } from "../../src/engine/account.ts";
import { actorText } from "../../src/engine/actor.ts";
import { onPhase, onSlot, onTarget, standing } from "../../src/engine/apply/place.ts";
import type { Fold } from "../../src/engine/apply/fold.ts";
import { OPERATOR_FOLD } from "../../src/engine/apply/operator.ts";
import { changeSpec, changeStep } from "../../src/engine/change-spec.ts";
import { settledClaim, type SettlingEvent } from "../../src/engine/claims/settled.ts";
import { effectLines } from "../../src/engine/effects.ts";
import { EMPTY_LEDGER, enter } from "../../src/engine/ledger.ts";
import type { LockPort } from "../../src/engine/lock-port.ts";
import type { Undo } from "../../src/ports/sql.ts";
import { Course } from "./course.ts";
import { History } from "./history.ts";
import { approved, entered, historyOf, LOST, SQL } from "./moments.ts";

const accountOf = ({ events }: History): Account => {
  const account = events.reduce<Account | null>((before, event) => foldAccount(before, event), null);
  if (account === null) throw new Error("there are events");
  return account;
};
const ledgerOf = (history: History) => accountOf(history).ledger;
const eventOf = ({ events }: History) => {
  const event = events.at(-1);
  if (event === undefined) throw new Error("there is an event");
  return event;
};

describe("who acted", () => {
  it("is named by login, uid and host, with sudo and the way in", () => {
    const [event] = new History().events;
    if (event === undefined) throw new Error("there is one");
    expect(actorText(event)).toBe("ada (uid 1000) on oma");
    const actor = { ...event.actor, sudo_user: "eve", ssh_client: "10.0.0.1" };
    expect(actorText({ actor })).toBe("ada (uid 1000, sudo by eve, from 10.0.0.1) on oma");
  });

  it("is in the ledger once", () => expect(ledgerOf(approved()).actors).toEqual(["ada (uid 1000) on oma"]));
});

describe("the ledger of approvals", () => {
  it("has the page with its answer", () => {
    const [start, detach] = ledgerOf(approved()).approvals;
    expect(start).toMatchObject({ title: "Begin the run", result: "approved" });
    expect(detach).toMatchObject({
      approval: "detach#1",
      title: "detach#1",
      steps: 2,
      result: "approved",
      by: "ada",
      method: "key",
      message: "",
    });
    const page = { page_digest: "d", risk: "change", typed: null, covers: [] } as const;
    const asked = entered().add("approval.requested", { phase: "detach" }, { ...page, approval: "detach#1" });
    expect(ledgerOf(asked).approvals.at(-1)).toMatchObject({ title: "2 Detach the volumes", result: "open", by: "" });
    asked.add("approval.requested", {}, { ...page, approval: "@rest#1" });
    expect(ledgerOf(asked).approvals.at(-1)?.title).toBe("All that is left to do");
  });

  it("names the grant that answered, and who refused in which words", () => {
    const page = { page_digest: "d", risk: "change", typed: null, covers: [] } as const;
    const asked = (): History => entered().add("approval.requested", {}, { ...page, approval: "detach#1" });
    const granted = asked().add(
      "approval.given",
      {},
      { ...page, approval: "detach#1", method: "grant", by: "eve", grant: "monday" },
    );
    expect(ledgerOf(granted).approvals.at(-1)).toMatchObject({
      result: "approved",
      by: "eve",
      method: "grant of monday",
    });
    const refused = asked().add("approval.rejected", {}, { approval: "detach#1", says: "not now" });
    expect(ledgerOf(refused).approvals.at(-1)).toMatchObject({ result: "rejected", by: "ada", message: "not now" });
    // An answer after the answer changes nothing; that it expired does.
    refused.add("approval.given", {}, { ...page, approval: "detach#1", method: "key", by: "x", grant: null });
    expect(ledgerOf(refused).approvals.at(-1)?.result).toBe("rejected");
  });

  it("keeps who had approved what became void", () => {
    const history = approved().add("approval.expired", {}, { approval: "detach#1", says: "too old" });
    expect(ledgerOf(history).approvals.at(-1)).toMatchObject({
      result: "expired",
      by: "ada",
      method: "key",
      message: "too old",
    });
    expect(ledgerOf(history).approvals[0]?.result).toBe("approved");
  });
});

describe("the ledger", () => {
  it("has decisions with who made them, and nobody where nobody did", () => {
    const decide = (method: "person" | "nobody-to-ask") =>
      ledgerOf(
        approved().marked("vol-1", "failed", "no").add("decision.made", new History().place("vol-1"), {
          gate: "detach",
          asks: "failure",
          choice: "stop",
          then: "stop",
          method,
          note: "so",
        }),
      ).decisions[0];
    expect(decide("person")).toMatchObject({
      gate: "detach",
      choice: "stop",
      by: "ada",
      method: "at the question",
      note: "so",
    });
    expect(decide("nobody-to-ask")).toMatchObject({ by: "", method: "nobody was there to ask" });
  });

  it("has what broke, and since when it is so again, of the same target", () => {
    const saw = { count: 0, names: [], none_expected: null };
    const body = (holds: boolean) => ({ hold: "quiet", holds, says: "it moved", evidence: null, saw });
    const history = approved().add("hold.observed", { target: "ctx-a" }, body(false));
    expect(ledgerOf(history).broken).toMatchObject([
      { hold: "quiet", target: "ctx-a", message: "it moved", over: null },
    ]);
    expect(ledgerOf(history.add("hold.observed", { target: "ctx-b" }, body(true))).broken[0]?.over).toBeNull();
    const mended = history.add("hold.observed", { target: "ctx-a" }, body(true));
    expect(ledgerOf(mended).broken[0]?.over).toBe(eventOf(mended).wall_time);
  });

  it("has a step that came undone, until it is done or seen to be done again", () => {
    const saw = { count: 0, names: [], none_expected: null };
    const lapsed = (): History => {
      const history = approved().done("vol-1");
      return history.add("step.lapsed", history.place("vol-1"), {
        since: "2026-11-22T03:12:00Z",
        says: "attached",
        evidence: null,
        saw,
      });
    };
    expect(ledgerOf(lapsed()).broken).toMatchObject([{ hold: "detach vol-1", over: null }]);
    expect(ledgerOf(lapsed().done("vol-1")).broken[0]?.over).not.toBeNull();
    expect(ledgerOf(lapsed().marked("vol-1", "already")).broken[0]?.over).not.toBeNull();
    expect(ledgerOf(lapsed().marked("vol-1", "failed")).broken[0]?.over).toBeNull();
    const unseen = lapsed();
    unseen.add("step.verified", unseen.place("vol-1"), { holds: false, says: "", evidence: null });
    expect(ledgerOf(unseen).broken[0]?.over).toBeNull();
  });

  it("has notes, undos and the rows of the JobLog as counted last", () => {
    const history = approved().add("operator.note", {}, { text: "called the vendor" });
    const undo: Undo = { kind: "complete", why: [], changes: [], sha256: "s" };
    history.add("step.undo-prepared", history.place("vol-1"), { undo });
    history.add("joblog.written", {}, { rows: { log_events: 3 }, behind: 0, reason: "" });
    expect(ledgerOf(history)).toMatchObject({
      notes: [{ text: "called the vendor", by: "ada" }],
      undos: { "try-vol-1": undo },
      log: { rows: { log_events: 3 } },
    });
    const event = eventOf(new History().add("operator.note", {}, { text: "x" }));
    expect(enter(EMPTY_LEDGER, history.state, event).notes).toHaveLength(1);
  });
});

describe("a doubt that was settled", () => {
  const settle = (add: (history: History) => History) => {
    const history = add(approved().sent("vol-1").outcome("vol-1", LOST));
    const event = eventOf(history);
    return { claim: settledClaim(history.state, event as SettlingEvent), entry: ledgerOf(history).settled[0], event };
  };
  const look = (outcome: Parameters<History["outcome"]>[1]) =>
    settle((history) => history.add("step.reconciled", history.place("vol-1"), { outcome }));

  it("by a look is an observation", () => {
    const { claim, entry, event } = look({ kind: "applied", evidence: {} });
    expect(claim).toEqual({
      kind: "applied",
      basis: "observation",
      message: 'a look shows that it was done: "Detach volume vol-1" of vm-a',
      evidence: [event.event_id],
      at: event.wall_time,
    });
    expect(entry).toMatchObject({ step: "detach", item: "vol-1", outcome: "applied", basis: "observation" });
    expect(look(LOST).claim).toMatchObject({
      kind: "unknown",
      message: expect.stringContaining("cannot tell what became of"),
    });
    const not = look({ kind: "not-applied", why: "not-sent", code: null, message: "none", evidence: {} });
    expect(not.claim).toMatchObject({
      kind: "not-applied",
      message: expect.stringContaining('was not done: "Detach volume vol-1" of vm-a (not-sent): none'),
    });
  });

  it("by somebody's word is a statement, under their name", () => {
    const say = (as: "applied" | "not-applied") =>
      settle((history) => history.add("operator.resolved", history.place("vol-1"), { as, note: "I saw it" }));
    expect(say("applied").claim).toMatchObject({
      kind: "applied",
      basis: "statement",
      message: 'ada says that it was done: "Detach volume vol-1" of vm-a: I saw it',
    });
    expect(say("not-applied").claim.message).toContain("that it was not done:");
    expect(say("applied").entry).toMatchObject({ basis: "statement", by: "ada" });
  });
});

describe("the effects of a run", () => {
  const lines = (history: History) =>
    effectLines(accountOf(history)).map(({ what, verb, count, undoable, reason }) => ({
      what,
      verb,
      count,
      undoable,
      reason,
    }));
  it("are what was sent and seen to have worked, counted with what takes it back", () => {
    expect(lines(approved())).toEqual([]);
    expect(lines(approved().sent("vol-1"))).toEqual([]);
    expect(lines(approved().marked("vol-1", "already"))).toEqual([]);
    const one = {
      what: "detach",
      verb: "",
      undoable: "by-other-means",
      reason: "it is attached again in the next phase",
    };
    expect(lines(approved().done("vol-1"))).toEqual([{ ...one, count: 1 }]);
    expect(lines(approved().done("vol-1").done("vol-2"))).toEqual([{ ...one, count: 2 }]);
    const account = effectLines(accountOf(approved().done("vol-1").done("vol-2")))[0];
    expect([account?.steps, account?.evidence.length]).toEqual([["detach"], 2]);
  });

  it("count what was done twice twice, and what was done and is flawed", () => {
    const saw = { count: 0, names: [], none_expected: null };
    const twice = approved().done("vol-1");
    twice.add("step.lapsed", twice.place("vol-1"), { since: "2026-11-22T03:12:00Z", says: "", evidence: null, saw });
    expect(lines(twice)).toMatchObject([{ count: 1 }]);
    expect(lines(twice.done("vol-1"))).toMatchObject([{ count: 2 }]);
    const flawed = approved()
      .sent("vol-1")
      .outcome("vol-1", { kind: "applied", evidence: {}, flaw: "the record" })
      .marked("vol-1", "failed");
    expect(lines(flawed)).toMatchObject([{ count: 1 }]);
    const failed = approved().sent("vol-1").marked("vol-1", "failed");
    expect(lines(failed)).toEqual([]);
  });

  it("were taken back, whole or in part", () => {
    expect(lines(approved().done("vol-1").marked("vol-1", "undone"))).toMatchObject([
      { undoable: "taken-back", reason: "" },
    ]);
    expect(lines(approved().done("vol-1").marked("vol-1", "undone-in-part", "1 row"))).toMatchObject([
      { undoable: "taken-back-in-part", reason: "1 row" },
    ]);
    expect(lines(approved().marked("vol-1", "undone"))).toEqual([]);
  });

  it("of a statement have its undo, as it was kept", () => {
    const kept = (kind: Undo["kind"]): unknown => {
      const history = approved(historyOf(SQL)).sent("vol-1");
      history.add("step.undo-prepared", history.place("vol-1"), {
        undo: { kind, why: ["a trigger"], changes: [], sha256: "s" },
      });
      return lines(history.applied("vol-1").seen("vol-1"))[0];
    };
    expect(kept("complete")).toMatchObject({ undoable: "yes", reason: "" });
    expect(kept("partial")).toMatchObject({ undoable: "in-part", reason: "a trigger" });
    expect(kept("none")).toMatchObject({ undoable: "no", reason: "a trigger" });
    expect(lines(approved(historyOf(SQL)).done("vol-1"))[0]).toMatchObject({
      undoable: "by-other-means",
      reason: "Handrail has no way back for it",
    });
  });

  it("that nothing takes back say why", () => {
    const history = entered();
    const slot = history.target.phases["detach"]?.slots[0];
    if (slot === undefined) throw new Error("there is a step");
    const { step, does, item_key, item, title, request, says, risk } = slot;
    const steps = [{ step, does, item_key, item, title, request, says, risk, cannot_undo: "it is gone" }];
    history.add("phase.expanded", { target: "ctx-a", phase: "detach" }, { title: "2", skipped: null, steps });
    expect(lines(history.done("vol-1"))).toMatchObject([{ undoable: "no", reason: "it is gone" }]);
  });
});

describe("where an event belongs", () => {
  const { state, events } = approved().sent("vol-1");
  const event = events.at(-1);
  if (event === undefined) throw new Error("there is an event");
  it("is its own target, phase and step alone", () => {
    const two = approved(new History({ keys: ["ctx-a", "ctx-b"] })).state;
    expect(onTarget(two, "ctx-b", (target) => ({ ...target, label: "x" })).targets.map(({ label }) => label)).toEqual([
      "vm-a",
      "x",
    ]);
    const changed = onSlot(state, event, (slot) => ({ ...slot, reason: "x" })).targets[0]?.phases["detach"]?.slots;
    expect(changed?.map(({ reason }) => reason)).toEqual(["x", ""]);
    expect(changed?.[0]).toMatchObject({ event: event.event_id, at: event.wall_time });
    const phases = onPhase(state, event, (phase) => ({ ...phase, title: "x" })).targets[0]?.phases;
    expect([phases?.["detach"]?.title, phases?.["look"]?.title]).toEqual(["x", "look"]);
    const [target] = state.targets;
    if (target === undefined) throw new Error("there is a target");
    expect(standing(target, event, "failed", "why")).toMatchObject({
      status: "failed",
      reason: "why",
      event: event.event_id,
    });
  });

  it("is nowhere where that was not entered or planned: the journal is not whole", () => {
    expect(() => onPhase(state, { ...event, phase_id: "none" }, (phase) => phase)).toThrow(
      "a phase that was not entered",
    );
    expect(() => onSlot(state, { ...event, item: "vol-9" }, (slot) => slot)).toThrow("a step that was not planned");
  });

  it("has a row of its family", () => {
    const fold: Fold<"operator"> = OPERATOR_FOLD;
    expect(fold["operator.note"](state, { ...event, type: "operator.note", body: { text: "x" } })).toBe(state);
  });
});

describe("the specification of a change", () => {
  it("is its step in the runbook", () => {
    const course = new Course(entered());
    expect(changeSpec(course.ref("vol-1"))).toMatchObject({ id: "detach", does: "change", limit: 60 });
    const ref = course.ref("vol-1");
    expect(() => changeSpec({ ...ref, slot: { ...ref.slot, step: "volumes" } })).toThrow(
      "is not a changing step of detach",
    );
    const { runbook } = course.state;
    expect(changeStep(runbook, "detach")?.id).toBe("detach");
    expect([changeStep(runbook, "volumes"), changeStep(runbook, "none")]).toEqual([undefined, undefined]);
  });

  it("is carried out under the locks of its run, which are asked about and not taken", async () => {
    const locks: LockPort = new Course(entered()).driver.world.locks;
    expect(await locks.check()).toEqual({ ok: true, value: undefined });
  });
});
