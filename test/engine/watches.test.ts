/** What is said of the questions that a run asks again: only what the journal has a look of. */
import { describe, expect, it } from "vitest";
import { watchesOf, type Watch } from "../../src/engine/watches.ts";
import type { History } from "./history.ts";
import { approved, entered, historyOf, HOLD, STAYS } from "./moments.ts";

const SAW = { count: 2, names: ["a", "b"], none_expected: null };
const LOOKED = { target: "ctx-a", phase: "look" };
const INTENT = { request: {}, request_sha256: "", prepared: {}, approval: "detach#1", limit: 60 };
const A = { target: "ctx-a" };
const watches = ({ state, target }: History): readonly Watch[] => watchesOf(state, target);
const standings = (history: History): string[] => watches(history).map(({ standing }) => standing);
const held = (history = historyOf(HOLD)): History => approved(history).add("phase.ended", LOOKED, { result: "done" });
const sight = (says: string, count: number) => ({ hold: "volumes-off", says, saw: { ...SAW, count } });

describe("a hold", () => {
  it("is to come before its phase has ended, and then not seen until somebody looked", () => {
    expect(standings(entered(historyOf(HOLD)))).toEqual(["ahead"]);
    expect(watches(held())).toMatchObject([
      { standing: "unseen", seen: null, looked: null, note: "the journal has no look at it yet" },
    ]);
  });

  it("is what the look that first saw it so came to, and what had been seen before", () => {
    const history = held().add("hold.looked", A, { sights: [sight("every volume is off", 2)] });
    const [first] = watches(history);
    expect(first).toMatchObject({
      standing: "holds",
      wanted: "Every volume is off",
      source: "the Volume Daemon",
      seen: { says: "2 looked at: a, b" },
      before: null,
    });
    history.add("hold.looked", A, { sights: [sight("every volume is off", 3)] });
    expect(watches(history)).toMatchObject([
      { seen: { says: "3 looked at: a, b and 1 more" }, before: { says: "2 looked at: a, b", at: first?.seen?.at } },
    ]);
    history.add("hold.observed", A, { ...sight("one is on", 2), holds: false, evidence: [] });
    expect(watches(history)).toMatchObject([{ standing: "broken", seen: { says: "one is on" } }]);
  });

  it("was looked at again where an intent rested on it, and by no other event", () => {
    const history = held().add("hold.looked", A, { sights: [sight("", 2)] });
    const [before] = watches(history);
    expect(before?.looked).toBe(before?.seen?.at);
    history.sent("vol-1");
    expect(watches(history).find(({ standing }) => standing === "holds")?.looked).toBe(before?.looked);
    history.add("step.intent", history.place("vol-2"), { ...INTENT, rests_on: ["volumes-off"] });
    const after = watches(history).find(({ standing }) => standing === "holds");
    expect(after?.seen).toEqual(before?.seen);
    expect(after?.looked).toBe(history.state.last_at);
    expect(after?.looked).not.toBe(before?.looked);
  });
});

describe("a finished step that has to stay so", () => {
  const place = { target: "ctx-a", phase: "detach", step: "detach", item: "vol-1" };

  it("holds as its verification saw it, and is broken once it came undone", () => {
    const history = approved(historyOf(STAYS)).done("vol-1");
    expect(watches(history)).toMatchObject([{ standing: "holds", wanted: "Volume vol-1 is detached" }]);
    history.add("step.lapsed", place, { since: "", says: "on again", evidence: [], saw: SAW });
    expect(watches(history)).toMatchObject([{ standing: "broken", seen: { says: "on again" } }]);
  });

  it("was not looked at where somebody only said that it is done", () => {
    expect(standings(approved(historyOf(STAYS)).marked("vol-1", "by-hand"))).toEqual(["unseen"]);
  });
});

describe("a change that was accepted", () => {
  it("is awaited until its limit, by the id under which it was accepted", () => {
    const history = approved().sent("vol-1");
    expect(watches(history)).toEqual([]);
    history.add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false });
    const [wait] = watches(history);
    expect(wait).toMatchObject({
      standing: "awaited",
      source: "the Volume Daemon",
      seen: { says: "accepted as op-7" },
    });
    expect(wait?.untilMs).toBeGreaterThan(Date.parse(wait?.looked ?? ""));
  });
});
