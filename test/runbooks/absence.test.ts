import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { trueWithout, type NamedTypes } from "../../src/runbooks/absence.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { runbookHere } from "../ui/runbook.ts";

const TYPES: NamedTypes = {
  inputs: {},
  facts: { ids: "list<string>", jobs: "list<Job>", name: "string" },
  result: "list<Row>",
  fieldsOf: (type) =>
    type === "Row" || type === "Job" ? { id: "string", status: "string", number: "int" } : undefined,
};

describe("an expectation that is true of nothing", () => {
  it.each<[string, readonly string[] | null]>([
    ["result.all(r, r.status == 'done')", ["result"]],
    ["result.size() == 0", ["result"]],
    ["result.size() > 0 && result.all(r, r.status == 'done')", null],
    ["result.exists(r, r.status == 'done')", null],
    ["facts.ids.all(id, result.exists(r, r.id == id))", ["facts.ids"]],
    ["result.size() > 0 && facts.ids.size() > 0 && facts.ids.all(id, result.exists(r, r.id == id))", null],
    ["result.size() == facts.ids.size()", ["result", "facts.ids"]],
    ["facts.jobs.all(j, result.all(r, r.id != j.id))", ["result"]],
    ["done['detach'].all(v, v != '')", ["done.detach"]],
    ["facts.name == 'x'", null],
    ["result[0].status == 'done'", null],
  ])("%s is found, one list at a time and all at once", (expression, lists) => {
    expect(trueWithout(expression, TYPES)).toEqual(lists);
  });
});

const EXPECT =
  "expect: result.size() > 0 && result.all(v, v.where == 'detached')\n        because: a volume is still attached";

const problems = (to: string): string[] => {
  try {
    runbookHere((source) => source.replace(EXPECT, to));
    return [];
  } catch (error) {
    return [String(error)];
  }
};

describe("a runbook", () => {
  it("is refused where a probe is true of nothing, and accepted where it says why nothing is a good answer", () => {
    const bare = "expect: result.all(v, v.where == 'detached')";
    expect(problems(bare).join("")).toMatch(/this is true of nothing: it holds when result is empty/u);
    expect(problems(`${bare}\n        none_expected: a VM without volumes has none`)).toEqual([]);
  });

  it("is refused where it says why of an expectation that nothing never satisfies", () => {
    const said = problems(EXPECT.replace("\n", "\n        none_expected: it cannot be\n"));
    expect(said.join("")).toMatch(/the expectation never holds of an empty answer: leave this out/u);
  });

  it("is refused where an expectation is true only while several lists are empty at once", () => {
    const said = problems("expect: result.size() == facts.volumes.size()");
    expect(said.join("")).toMatch(/result and facts\.volumes are empty/u);
  });

  it("as shipped is refused with the guard of any one probe taken away", () => {
    const shipped = readFileSync(new URL("../../runbooks.yaml", import.meta.url), "utf8");
    // Where a second list is guarded as well, that one refuses the empty answer already.
    const guards = [...shipped.matchAll(/result\.size\(\) > 0 && (?!facts\.\w+\.size\(\) > 0)/gu)];
    expect(guards.length).toBeGreaterThan(5);
    const accepted = guards.filter(({ index, 0: guard }) => {
      const loaded = loadRunbooks(shipped.slice(0, index) + shipped.slice(index + guard.length), "f.yaml");
      return loaded.ok || !loaded.error.some(({ message }) => message.includes("true of nothing"));
    });
    expect(accepted.map(({ index }) => shipped.slice(index, index + 120))).toEqual([]);
  });
});
