/** What is approved, by which document, and what of it falls away again. */
import { describe, expect, it } from "vitest";
import { APPROVAL_FOLD, uncoverTarget } from "../../../src/engine/apply/approval.ts";
import { OPERATOR_FOLD } from "../../../src/engine/apply/operator.ts";
import { apply } from "../../../src/engine/apply.ts";
import type { Covered } from "../../../src/engine/approval-document.ts";
import type { JsonObject } from "../../../src/ports/json.ts";
import { requestSha } from "../../../src/engine/document-step.ts";
import { detach, History } from "../history.ts";

const DIGEST = "a".repeat(64);
const cover = (item_key: string): Covered => ({ target: "ctx-a", step: "detach", item_key });
const page = (approval: string, ...items: readonly string[]) =>
  ({ approval, page_digest: DIGEST, risk: "change", typed: null, covers: items.map(cover) }) as const;
const given = (approval: string, page_digest = DIGEST) =>
  ({ approval, page_digest, method: "key", by: "ada", grant: null }) as const;

const asked = (...items: readonly string[]): History =>
  new History().begun().add("approval.requested", {}, page("detach#1", ...items));
const approvalsOf = (history: History): (string | null)[] =>
  history.target.phases["detach"]?.slots.map(({ approval }) => approval) ?? [];

describe("an approval", () => {
  it("covers the steps of its document and no others", () => {
    const history = asked("vol-1").add("approval.given", {}, given("detach#1"));
    expect(approvalsOf(history)).toEqual(["detach#1", null]);
    expect(history.state.approvals["detach#1"]).toMatchObject({ status: "given", used: false });
  });

  it("counts for the document that was shown, never for another one", () => {
    const history = asked("vol-1").add("approval.given", {}, given("detach#1", "b".repeat(64)));
    expect(approvalsOf(history)).toEqual([null, null]);
    expect(history.state.approvals["detach#1"]?.status).toBe("open");
  });

  it("of a page that was never asked about changes nothing", () => {
    const history = asked("vol-1");
    const { state } = history;
    history.add("approval.given", {}, given("detach#2"));
    expect(history.state.approvals).toEqual(state.approvals);
  });

  it("of the first page starts the run", () => {
    expect(new History().state.started).toBe(false);
    expect(new History().begun().state.started).toBe(true);
  });

  it("that expired takes its steps back to where they were, previews with it", () => {
    const history = asked("vol-1", "vol-2").add("approval.given", {}, given("detach#1"));
    history.sent("vol-1").add("approval.expired", {}, { approval: "detach#1", says: "older than five minutes" });
    // What is under way is carried to its end.
    expect(approvalsOf(history)).toEqual(["detach#1", null]);
  });

  it("that is used once stays used", () => {
    const history = asked("vol-1").add("approval.given", {}, given("detach#1")).sent("vol-1");
    expect(history.state.approvals["detach#1"]?.used).toBe(true);
  });
});

describe("a page for all the rest", () => {
  const request = requestSha(detach("vol-1").request ?? {});
  const exact: Covered = { ...cover("vol-1"), request };
  /** Given before the phase was entered, whose steps it names with their requests. */
  const entered = (...covers: readonly Covered[]): History => {
    const history = new History();
    history.add("approval.requested", {}, { ...page("@rest#1"), covers });
    return history.add("approval.given", {}, given("@rest#1")).begun();
  };

  it("covers the very request that it showed, of that step of that target, and nothing else", () => {
    expect(approvalsOf(entered(exact))).toEqual(["@rest#1", null]);
    const others = [{ target: "ctx-b" }, { step: "attach" }, { item_key: "vol-3" }, { request: "0".repeat(64) }];
    for (const other of others) expect(approvalsOf(entered({ ...exact, ...other }))).toEqual([null, null]);
  });

  it("is asked about anew where the preview turns out to be more than its contract, and not for its being seen", () => {
    const seen = (preview: JsonObject | null): (string | null)[] => {
      const history = entered(exact);
      return approvalsOf(history.add("step.previewed", history.place("vol-1"), { preview }));
    };
    expect(seen({ matched: 1 })).toEqual(["@rest#1", null]);
    expect(seen(null)).toEqual(["@rest#1", null]);
    expect(seen({ matched: 1, raises: ["a trigger deletes rows"] })).toEqual([null, null]);
  });

  it("is told by its name: a page of one phase showed what its preview raises", () => {
    const history = asked("vol-1").add("approval.given", {}, given("detach#1"));
    history.add("step.previewed", history.place("vol-1"), { preview: { raises: ["a trigger deletes rows"] } });
    expect(approvalsOf(history)).toEqual(["detach#1", null]);
  });
});

describe("a refusal", () => {
  const refused = (ends: boolean, keys = ["ctx-a", "ctx-b"]): History =>
    new History({ keys })
      .begun()
      .add("approval.requested", {}, page("detach#1", "vol-1"))
      .add("approval.rejected", {}, { approval: "detach#1", says: "not now", ...(ends ? { ends: true } : {}) });

  it("before anything was sent refuses the targets of its page alone", () => {
    expect(refused(true).state.targets.map(({ status, reason }) => [status, reason])).toEqual([
      ["refused", "not approved: not now"],
      ["going", ""],
    ]);
  });

  it("after something was sent ends nobody", () => {
    expect(refused(false).state.targets.map(({ status }) => status)).toEqual(["going", "going"]);
  });

  it("of the first page refuses everybody", () => {
    const history = new History({ keys: ["ctx-a", "ctx-b"] })
      .add("approval.requested", {}, page("@start#1"))
      .add("approval.rejected", {}, { approval: "@start#1", says: "no", ends: true });
    expect(history.state.targets.map(({ status }) => status)).toEqual(["refused", "refused"]);
  });
});

describe("an approval beforehand", () => {
  const beforehand = { approval: "detach#1", page_digest: DIGEST, method: "key", by: "eve" } as const;

  it("approves nothing by itself, and counts once", () => {
    const history = asked("vol-1").add("operator.approved", {}, beforehand);
    expect(approvalsOf(history)).toEqual([null, null]);
    expect(history.state.approvals["detach#1"]).toMatchObject({ status: "open", beforehand: { by: "eve" } });
    history.add("approval.requested", {}, page("detach#2", "vol-1"));
    history.add("approval.given", {}, { ...given("detach#2"), beforehand: "detach#1" });
    expect(history.state.approvals["detach#1"]?.beforehand).toBeNull();
    expect(approvalsOf(history)).toEqual(["detach#2", null]);
  });

  it("of another document is none", () => {
    const history = asked("vol-1").add("operator.approved", {}, { ...beforehand, page_digest: "b".repeat(64) });
    expect(history.state.approvals["detach#1"]?.beforehand).toBeNull();
  });
});

it("takes one target out of what was approved, its own planned steps alone", () => {
  const history = asked("vol-1", "vol-2").add("approval.given", {}, given("detach#1")).sent("vol-1");
  const state = uncoverTarget(history.state, "ctx-a");
  expect(state.approvals["detach#1"]?.covers).toEqual([]);
  expect(state.targets[0]?.phases["detach"]?.slots.map(({ approval }) => approval)).toEqual(["detach#1", null]);
  expect(uncoverTarget(history.state, "ctx-b").targets).toEqual(history.state.targets);
});

it("has a row for each event of its families, and folds by it", () => {
  const history = asked("vol-1");
  const [event] = history.events.slice(-1);
  if (event?.type !== "approval.requested") throw new Error("it was asked");
  const folded = APPROVAL_FOLD["approval.requested"](history.state, event);
  expect(apply(history.state, event).approvals).toEqual(folded.approvals);
  expect(Object.keys(OPERATOR_FOLD).filter((type) => !type.startsWith("operator."))).toEqual([]);
});
