/** Events as lines: who is meant, when, and how sure it is. */
import { expect, it } from "vitest";
import { isFromOutside, isOwed } from "../../src/engine/event-table.ts";
import { eventLines } from "../../src/engine/event-text.ts";
import { History } from "./history.ts";

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
});
