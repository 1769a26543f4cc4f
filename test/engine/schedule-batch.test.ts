/** Many targets at once: which of them may go on, which wait for each other, and where all of it stops. */
import { describe, expect, it } from "vitest";
import { ready } from "../../src/engine/schedule.ts";
import type { Batch } from "../../src/engine/batch.ts";
import type { Bodies, Mark } from "../../src/engine/bodies.ts";
import { targetsOf } from "../../src/engine/command.ts";
import { detach, History } from "./history.ts";
import { historyOf, LOST, RESCUE, skip, started, WAIT } from "./moments.ts";

const KEYS = ["ctx-a", "ctx-b", "ctx-c"];
const BATCH: Batch = { canary: false, one_page: false, max_parallel: 2, max_failures: 0 };
const PAGE = { page_digest: "d", risk: "change", typed: null } as const;

const of = (batch: Partial<Batch> = {}, over: Partial<Bodies["run.created"]> = {}): History =>
  started(new History({ keys: KEYS, over: { batch: { ...BATCH, ...batch }, ...over } }));

const keysOf = (...names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => `ctx-${name}`));

/** What may be begun, as `expand a`; `busy`, `held`: letters. */
const readyIn = ({ state }: History, busy: readonly string[] = [], held: readonly string[] = []): string[] =>
  ready(state, keysOf(...busy), keysOf(...held)).map((command) =>
    [
      command.do,
      targetsOf(command)
        .map((key) => key.slice(4))
        .join("+"),
    ]
      .join(" ")
      .trim(),
  );

const at = (name: string, item = "vol-1") => ({
  target: `ctx-${name}`,
  phase: "detach",
  step: "detach",
  item,
  attempt: `try-${name}-${item}`,
});
/** The looking is over for a target, and it has come to the phase that detaches. */
const entered = (history: History, ...names: readonly string[]): History => {
  for (const name of names) {
    skip(history, "look", `ctx-${name}`);
    const place = { target: `ctx-${name}`, phase: "detach" };
    history.add("phase.expanded", place, { title: "2", skipped: null, steps: [detach("vol-1")] });
  }
  return history;
};
const previewed = (history: History, ...names: readonly string[]): History => {
  for (const name of names) history.add("step.previewed", at(name), { preview: null });
  return history;
};
const marked = (history: History, name: string, mark: Mark): History =>
  history.add("step.marked", at(name), { mark, says: `${name} ${mark}`, evidence: null });
const sent = (history: History, name: string): History =>
  history.add("step.intent", at(name), { request: {}, request_sha256: "", prepared: {}, approval: "", limit: 60 });
const approve = (history: History, approval: string, ...names: readonly string[]): History => {
  const covers = names.map((name) => ({ target: `ctx-${name}`, step: "detach", item_key: "vol-1" }));
  history.add("approval.requested", {}, { ...PAGE, approval, covers });
  return history.add("approval.given", {}, { ...PAGE, approval, method: "key", by: "ada", grant: null });
};
/** Everything is done for a target but the last look. */
const through = (history: History, ...names: readonly string[]): History => {
  for (const name of names) {
    for (const phase of ["look", "detach", "snapshots"]) skip(history, phase, `ctx-${name}`);
    const saw = { count: 2, names: [], none_expected: null };
    const seen = { criterion: "volumes-off", holds: true, says: "", evidence: [], saw };
    history.add("criterion.observed", { target: `ctx-${name}` }, seen);
  }
  return history;
};

describe("before its first page is answered", () => {
  const fresh = (): History => new History({ keys: KEYS, over: { batch: BATCH } });
  it("nothing but that page is put, and once", () => {
    expect(readyIn(fresh())).toEqual(["start"]);
    expect(readyIn(fresh(), ["a"])).toEqual([]);
    expect(readyIn(fresh(), [], ["a"])).toEqual([]);
  });

  it("a refusal ends the run", () => {
    const history = fresh().add("approval.requested", {}, { ...PAGE, approval: "@start#1", covers: [] });
    history.add("approval.rejected", {}, { approval: "@start#1", says: "no", ends: true });
    expect(readyIn(history)).toEqual(["close"]);
  });

  it("nothing is begun of what was paused or closed", () => {
    expect(readyIn(of().add("run.paused", {}, { reason: "interrupted", exit: 4, says: "" }))).toEqual([]);
    expect(readyIn(through(of(), "a", "b", "c").add("run.closed", {}, { exit: 0, ends: [] }))).toEqual([]);
  });
});

describe("with a person to ask", () => {
  it("everybody looks at the same time, whoever is busy goes on", () => {
    expect(readyIn(of())).toEqual(["expand a", "expand b", "expand c"]);
    expect(readyIn(of(), ["b"])).toEqual(["expand a", "expand c"]);
  });

  it("those that are ahead wait for the others, phase by phase", () => {
    expect(readyIn(entered(of(), "a"))).toEqual(["expand b", "expand c"]);
    expect(readyIn(entered(of(), "a"), ["b", "c"])).toEqual([]);
    expect(readyIn(entered(of(), "a", "b", "c"))).toEqual(["preview a", "preview b", "preview c"]);
  });

  it("a page is put once for all of them, when nobody is under way in that phase", () => {
    const history = previewed(entered(of(), "a", "b", "c"), "a", "b", "c");
    expect(readyIn(history)).toEqual(["approve a+b+c"]);
    expect(readyIn(history, ["b"])).toEqual([]);
    expect(readyIn(previewed(entered(of(), "a", "b", "c"), "a", "b"))).toEqual(["preview c"]);
  });

  it("one page covers all that is left where the batch is so", () => {
    const history = previewed(entered(of({ one_page: true }), "a", "b", "c"), "a", "b", "c");
    expect(readyIn(history)).toEqual(["approve-rest a+b+c"]);
  });

  it("those of such a page go their own way from then on, as many as may at once", () => {
    const history = approve(
      previewed(entered(of({ one_page: true }), "a", "b", "c"), "a", "b", "c"),
      "@rest#1",
      "a",
      "b",
      "c",
    );
    expect(readyIn(history)).toEqual(["execute a", "execute b", "execute c"]);
    const begun = entered(of({ one_page: true }), "a");
    approve(previewed(begun, "a"), "@rest#1", "a", "b", "c");
    // One is begun of the two that may be at once.
    expect(readyIn(begun)).toEqual(["execute a", "expand b"]);
    expect(readyIn(begun, ["a"])).toEqual(["expand b"]);
  });

  it("an approval of a page that was never given, or of an ordinary one, frees nobody", () => {
    const asked = previewed(entered(of(), "a", "b"), "a", "b");
    asked.add(
      "approval.requested",
      {},
      { ...PAGE, approval: "@rest#1", covers: [{ target: "ctx-a", step: "detach", item_key: "vol-1" }] },
    );
    // `a` still waits in step for `c`.
    expect(readyIn(asked)).toEqual(["expand c"]);
    const ordinary = approve(previewed(entered(of(), "a", "b"), "a", "b"), "detach#1", "a", "b");
    expect(readyIn(ordinary)).toEqual(["expand c"]);
  });

  it("a page for the rest frees those alone that it covers", () => {
    const history = entered(of({ max_parallel: 3 }), "a", "b", "c");
    approve(previewed(history, "a", "b", "c"), "@rest#1", "a");
    expect(readyIn(history)).toEqual(["approve b+c", "execute a"]);
  });

  it("a wait is one for all that have come to it", () => {
    const history = started(historyOf(WAIT, { batch: BATCH }, KEYS));
    const pause = { step: "pause", does: "read", item_key: "", item: null, title: "Wait", request: null } as const;
    const steps = [{ ...pause, says: "", cannot_undo: null, risk: "read" } as const];
    for (const target of KEYS)
      history.add("phase.expanded", { target, phase: "look" }, { title: "Look", skipped: null, steps });
    expect(readyIn(history)).toEqual(["wait a+b+c"]);
  });
});

describe("without anybody to ask", () => {
  const granted = (over: Partial<Batch> = {}): History => of(over, { mode: "grant" });
  it("as many are begun as may be in the middle of something", () => {
    expect(readyIn(granted())).toEqual(["expand a", "expand b"]);
    expect(readyIn(entered(granted(), "a"))).toEqual(["preview a", "expand b"]);
    expect(readyIn(entered(granted(), "a", "b"))).toEqual(["preview a", "preview b"]);
    expect(readyIn(entered(granted(), "a", "b"), ["a"])).toEqual(["preview b"]);
  });

  it("each asks for its own approval", () => {
    expect(readyIn(previewed(entered(granted(), "a", "b"), "a", "b"))).toEqual(["approve a", "approve b"]);
  });
});

describe("what was lost on its way", () => {
  it("is looked for before anything new is begun for anybody", () => {
    const history = entered(of({}, { mode: "grant" }), "a");
    sent(history, "a").add("step.outcome", at("a"), { outcome: LOST });
    expect(readyIn(history)).toEqual(["settle a"]);
    expect(readyIn(history, ["a"])).toEqual([]);
    // Whoever else could go on waits for it.
    expect(readyIn(entered(history, "b"))).toEqual(["settle a"]);
  });

  it("holds back whoever could go on while it is being looked for, however many failures are allowed", () => {
    const roomy = { max_failures: 5, max_parallel: 5 };
    const history = entered(of(roomy, { mode: "grant" }), "a", "b");
    sent(history, "a").add("step.outcome", at("a"), { outcome: LOST });
    expect(readyIn(history, ["a"])).toEqual([]);
  });

  it("is looked at where it was applied, each on its own", () => {
    const history = entered(of({}, { mode: "grant" }), "a");
    sent(history, "a").add("step.outcome", at("a"), { outcome: { kind: "applied", evidence: {} } });
    expect(readyIn(history)).toEqual(["verify a", "expand b"]);
  });
});

describe("too many failures", () => {
  const failing = (max_failures: number, mode: "grant" | "person" = "grant"): History => {
    const history = entered(of({ max_failures }, { mode }), "a");
    return marked(history, "a", "failed").add(
      "phase.ended",
      { target: "ctx-a", phase: "detach" },
      { result: "failed" },
    );
  };
  it("begin no further target, and say so once nothing is under way", () => {
    const halt = ready(failing(0).state, new Set(), new Set());
    expect(halt).toEqual([{ do: "halt", says: "1 VM failed, more than the 0 that were allowed; 2 were not begun" }]);
    expect(readyIn(failing(1))).toEqual(["expand b", "expand c"]);
    const two = marked(entered(failing(0), "b"), "b", "failed");
    const both = two.add("phase.ended", { target: "ctx-b", phase: "detach" }, { result: "failed" });
    expect(ready(both.state, new Set(), new Set())).toEqual([
      { do: "halt", says: "2 VMs failed, more than the 0 that were allowed; 1 was not begun" },
    ]);
  });

  it("leave what was begun to its end", () => {
    const history = failing(0);
    entered(history, "b");
    sent(history, "b").add("step.outcome", at("b"), { outcome: { kind: "applied", evidence: {} } });
    expect(readyIn(history)).toEqual(["verify b"]);
    expect(readyIn(history, ["b"])).toEqual([]);
  });

  it("count a refusal as none, and not those that were known when the run was taken up", () => {
    const refused = entered(of({}, { mode: "grant" }), "a");
    expect(readyIn(marked(refused, "a", "refused"))).not.toEqual(["halt"]);
    const taken = failing(0).add("run.paused", {}, { reason: "too-many-failures", exit: 1, says: "" });
    taken.add("run.resumed", {}, { mode: "person", tool: "t" });
    expect(readyIn(taken)).not.toContain("halt");
  });

  it("wait for an answer that somebody else has to give", () => {
    expect(readyIn(failing(0), [], ["b"])).toEqual([]);
  });
});

describe("a batch that carries one target out first", () => {
  const canary = (over: Partial<Bodies["run.created"]> = {}): History => of({ canary: true }, over);
  it("begins with it alone", () => {
    expect(readyIn(canary())).toEqual(["expand a"]);
    expect(readyIn(canary(), ["a"])).toEqual([]);
  });

  it("begins the others once it is recovered", () => {
    expect(readyIn(through(canary(), "a"))).toEqual(["expand b", "expand c"]);
  });

  it("has one page for all the rest", () => {
    const history = previewed(entered(through(canary(), "a"), "b", "c"), "b", "c");
    expect(readyIn(history)).toEqual(["approve-rest b+c"]);
    const own = previewed(entered(canary(), "a"), "a");
    expect(readyIn(own)).toEqual(["approve a"]);
  });

  const failed = (mark: Mark): History => {
    const history = marked(entered(canary({ mode: "grant" }), "a"), "a", mark);
    return history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
  };
  it("asks whether to go on where it was not recovered, once, and of those that are left", () => {
    expect(readyIn(failed("failed"))).toEqual(["canary b+c"]);
    expect(readyIn(failed("failed"), [], ["b", "c"])).toEqual([]);
    const on = { gate: "canary", asks: "canary", choice: "go-on", then: "go-on", method: "person" } as const;
    const decided = failed("failed").add("decision.made", { target: "ctx-b" }, on);
    expect(readyIn(decided)).toEqual(["canary c"]);
    const stop = { ...on, choice: "stop", then: "stop" } as const;
    expect(readyIn(failed("failed").add("decision.made", { target: "ctx-b" }, stop))).toEqual(["canary c"]);
    expect(readyIn(decided.add("decision.made", { target: "ctx-c" }, on))).not.toContain("canary b+c");
  });

  it("stops behind it where nobody knows how it ended, or it did not answer", () => {
    expect(readyIn(failed("in-doubt"))).toEqual(["pause"]);
    expect(readyIn(failed("unreachable"))).toEqual(["pause"]);
    expect(readyIn(failed("unreachable"), [], ["b"])).toEqual([]);
  });

  it("of one target alone is a run like any other", () => {
    const history = started(
      new History({ keys: ["ctx-a"], over: { batch: { ...BATCH, canary: true, max_failures: 9 }, mode: "grant" } }),
    );
    const ended = marked(entered(history, "a"), "a", "failed");
    expect(readyIn(ended)).toEqual(["end-phase a"]);
    ended.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
    expect(readyIn(ended)).not.toContain("canary");
  });
});

describe("the end", () => {
  it("comes once, when nothing is under way and nobody waits", () => {
    const history = (): History => through(of(), "a", "b", "c");
    expect(readyIn(history())).toEqual(["close"]);
    expect(readyIn(history(), ["a"])).toEqual([]);
    expect(readyIn(history(), [], ["a"])).toEqual([]);
  });

  it("leaves those aside that wait for an answer, and goes on with the others", () => {
    expect(readyIn(of(), [], ["a"])).toEqual(["expand b", "expand c"]);
    const history = of();
    through(history, "b", "c");
    expect(readyIn(history, [], ["a"])).toEqual([]);
  });

  it("asks once about all that failed in the same phase, when the others are there", () => {
    const history = started(historyOf(RESCUE, { batch: { ...BATCH, max_failures: 9 }, mode: "grant" }, KEYS));
    entered(history, "a", "b", "c");
    for (const name of ["a", "b"]) marked(history, name, "failed");
    previewed(history, "c");
    expect(readyIn(history)).toEqual(["rescue a", "rescue b", "approve c"]);
    const person = started(historyOf(RESCUE, { batch: { ...BATCH, max_failures: 9 } }, KEYS));
    entered(person, "a", "b", "c");
    previewed(approve(previewed(person, "a", "b", "c"), "@rest#1", "a", "b", "c"));
    for (const name of ["a", "b"]) marked(person, name, "failed");
    expect(readyIn(person)).toEqual(["execute c"]);
    expect(readyIn(person, ["c"])).toEqual([]);
    marked(person, "c", "failed");
    expect(readyIn(person)).toEqual(["failure a+b+c"]);
  });
});
