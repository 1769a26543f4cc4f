/** `--decide` as it is said: of all targets of a run, or of one by its name, word or key. */
import { describe, expect, it } from "vitest";
import type { Target } from "../../src/engine/bodies.ts";
import { decisionsOf, statedDecisions } from "../../src/cli/session/decisions.ts";
import { Stop } from "../../src/cli/io.ts";
import { runbookHere } from "../ui/runbook.ts";

const { runbook } = runbookHere();
const targets: readonly Target[] = [
  { key: "ctx-a", label: "vm-a", word: "vm-a", row: {} },
  { key: "ctx-b", label: "two:parts", word: "two:parts", row: {} },
  { key: "ctx-c", label: "twin", word: "twin-c", row: {} },
  { key: "ctx-d", label: "twin", word: "twin-d", row: {} },
];
const decided = (...decisions: readonly string[]) =>
  decisionsOf(statedDecisions({ decisions, grant: null }, runbook), targets, runbook);
function refusal(act: () => unknown): Stop {
  try {
    act();
  } catch (error) {
    if (error instanceof Stop) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("a decision made beforehand", () => {
  it("is of all targets where it names none", () => {
    expect(decided("keep=stop")).toEqual({
      "ctx-a": { keep: "stop" },
      "ctx-b": { keep: "stop" },
      "ctx-c": { keep: "stop" },
      "ctx-d": { keep: "stop" },
    });
    expect(decided()).toEqual({});
  });

  it.each(["ctx-b", "two:parts"])("is of one by its name or key: %s", (name) => {
    expect(decided(`${name}:keep=stop`)).toEqual({ "ctx-b": { keep: "stop" } });
  });

  it("of one counts before one of all, whichever was said first", () => {
    for (const order of [
      ["keep=keep", "vm-a:keep=stop"],
      ["vm-a:keep=stop", "keep=keep"],
    ])
      expect(decided(...order)).toMatchObject({ "ctx-a": { keep: "stop" }, "ctx-b": { keep: "keep" } });
  });

  it("tells those of one name apart by their word or key, and refuses the name with both listed", () => {
    expect(decided("twin-d:keep=stop")).toEqual({ "ctx-d": { keep: "stop" } });
    const { exit, message } = refusal(() => decided("twin:keep=stop"));
    expect(exit).toBe(64);
    expect(message).toContain("twin (ctx-c), twin (ctx-d)");
  });

  it("of nobody in the run is refused with those that are", () => {
    const { exit, message } = refusal(() => decided("vm-x:keep=stop"));
    expect(exit).toBe(64);
    expect(message).toMatch(/no \S+ vm-x; it is about vm-a \(ctx-a\), .*Nothing was executed/u);
  });

  it("of what is not asked, or with what is no choice, is refused before anything is opened", () => {
    expect(refusal(() => decided("vm-a:kept=stop")).message).toContain("asks nothing named kept; it asks keep");
    expect(refusal(() => decided("vm-a:keep=go")).message).toContain("the choices are keep, stop");
    expect(refusal(() => decided("keep")).message).toContain("the choices are keep, stop");
  });
});
