/** What a run does next: the order of care. */
import { describe, expect, it } from "vitest";
import type { Bodies, PlannedStep } from "../../src/engine/bodies.ts";
import { nextApprovalId } from "../../src/engine/approval-id.ts";
import { isLeft } from "../../src/engine/phase-command.ts";
import { ready } from "../../src/engine/schedule.ts";
import type { RunState } from "../../src/engine/state.ts";
import { targetsOf, type Command } from "../../src/engine/command.ts";
import { asLadder } from "../ui/runbook.ts";
import { detach, History } from "./history.ts";
import {
  approved,
  entered,
  EVIDENCE,
  historyOf,
  LOST,
  preview,
  previewed,
  RESCUE,
  skip,
  WAIT,
  type Change,
} from "./moments.ts";

const next = (state: RunState): Command | undefined => {
  const [command, ...others] = ready(state, new Set(), new Set());
  if (others.length > 0) throw new Error("a run that is no batch does one thing at a time");
  return command;
};

const about = (command: Command | undefined): string => {
  if (command === undefined) return "nothing";
  const ref = "ref" in command ? command.ref : "refs" in command ? command.refs[0] : undefined;
  const phase = "phase" in command ? command.phase.id : "";
  const keys = targetsOf(command).map((key) => key.replace("ctx-", ""));
  return [command.do, ref === undefined ? phase : `${ref.slot.step} ${ref.slot.item_key}`.trim(), keys.join("+")]
    .filter((part) => part !== "")
    .join(" ");
};
const nextOf = (history: History): string => about(next(history.state));

describe("a run begins", () => {
  it("with its first page, and with nothing else", () => expect(nextOf(new History())).toBe("start"));

  it("no phase where that was refused, and collects nothing: it is closed", () => {
    const history = historyOf(EVIDENCE);
    const page = { approval: "@start#1", page_digest: "d", risk: "change", typed: null, covers: [] } as const;
    history.add("approval.requested", {}, page);
    history.add("approval.rejected", {}, { approval: "@start#1", says: "no", ends: true });
    expect(nextOf(history)).toBe("close");
  });

  it("by entering its first phase", () => expect(nextOf(new History().begun())).toBe("expand look a"));

  it("nothing once it is paused or closed", () => {
    const paused = entered().add("run.paused", {}, { reason: "interrupted", exit: 4, says: "" });
    expect(nextOf(paused)).toBe("nothing");
    expect(nextOf(entered().closed(0))).toBe("nothing");
  });
});

describe("a change", () => {
  it("is previewed, each one, before anybody is asked", () => {
    expect(nextOf(entered())).toBe("preview detach vol-1 a");
    expect(nextOf(preview(entered(), "vol-1"))).toBe("preview detach vol-2 a");
    expect(nextOf(previewed())).toBe("approve detach a");
  });

  it("that was so already is behind the run, unseen and unapproved", () => {
    expect(nextOf(entered().marked("vol-1", "already"))).toBe("preview detach vol-2 a");
    expect(nextOf(preview(entered().marked("vol-1", "already"), "vol-2"))).toBe("approve detach a");
    expect(next(entered().marked("vol-1", "already").marked("vol-2", "already").state)).toMatchObject({
      do: "end-phase",
    });
  });

  it("is carried out once it is approved, in its order", () => {
    expect(nextOf(approved())).toBe("execute detach vol-1 a");
    expect(nextOf(approved().done("vol-1"))).toBe("execute detach vol-2 a");
  });

  it("that was approved before it was previewed is previewed when its turn has come", () => {
    const page = { approval: "@rest#1", page_digest: "d", risk: "change", typed: null } as const;
    const cover = { target: "ctx-a", step: "detach" };
    const covers = [{ ...cover, item_key: "vol-1" }];
    const history = entered().add("approval.requested", {}, { ...page, covers });
    history.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
    expect(nextOf(history)).toBe("preview detach vol-2 a");
    expect(nextOf(preview(history, "vol-2"))).toBe("approve detach a");
    const whole = entered().add(
      "approval.requested",
      {},
      { ...page, covers: [...covers, { ...cover, item_key: "vol-2" }] },
    );
    whole.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
    expect(nextOf(whole)).toBe("preview detach vol-1 a");
  });

  it("that was applied is looked at before anything else is done", () => {
    expect(nextOf(approved().sent("vol-1").applied("vol-1"))).toBe("verify detach vol-1 a");
  });

  it("whose answer was lost is looked for before anything else is done", () => {
    expect(nextOf(approved().sent("vol-1").outcome("vol-1", LOST))).toBe("settle detach vol-1 a");
    const resumed = approved().sent("vol-2").add("run.resumed", {}, { mode: "person", tool: "t" });
    expect(nextOf(resumed)).toBe("settle detach vol-2 a");
  });
});

describe("a phase", () => {
  const both = (history: History): History => approved(history).done("vol-1").done("vol-2");
  it("ends when each of its steps has, and the next one is entered", () => {
    const command = next(both(new History()).state);
    expect(command).toMatchObject({ do: "end-phase", result: "done" });
    const ended = both(new History()).add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "done" });
    expect(nextOf(ended)).toBe("expand snapshots a");
  });

  it("asks what becomes of its failed step where a person is there", () => {
    expect(nextOf(approved().marked("vol-1", "failed", "no"))).toBe("failure detach vol-1 a");
  });

  it("ends as failed where nobody is, or asks how it ends where the runbook says so", () => {
    const failed = (history: History): Command | undefined =>
      next(approved(history).marked("vol-1", "failed", "no").state);
    expect(failed(new History({ over: { mode: "grant" } }))).toMatchObject({ do: "end-phase", result: "failed" });
    expect(about(failed(historyOf(RESCUE, { mode: "grant" })))).toBe("rescue detach a");
  });

  it("has not ended while a step of it is under way", () => {
    expect(next(approved().done("vol-1").sent("vol-2").state)).not.toMatchObject({ do: "end-phase" });
  });

  it("of a target that was stopped is left as it is", () => {
    const stop = { gate: "detach", asks: "gate", choice: "stop", then: "stop", method: "person" } as const;
    const history = approved().add("decision.made", new History().place("vol-1"), stop);
    expect(nextOf(history)).toBe("close");
  });

  it("that is left out asks nothing and is behind the run", () => {
    const history = skip(skip(skip(new History().begun(), "look"), "detach"), "snapshots");
    expect(nextOf(history)).toBe("criterion a");
  });
});

describe("several targets", () => {
  const keys = ["ctx-a", "ctx-b"];
  const plan = (history: History, target: string, steps: readonly PlannedStep[]): History =>
    history.add("phase.expanded", { target, phase: "look" }, { title: "Look", skipped: null, steps });
  const bare = { item_key: "", item: null, request: null, says: "", cannot_undo: null, risk: "read" } as const;
  const read = { ...bare, step: "volumes", does: "read", title: "Ask" } as const;
  const gate = { ...bare, step: "keep", does: "gate", title: "Keep?" } as const;
  const pause = { ...read, step: "pause" };
  const at = (target: string, step: string) => ({ target, phase: "look", step, item: "" });

  it("go on to a gate each, and are asked about together there", () => {
    const history = plan(plan(new History({ keys }).begun(), "ctx-a", [read, gate]), "ctx-b", [read, gate]);
    expect(nextOf(history)).toBe("read volumes a");
    history.add("step.read", at("ctx-a", "volumes"), { says: "", facts: {} });
    expect(nextOf(history)).toBe("read volumes b");
    history.add("step.read", at("ctx-b", "volumes"), { says: "", facts: {} });
    expect(nextOf(history)).toBe("gate keep a+b");
  });

  it("wait together where they have come to the same wait, before any gate", () => {
    const history = plan(plan(historyOf(WAIT, {}, keys).begun(), "ctx-a", [pause, gate]), "ctx-b", [pause, gate]);
    expect(nextOf(history)).toBe("wait pause a+b");
    const ahead = plan(plan(historyOf(WAIT, {}, keys).begun(), "ctx-a", [gate]), "ctx-b", [pause, gate]);
    expect(nextOf(ahead)).toBe("wait pause b");
  });

  it("are asked for the approvals that are missing, each target for itself", () => {
    const history = approved(new History({ keys }));
    skip(history, "look", "ctx-b");
    const place = { target: "ctx-b", phase: "detach" };
    history.add("phase.expanded", place, { title: "2", skipped: null, steps: [detach("vol-1")] });
    history.add("step.previewed", { ...place, step: "detach", item: "vol-1" }, { preview: null });
    expect(nextOf(history)).toBe("approve detach b");
  });

  it("are asked about different failed steps one after the other", () => {
    const history = plan(plan(historyOf(WAIT, {}, keys).begun(), "ctx-a", [read]), "ctx-b", [pause]);
    history.add("step.marked", at("ctx-a", "volumes"), { mark: "failed", says: "", evidence: null });
    history.add("step.marked", at("ctx-b", "pause"), { mark: "failed", says: "", evidence: null });
    expect(nextOf(history)).toBe("failure volumes a");
  });

  it("are asked about one failed step together, but about each doubt alone", () => {
    const fail = (mark: "failed" | "in-doubt"): History => {
      const history = new History({ keys }).begun();
      skip(skip(history, "look"), "look", "ctx-b");
      const steps = [detach("vol-1")];
      history.add("phase.expanded", { target: "ctx-b", phase: "detach" }, { title: "2", skipped: null, steps });
      for (const target of keys) {
        const place = { target, phase: "detach", step: "detach", item: "vol-1" };
        history.add("step.marked", place, { mark, says: "", evidence: null });
      }
      return history;
    };
    expect(nextOf(fail("failed"))).toBe("failure detach vol-1 a+b");
    expect(nextOf(fail("in-doubt"))).toBe("failure detach vol-1 a");
  });
});

describe("a rung", () => {
  const touch = { step: "touch", does: "read", item_key: "", item: null, title: "Touch", request: null } as const;
  const steps = [{ ...touch, says: "", cannot_undo: null, risk: "read" } as const];
  const place = { target: "ctx-a", phase: "nudge" };
  const climbing = (planned: readonly PlannedStep[] = steps): History => {
    const history = skip(historyOf(asLadder), "look");
    const page = { approval: "@start#1", page_digest: "d", risk: "change", typed: null } as const;
    history.add("approval.requested", {}, { ...page, covers: [] });
    history.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
    return history.add("phase.expanded", place, { title: "1 Nudge", skipped: null, steps: planned });
  };
  const read = (): History =>
    climbing().add("step.read", { ...place, step: "touch", item: "" }, { says: "", facts: {} });

  it("is watched once its steps are done, and climbed from once its time is over", () => {
    expect(nextOf(climbing())).toBe("read touch a");
    expect(nextOf(read())).toBe("watch nudge a");
    const watched = read().add("rung.entered", place, { box: 120 });
    expect(nextOf(watched)).toBe("watch nudge a");
    watched.add("rung.ended", place, { result: "timed-out", says: "nothing" });
    expect(nextOf(watched)).toBe("climb nudge a");
  });

  it("is not watched in a dry run, which left its steps out", () => {
    const history = climbing();
    history.add(
      "step.marked",
      { ...place, step: "touch", item: "" },
      { mark: "not-run-dry", says: "", evidence: null },
    );
    expect(next(history.state)).toMatchObject({ do: "end-phase", result: "done" });
    const part = climbing([...steps, ...steps.map((step) => ({ ...step, step: "more" }))]);
    part.add("step.read", { ...place, step: "touch", item: "" }, { says: "", facts: {} });
    part.add("step.marked", { ...place, step: "more", item: "" }, { mark: "not-run-dry", says: "", evidence: null });
    expect(next(part.state)).toMatchObject({ do: "end-phase", result: "done" });
  });
});

describe("the end of a run", () => {
  const through = (over: Partial<Bodies["run.created"]> = {}, change: Change = (source) => source): History => {
    const history = historyOf(change, over);
    approved(history).done("vol-1").done("vol-2");
    history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "done" });
    return skip(history, "snapshots");
  };

  it("looks at each criterion once, then closes", () => {
    expect(next(through().state)).toMatchObject({ do: "criterion", criterion: "volumes-off" });
    expect(nextOf(through().looked(false))).toBe("close");
  });

  it("looks at no criterion that this ending does not ask", () => {
    const unasked: Change = (source) =>
      source.replace("probe: nothing-left }", "probe: nothing-left, when: \"decisions['keep'] == 'keep'\" }");
    expect(nextOf(through({}, unasked))).toBe("close");
  });

  it("collects what the runbook says, once, and nothing in a dry run", () => {
    const history = through({}, EVIDENCE).looked(true);
    expect(next(history.state)).toEqual({ do: "collect", collect: "ps" });
    history.add("evidence.collected", {}, { collect: "ps", title: "", exit: 0, output: "", truncated: false });
    expect(nextOf(history)).toBe("close");
    expect(nextOf(through({ dry: true }, EVIDENCE).looked(true))).toBe("close");
  });

  it("looks at no criterion of a target that left changes out", () => {
    const history = entered(new History({ over: { dry: true } }));
    for (const item of ["vol-1", "vol-2"]) history.marked(item, "not-run-dry");
    history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "done" });
    expect(nextOf(skip(history, "snapshots"))).toBe("close");
  });

  it("is a pause where a target is left as it is", () => {
    const left = (mark: "unreachable" | "in-doubt" | "failed" | "already", mode: "person" | "grant"): boolean => {
      const history = entered(new History({ over: { mode } })).marked("vol-1", mark, "why");
      return isLeft(history.state, history.target);
    };
    expect([left("unreachable", "person"), left("in-doubt", "person"), left("failed", "person")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(left("failed", "grant")).toBe(true);
    expect(left("already", "grant")).toBe(false);
    const history = entered(new History({ over: { mode: "grant" } })).marked("vol-1", "unreachable", "why");
    history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
    expect(nextOf(history)).toBe("pause");
  });
});

it("numbers the pages of a phase, not those of a phase with a longer name", () => {
  const page = { page_digest: "d", risk: "change", typed: null, covers: [] } as const;
  const history = new History();
  expect(nextApprovalId(history.state, "detach")).toBe("detach#1");
  history.add("approval.requested", {}, { ...page, approval: "detach#1" });
  history.add("approval.requested", {}, { ...page, approval: "detach" });
  history.add("approval.requested", {}, { ...page, approval: "detach-root#1" });
  expect(nextApprovalId(history.state, "detach")).toBe("detach#3");
});
