import { describe, expect, it } from "vitest";
import { criterionClaims } from "../../src/engine/claims/criterion.ts";
import { effectClaim } from "../../src/engine/claims/effect.ts";
import { endClaim } from "../../src/engine/claims/end.ts";
import { stepClaim } from "../../src/engine/claims/step.ts";
import { basisText, evidenceOf } from "../../src/engine/claims/claim.ts";
import { doubtReason, doubtsOf, unknownEnds } from "../../src/engine/doubt.ts";
import { endOf, exitOf, slotsOf } from "../../src/engine/end.ts";
import { receiptSchema } from "../../src/engine/receipt-schema.ts";
import { receiptParts } from "../../src/engine/receipt-text.ts";
import { runbookHere } from "../ui/runbook.ts";
import { History } from "./history.ts";

const end = ({ state, target }: History, driven = false) => endClaim(state, target, driven);
const criterion = ({ state, target }: History) => criterionClaims(state, target)[0];
const recovered = (): History => new History().begun().done("vol-1").done("vol-2").looked(true).closed(0);

/** A runbook whose one criterion is asked only where the test VM is kept. */
const asked = () => {
  const { runbook, digest } = runbookHere((source) =>
    source.replace(
      "probe: nothing-left }",
      "probe: nothing-left, when: \"decisions['keep'] == 'keep'\", otherwise: the VM was not kept }",
    ),
  );
  return { over: { runbook, runbook_digest: digest } };
};

const decided = (history: History, choice: string): History => {
  const about = { gate: "keep", asks: "gate", choice, then: "go-on", method: "person" } as const;
  const gate = { does: "gate", item_key: "", item: null, title: "Keep it?", request: null } as const;
  const keep = { ...gate, step: "keep", says: "", cannot_undo: null, risk: "read" } as const;
  const entered = { title: "Look", skipped: null, steps: [keep] };
  history.add("phase.expanded", { target: "ctx-a", phase: "look" }, entered);
  return history.add("decision.made", { target: "ctx-a", phase: "look", step: "keep" }, about);
};

describe("the end of a run", () => {
  it.each([
    ["before anything was approved", new History(), "not ended: nothing was approved yet"],
    ["under way", new History().begun(), "not ended: it is under way, or was left in the middle"],
    [
      "with all criteria met, and not closed",
      new History().begun().done("vol-1").done("vol-2").looked(true),
      "not ended: it is under way, or was left in the middle",
    ],
  ])("%s has no sentence but where it stands", (_when, history, message) => {
    expect(end(history)).toMatchObject({ kind: "open", message, basis: "inference" });
  });

  it("is recovered once it is closed and each criterion saw something, and cites the close and each look", () => {
    const history = recovered();
    const claim = end(history);
    expect(claim).toMatchObject({
      kind: "recovered",
      message: "recovered: the one success criterion was seen to hold",
      basis: "observation",
    });
    const types = claim.evidence.map((id) => history.events.find(({ event_id }) => event_id === id)?.type);
    expect(types).toEqual(["run.closed", "criterion.observed"]);
  });

  it("says of a close of version 0.1 whose criterion held of nothing that it proves nothing", () => {
    const history = new History().begun().done("vol-1").done("vol-2").looked(true, "not counted").closed(0);
    expect(end(history)).toMatchObject({
      kind: "recovered-unproven",
      message: expect.stringContaining("1 of 1 success criteria held of an empty answer"),
    });
    expect(criterion(history)).toMatchObject({ kind: "met-of-nothing" });
  });

  it("puts what is in doubt before a close, a pause and met criteria", () => {
    const open = new History().begun().done("vol-1").sent("vol-2").looked(true);
    for (const history of [open, new History().begun().sent("vol-2").closed(0)]) {
      const claim = end(history);
      expect(claim).toMatchObject({
        kind: "in-doubt",
        message: 'IN DOUBT: "Detach volume vol-2". it was sent, and its end was not written down',
      });
    }
    expect(end(open, true).kind).toBe("open");
  });

  it("says of what was done and not seen that it was done", () => {
    expect(end(new History().begun().sent("vol-1").applied("vol-1")).message).toMatch(
      /it was done, as the other side says/u,
    );
  });

  it("says what was taken back since, and which of it not wholly", () => {
    const whole = recovered().marked("vol-1", "undone", "undone by run x");
    expect(end(whole)).toMatchObject({
      kind: "undone",
      message: "1 change of it was taken back since: undone by run x; its success criteria were seen before that",
    });
    const part = recovered().marked("vol-1", "undone-in-part", "undone by run x, but for 1 row");
    expect(end(part).message).toMatch(/not all of them whole: undone by run x, but for 1 row/u);
  });

  it("is not recovered where a criterion does not hold, and names it", () => {
    const history = new History().begun().done("vol-1").done("vol-2").looked(false).closed(1);
    expect(end(history)).toMatchObject({
      kind: "criteria-not-met",
      message: expect.stringContaining("a volume is still attached"),
    });
    expect([endOf(history.state, history.target), exitOf(history.state)]).toEqual(["criteria-not-met", 1]);
  });

  it("is a person's word where a page was refused, and what we saw where a step refused", () => {
    const asked = (run: History) =>
      run.add("approval.requested", {}, {
        approval: "@start",
        page_digest: "d",
        covers: [],
        risk: "change",
        typed: null,
      } as never);
    const ofPerson = asked(new History())
      .add("approval.rejected", {}, { approval: "@start", says: "no", ends: true })
      .add("run.closed", {}, { exit: 4, ends: [] });
    expect(end(ofPerson)).toMatchObject({ kind: "refused", basis: "statement" });
    const ofStep = new History().begun().marked("vol-1", "refused", "it is being replicated").closed(4);
    expect(end(ofStep)).toMatchObject({ kind: "refused", basis: "observation" });
  });

  it("is none while a criterion was not looked at, even where the run says that it is closed", () => {
    const history = new History().begun().done("vol-1").done("vol-2").closed(0);
    expect(endOf(history.state, history.target)).toBeNull();
    expect(exitOf(history.state)).toBeNull();
    const message = "closed, but not every success criterion that it asks was looked at";
    expect(end(history)).toMatchObject({ kind: "open", message, basis: "inference" });
  });

  it("forgets at a resume what was seen before the pause", () => {
    const pause = { reason: "unreachable", exit: 69, says: "no answer" } as const;
    const history = new History().begun().done("vol-1").done("vol-2").looked(true).add("run.paused", {}, pause);
    expect(end(history).message).toBe("not ended: paused, unreachable: no answer");
    history.add("run.resumed", {}, { mode: "person", tool: "test" });
    expect(criterion(history)).toMatchObject({ kind: "not-seen" });
  });
});

describe("a criterion", () => {
  it("is met with how much was seen, and cites its look", () => {
    expect(criterion(recovered())).toMatchObject({
      kind: "met",
      message: "Every volume is off; 2 looked at",
      basis: "observation",
    });
  });

  it.each([
    ["nobody looked", new History().begun(), "not-seen"],
    ["it does not hold", new History().begun().looked(false), "not-met"],
    ["it held of an empty answer", new History().begun().looked(true, 0), "met-of-nothing"],
  ])("is no tick where %s", (_when, history, kind) => {
    expect(criterion(history)?.kind).toBe(kind);
  });

  it("may still be asked while nobody has decided, and is not asked once somebody has, with the decision", () => {
    const open = new History(asked()).begun();
    expect(criterion(open)).toMatchObject({ kind: "not-seen", evidence: ["e1"] });
    const stopped = decided(new History(asked()).begun(), "stop");
    expect(criterion(stopped)).toMatchObject({
      kind: "not-asked",
      message: "Every volume is off: the VM was not kept (keep: stop)",
    });
    expect(criterion(stopped)?.evidence).toHaveLength(2);
    expect(criterion(decided(new History(asked()).begun(), "keep"))?.kind).toBe("not-seen");
    expect(criterion(new History(asked()).begun().closed(0))).toMatchObject({ kind: "not-asked", evidence: ["e1"] });
  });

  it("that no ending asks makes nothing recovered: nothing was seen", () => {
    const history = decided(new History(asked()).begun().done("vol-1").done("vol-2"), "stop").closed(1);
    expect(end(history).kind).toBe("criteria-not-met");
  });
});

describe("the effects of a run", () => {
  const toldNotDone = (): History =>
    new History()
      .begun()
      .sent("vol-1")
      .outcome("vol-1", unknown)
      .add("operator.resolved", new History().place("vol-1"), { as: "not-applied", note: "nothing is in its log" });
  const refused = { kind: "not-applied", why: "refused", code: 431, message: "no", evidence: {} } as never;
  const unknown = { kind: "unknown", message: "the answer was lost", evidence: {} } as const;
  it.each([
    ["nothing was sent yet", new History().begun(), "none"],
    ["1 under way or in doubt", new History().begun().sent("vol-1"), "in-doubt"],
    ["1 change made, not yet seen to have worked", new History().begun().sent("vol-1").applied("vol-1"), "in-doubt"],
    ["1 change made and seen", new History().begun().done("vol-1"), "made"],
    [
      "1 change made and seen, 1 under way or in doubt",
      new History().begun().done("vol-1").sent("vol-2").outcome("vol-2", unknown),
      "in-doubt",
    ],
    [
      "1 sent and not applied",
      new History().begun().sent("vol-1").outcome("vol-1", refused).marked("vol-1", "already"),
      "made",
    ],
    [
      "1 known not done",
      new History().begun().sent("vol-1").outcome("vol-1", refused).marked("vol-1", "failed"),
      "made",
    ],
    ["1 change made and taken back", new History().begun().done("vol-1").marked("vol-1", "undone"), "made"],
    [
      "1 change made and taken back in part",
      new History().begun().done("vol-1").marked("vol-1", "undone-in-part"),
      "made",
    ],
    [
      "1 change done by hand, on somebody's word",
      new History()
        .begun()
        .sent("vol-1")
        .outcome("vol-1", unknown)
        .add(
          "operator.resolved",
          { target: "ctx-a", phase: "detach", step: "detach", item: "vol-1" },
          { as: "applied", note: "I saw it" },
        ),
      "made",
    ],
    ["1 sent and not applied, on somebody's word", toldNotDone(), "made"],
    ["1 sent, and found done when it was looked at", toldNotDone().marked("vol-1", "already"), "made"],
  ])("%s", (message, history, kind) => {
    const claim = effectClaim(history.state);
    expect([claim.message, claim.kind]).toEqual([message, kind]);
    expect(claim.evidence.every((id) => history.events.some(({ event_id }) => event_id === id))).toBe(true);
  });
});

describe("a doubt", () => {
  it("has the id of the intent that sent it, and why nobody knows", () => {
    const history = new History().begun().done("vol-1").sent("vol-2");
    const [doubt, ...more] = doubtsOf(history.state);
    expect(more).toEqual([]);
    expect(doubt).toMatchObject({ target: "ctx-a", step: "detach", item: "vol-2", status: "intended", reason: "" });
    expect(history.events.find(({ event_id }) => event_id === doubt?.event)?.type).toBe("step.intent");
    expect(doubtsOf(history.state, "ctx-b")).toEqual([]);
    expect(unknownEnds(history.state)).toEqual(['"Detach volume vol-2" of vm-a']);
  });

  it.each([
    ["the message of the lost answer", { status: "in-doubt", reason: "no answer" }, "no answer"],
    [
      "that nothing was written down",
      { status: "intended", reason: "" },
      "it was sent, and its end was not written down",
    ],
    [
      "that nobody has seen it",
      { status: "applied", reason: "" },
      "it was done, as the other side says, and nobody has seen yet whether it worked",
    ],
  ] as const)("says %s", (_what, doubt, says) => {
    expect(doubtReason(doubt)).toBe(says);
  });
});

describe("a receipt", () => {
  const parts = (history: History) =>
    Object.fromEntries(
      receiptParts(history.receipt, (words) => words).map(({ title, lines }) => [title, lines.join("\n")]),
    );

  it.each([
    ["of nothing", new History()],
    ["of a doubt", new History().begun().sent("vol-1")],
    ["of a recovery", recovered()],
    ["of an undo", recovered().marked("vol-1", "undone", "undone by run x")],
  ])("%s is as its schema says, and never without a line about what is open", (_what, history) => {
    expect(receiptSchema.parse(history.receipt)).toEqual(history.receipt);
    expect(parts(history)["Open"]).toMatch(/./u);
  });

  it("says that nothing is open only of a recovery that stands", () => {
    expect(parts(recovered())["Open"]).toBe("nothing that this journal knows of");
    expect(parts(recovered().marked("vol-1", "undone", "undone by run x"))["Open"]).toMatch(/taken back since/u);
    expect(parts(new History().begun())["Open"]).toMatch(/not ended/u);
  });

  it("names who approved and how, what cannot be undone, and that nobody counted rows of the log", () => {
    const { Approved, Effects, "Product log": log } = parts(recovered());
    expect(Approved).toMatch(/Begin the run, 0 steps, risk change: ada \(key\) 03:12:\d\dZ, page d{12}/u);
    expect(Effects).toMatch(/detach: 2 requests \(detach\); no undo of Handrail's: it is attached again/u);
    expect(log).toBe(
      "how many rows about itself this run wrote there is not known: its journal has no count, which is made when a run ends or pauses in order",
    );
  });

  it("says what became of a doubt, and on whose word", () => {
    const place = { target: "ctx-a", phase: "detach", step: "detach", item: "vol-1", attempt: "try-vol-1" };
    const looked = new History()
      .begun()
      .sent("vol-1")
      .add("step.reconciled", place, { outcome: { kind: "applied", evidence: {} } });
    expect(parts(looked)["Was in doubt"]).toMatch(/a look shows that it was done: "[^"]+" of vm-a {2}\[= seen/u);
    const word = new History()
      .begun()
      .sent("vol-1")
      .outcome("vol-1", { kind: "unknown", message: "lost", evidence: {} });
    word.add("operator.resolved", place, { as: "not-applied", note: "CloudStack has no job of it" });
    expect(parts(word)["Was in doubt"]).toMatch(
      /ada says that it was not done: .*: CloudStack has no job of it {2}\[" said/u,
    );
  });
});

describe("a claim", () => {
  it("cites each event once, the first first", () => {
    expect(evidenceOf("a", "b", null, "a", "", undefined, "b")).toEqual(["a", "b"]);
  });

  it("shows with a sign and a word how it is known, and when", () => {
    const at = "2026-11-22T03:12:09.000Z";
    const texts = (["observation", "statement", "inference"] as const).map((basis) => basisText({ basis, at }));
    expect(texts).toEqual(["[= seen 03:12:09Z]", '[" said 03:12:09Z]', "[~ concluded 03:12:09Z]"]);
  });

  it("of a step by hand is a statement, of a step that was seen an observation", () => {
    const bases = (history: History) => slotsOf(history.target).map((slot) => stepClaim(slot).basis);
    expect(bases(new History().begun().marked("vol-1", "by-hand", "done").done("vol-2"))).toEqual([
      "statement",
      "observation",
    ]);
  });
});
