/** Events as lines: who is meant, when, and how sure it is. */
import { describe, expect, it } from "vitest";
import type { Bodies } from "../../src/engine/bodies.ts";
import { BESIDE_TYPES, isFromOutside, isOwed } from "../../src/engine/event-table.ts";
import { eventLines } from "../../src/engine/event-text.ts";
import { History } from "./history.ts";
import { historyOf, SQL } from "./moments.ts";

const linesOf = (history: History): string[] => {
  const event = history.events.at(-1);
  if (event === undefined) throw new Error("there is an event");
  return eventLines(history.state, event);
};

it("says what a run is about with its time once, and whom a step is about on each line", () => {
  expect(linesOf(new History())[0]).toMatch(/^03:12:01Z run 20261122-0312-aaaa: /u);
  expect(linesOf(new History())[1]).toMatch(/^ {10} {2}site lab/u);
  expect(linesOf(new History().begun().sent("vol-1"))).toEqual(["03:12:05Z [vm-a] doing     Detach volume vol-1"]);
});

it("never calls an answer of which nobody knows done", () => {
  const unknown = { kind: "unknown", message: "lost", evidence: {} } as const;
  expect(linesOf(new History().begun().sent("vol-1").outcome("vol-1", unknown))[0]).toContain("UNKNOWN: lost");
  expect(linesOf(new History().begun().sent("vol-1").applied("vol-1"))).toEqual([]);
  expect(linesOf(new History().begun().done("vol-1"))[0]).toContain("ok        Detach volume vol-1; seen: it is off");
});

it("shows nothing raw of what others wrote", () => {
  const note = new History().add("operator.note", { target: "ctx-a" }, { text: "a\u001b[2Jb" });
  expect(linesOf(note)).toEqual([String.raw`03:12:02Z [vm-a] note      a\x1b[2Jb`]);
});

it("says how an approval was given", () => {
  const given = (method: "key" | "typed" | "grant"): string =>
    linesOf(
      new History()
        .begun()
        .add(
          "approval.given",
          {},
          { approval: "x", page_digest: "0123456789abcdef", method, by: "ada", grant: "g.grant" },
        ),
    )[0] ?? "";
  expect(given("key")).toContain("approved  by ada  (page 0123456789ab)");
  expect(given("typed")).toContain("approved  typed by ada");
  expect(given("grant")).toContain("approved  by the grant of g.grant, written by ada");
});

it("lets only what tells of an effect be written on a full disk", () => {
  expect(["step.outcome", "step.accepted", "step.verified", "hold.observed"].filter((type) => !isOwed(type))).toEqual(
    [],
  );
  expect(["step.intent", "approval.given", "run.closed", "no.such"].filter(isOwed)).toEqual([]);
});

it("works out again what the engine says, and takes from outside what it cannot know", () => {
  expect(isFromOutside("phase.expanded")).toBe(false);
  expect(isFromOutside("operator.note")).toBe(true);
  expect(isFromOutside("clock.jumped")).toBe(true);
});

it("leaves a closed run closed, whatever a person or the product's log says of it later", () => {
  expect(
    ["operator.note", "operator.resolved", "joblog.written"].filter((type) => !BESIDE_TYPES.includes(type)),
  ).toEqual([]);
  expect(["run.resumed", "clock.jumped", "step.marked"].filter((type) => BESIDE_TYPES.includes(type))).toEqual([]);
});

const plain = (history: History): string[] => linesOf(history).map((line) => line.slice("03:12:05Z ".length));
const begun = (): History => new History().begun();

describe("what a run is about", () => {
  const head = (over: Partial<Bodies["run.created"]>): string[] => linesOf(new History({ over }));
  it("names site, database, operator and targets", () => {
    const { runbook } = new History().state;
    expect(head({})).toEqual([
      `03:12:01Z run 20261122-0312-aaaa: ${runbook.title}`,
      "            site lab, database db on oma:3306 (10.11) as oma",
      "            by ada (uid 1000) on oma",
      "            targets: vm-a (ctx-a)",
      ...runbook.warnings.map((warning) => `            ! ${warning}`),
    ]);
  });
  it("says loudly what is a lab, a dry run or a part", () => {
    const lab = { name: "lab", lab: "incident", scale: 1 };
    expect(head({ site: lab })[0]).toMatch(/ {2}LAB incident$/u);
    expect(head({ site: { ...lab, scale: 20 } })[0]).toMatch(/ {2}LAB incident at 20 times speed$/u);
    expect(head({ dry: true }).slice(0, 2)).toEqual([
      expect.stringMatching(/^03:12:01Z DRY RUN 20261122-0312-aaaa: /u),
      "            nothing is carried out; changes are previewed, rolled back and left out",
    ]);
    expect(head({ phases: ["look", "detach"] })).toContain("            chosen phases: look, detach");
  });
});

const DECISION = { gate: "way", asks: "gate", choice: "release", then: "go-on" } as const;

describe("each event has its line", () => {
  const place = { target: "ctx-a", phase: "detach", step: "detach", item: "vol-1", attempt: "try-vol-1" };
  const page = { approval: "detach#1", page_digest: "0123456789abcdef" };
  it.each<[string, (history: History) => History, string[]]>([
    [
      "run.resumed",
      (history) => history.add("run.resumed", {}, { tool: "test" } as never),
      ["run 20261122-0312-aaaa is taken up again by ada; approvals from before are void"],
    ],
    [
      "run.paused",
      (history) => history.add("run.paused", {}, { reason: "unreachable", exit: 69, says: "no answer" }),
      ["run 20261122-0312-aaaa is paused (unreachable), exit 69: no answer"],
    ],
    [
      "approval.requested",
      (history) => history.add("approval.requested", {}, { ...page, risk: "change", typed: null, covers: [] }),
      [],
    ],
    [
      "approval.rejected",
      (history) => history.add("approval.rejected", {}, { ...page, says: "not now" }),
      ["REJECTED  not now"],
    ],
    [
      "approval.expired",
      (history) => history.add("approval.expired", {}, { ...page, says: "too old" }),
      ["expired   the approval is void: too old"],
    ],
    [
      "operator.approved",
      (history) => history.add("operator.approved", {}, { ...page, by: "eve" } as never),
      [
        "approved  eve approved page 0123456789ab beforehand; it counts for the same page of the next session, for five minutes",
      ],
    ],
    [
      "clock.jumped",
      (history) => history.add("clock.jumped", {}, { seconds: -7, before: "a", after: "b" }),
      ["CLOCK     the wall clock jumped 7 s back: from a to b; ages are not judged by it"],
    ],
    [
      "clock.jumped, ahead",
      (history) => history.add("clock.jumped", {}, { seconds: 7, before: "a", after: "b" }),
      ["CLOCK     the wall clock jumped 7 s ahead, or this machine slept: from a to b; ages are not judged by it"],
    ],
    [
      "phase.expanded",
      (history) =>
        history.add("phase.expanded", { target: "ctx-a", phase: "look" }, { title: "1 Look", skipped: "x", steps: [] }),
      ["[vm-a] --- 1 Look: not needed (x)"],
    ],
    [
      "phase.ended",
      (history) => history.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" }),
      ["[vm-a] --- the phase failed for vm-a"],
    ],
    [
      "step.read",
      (history) => history.add("step.read", place, { says: "2 volumes", facts: {} }),
      ["[vm-a] ok        2 volumes"],
    ],
    [
      "step.previewed",
      (history) =>
        history.add("step.previewed", place, { preview: { matched: 1, key_columns: ["id"], keys: [["7"]] } }),
      ["[vm-a] preview   Detach volume vol-1: 1 row, id 7"],
    ],
    [
      "step.previewed, blind",
      (history) => history.add("step.previewed", place, { preview: { blind: "DDL" } }),
      ["[vm-a] preview   Detach volume vol-1: none, so no row was counted"],
    ],
    ["step.previewed, none", (history) => history.add("step.previewed", place, { preview: { none: true } }), []],
    [
      "step.accepted",
      (history) => history.sent("vol-1").add("step.accepted", place, { id: "op-1", adopted: false }),
      ["[vm-a] waiting   Detach volume vol-1: accepted as op-1"],
    ],
    [
      "step.accepted, found",
      (history) => history.sent("vol-1").add("step.accepted", place, { id: "op-1", adopted: true }),
      ["[vm-a] waiting   Detach volume vol-1: found again as op-1"],
    ],
    [
      "step.outcome",
      (history) =>
        history
          .sent("vol-1")
          .outcome("vol-1", { kind: "not-applied", why: "refused", code: null, message: "no", evidence: {} }),
      ["[vm-a] outcome   Detach volume vol-1: not done (refused): no"],
    ],
    [
      "step.verified",
      (history) => history.add("step.verified", place, { holds: false, says: "it is on", evidence: [] }),
      ["[vm-a] NOT SEEN  Detach volume vol-1; seen: it is on"],
    ],
    [
      "step.lapsed",
      (history) => history.add("step.lapsed", place, { says: "it is on again", evidence: [] } as never),
      ["[vm-a] LAPSED    Detach volume vol-1 came undone: it is on again"],
    ],
    [
      "step.marked",
      (history) => history.marked("vol-1", "already", "it is off"),
      ["[vm-a] already   Detach volume vol-1: it is off"],
    ],
    ["step.marked, by condition", (history) => history.marked("vol-1", "skipped-by-condition", "no"), []],
    [
      "decision.requested",
      (history) =>
        history.add("decision.requested", place, { gate: "way", asks: "gate", question: "Which way?", choices: [] }),
      ["[vm-a] asked     Which way?"],
    ],
    [
      "decision.made",
      (history) => history.add("decision.made", place, { ...DECISION, method: "person", note: "it hangs" }),
      ["[vm-a] decided   way: release (person): it hangs"],
    ],
    [
      "hold.observed",
      (history) =>
        history.add("hold.observed", place, { hold: "gone", holds: true, says: "gone", evidence: [] } as never),
      ["[vm-a] holds     gone"],
    ],
    [
      "hold.observed, broken",
      (history) =>
        history.add("hold.observed", place, { hold: "gone", holds: false, says: "back", evidence: [] } as never),
      ["[vm-a] NO LONGER back"],
    ],
    [
      "evidence.collected",
      (history) =>
        history.add("evidence.collected", { target: "ctx-a" }, {
          title: "logs",
          output: "a\nb",
          truncated: true,
        } as never),
      ["[vm-a] evidence  logs: 2 lines (shortened), in the report"],
    ],
    ["joblog.written", (history) => history.add("joblog.written", {}, { rows: {}, behind: 0, reason: "" }), []],
  ])("%s", (_type, make, lines) => {
    expect(plain(make(begun()))).toEqual(lines);
  });
});

it("a dry run that left a change out shows its request, and what of it could not be taken back", () => {
  const history = new History({ over: { dry: true } }).begun().marked("vol-1", "not-run-dry", "left out");
  const [head, ...rest] = linesOf(history);
  expect(head).toMatch(/Detach volume vol-1: left out$/u);
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.join("\n")).toMatch(/^ {10}/u);
  expect(rest.join("\n")).not.toContain("CANNOT BE UNDONE");
});

it("a look at what became of a change says whether it is known", () => {
  const lost = { kind: "unknown", message: "lost", evidence: {} } as const;
  const looked = (outcome: Bodies["step.reconciled"]["outcome"]): string => {
    const history = begun().sent("vol-1").outcome("vol-1", lost);
    return plain(history.add("step.reconciled", history.place("vol-1"), { outcome }))[0] ?? "";
  };
  expect(looked(lost)).toMatch(/^\[vm-a\] IN DOUBT {2}\S/u);
  expect(looked({ kind: "applied", evidence: {} })).toMatch(/^\[vm-a\] looked {4}\S/u);
});

describe("the rows of a change that stands on no page", () => {
  const preview = {
    table: "ossea_volumes",
    key_columns: ["id"],
    keys: [["7"]],
    matched: 1,
    digest: "d",
    undo: { kind: "complete", why: [] },
    diff: {
      verb: "update",
      changed: 1,
      unchanged: 0,
      rows: [{ key: ["7"], cells: [{ column: "snapshot_id", before: "snap-1", after: "" }] }],
      columns: [],
      before: "b",
      after: "a",
    },
  };
  const of = (over: Partial<Bodies["run.created"]> = {}): History => historyOf(SQL, over).begun();
  const shown = (history: History): string[] => linesOf(history).filter((line) => line.startsWith("          "));

  it("are shown with the way back where a dry run previews it, and on its page where there is one", () => {
    const lines = shown(of({ dry: true }).add("step.previewed", new History().place("vol-1"), { preview }));
    expect(lines.join("\n")).toContain("snapshot_id");
    expect(lines.at(-1)).toMatch(/^ {10}undo: /u);
    expect(shown(of().add("step.previewed", new History().place("vol-1"), { preview }))).toEqual([]);
  });

  it("are shown where it failed before anybody was asked, without a way back: there is nothing to take back", () => {
    const history = of();
    const body = { mark: "failed", says: "too many rows", evidence: preview } as const;
    const lines = shown(history.add("step.marked", history.place("vol-1"), body));
    expect(lines.join("\n")).toContain("snapshot_id");
    expect(lines.join("\n")).not.toContain("undo: ");
  });
});

it("a run that is closed says how it ended for each target, and what followed it", () => {
  const [first, second] = linesOf(begun().done("vol-1").done("vol-2").looked(true).closed(0));
  expect(first).toMatch(/^\S+ run 20261122-0312-aaaa is closed, exit 0$/u);
  expect(second).toMatch(/^ {12}vm-a: .+ {2}\[\S+ \w+ 03:12:\d\dZ\]$/u);
  const followed = begun().add("run.closed", {}, { exit: 1, ends: [], followed_by: "next" });
  expect(linesOf(followed)[0]).toContain("exit 1; run next was begun for what it did not recover");
});
