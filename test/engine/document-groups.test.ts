/** Steps that differ in values only, together; and what words have in common. */
import { describe, expect, it } from "vitest";
import type { DocumentTarget } from "../../src/engine/approval-document.ts";
import { groupsOf, templateOf } from "../../src/engine/document-groups.ts";
import { aStep } from "../support/document.ts";

const target = (label: string, ...names: readonly string[]): DocumentTarget => ({
  key: `ctx-${label}`,
  label,
  shown: [],
  steps: names.map((name, index) => aStep({ step: name, item_key: String(index) })),
});
const namesOf = (targets: readonly DocumentTarget[]): string[] =>
  groupsOf(targets).map((group) => `${group[0].step.step}: ${group.map(({ target: { label } }) => label).join(" ")}`);

describe("groups of steps", () => {
  it("hold what follows each other alike, of all targets", () => {
    expect(namesOf([target("a", "off", "off", "clear"), target("b", "off", "clear")])).toEqual([
      "off: a a b",
      "clear: a b",
    ]);
  });

  it("stand in the order in which each target comes to them", () => {
    expect(namesOf([target("a", "off", "clear"), target("b", "off", "revert", "clear")])).toEqual([
      "off: a b",
      "revert: b",
      "clear: a b",
    ]);
  });

  it("never put one step before another that it follows", () => {
    expect(namesOf([target("a", "off", "on", "off")])).toEqual(["off: a", "on: a", "off: a"]);
  });

  it.each([
    ["risk", { risk: "destroy" }],
    ["way back", { undo: { kind: "none", why: ["gone"] } }],
    ["reason for the name", { raises: ["more rows than expected"] }],
    ["preview", { preview: { keys: [] } }],
    ["limit", { limit: 61 }],
  ] as const)("keep apart what differs in its %s", (_name, more) => {
    const steps = [aStep(), aStep(more)];
    expect(groupsOf([{ key: "k", label: "l", shown: [], steps }])).toHaveLength(2);
  });
});

describe("what lines have in common", () => {
  it("is said with holes, and each line's own words in their order", () => {
    expect(templateOf(["detach 4d4a of vm-1", "detach 76e6 of vm-2"])).toEqual({
      text: "detach … of …",
      values: [
        ["4d4a", "vm-1"],
        ["76e6", "vm-2"],
      ],
    });
  });

  it("keeps a name of a value and brackets around it", () => {
    expect(templateOf(["x id=1 (a)", "x id=2 (b)"])).toEqual({
      text: "x id=… (…)",
      values: [
        ["1", "a"],
        ["2", "b"],
      ],
    });
    expect(templateOf(["x id=1", "x name=2"])?.values).toEqual([["id=1"], ["name=2"]]);
    expect(templateOf(["x id=", "x id=2"])?.values).toEqual([["id="], ["id=2"]]);
  });

  it("is nothing of lines with another number of words, and all of the same line", () => {
    expect(templateOf(["a b", "a"])).toBeNull();
    expect(templateOf(["a b", "a b"])).toEqual({ text: "a b", values: [] });
  });
});
