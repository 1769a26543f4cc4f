import { describe, expect, it } from "vitest";
import { rowOf } from "../../src/ui/board/rows.ts";
import { runOfTarget, runsByTarget } from "../../src/ui/run-of-target.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { vmNamed } from "./world.ts";

const run = (run_id: string, status: RunSummary["status"], doubtful: readonly string[] = []): RunSummary => ({
  run_id,
  created: "2026-11-22T03:12:00Z",
  runbook: "small",
  title: "Small",
  operator: "ada",
  driver: "ada (pid 1)",
  targets: [
    { key: "ctx-a", label: "a" },
    { key: "ctx-b", label: "b" },
  ],
  outcome: "",
  status,
  doubts: doubtful.map((target) => ({
    run_id,
    target,
    label: target,
    phase: "p",
    step: "s",
    item: "",
    title: "Detach it",
    status: "intended",
    reason: "",
    event: "e",
    at: "",
  })),
});

describe("the run that speaks for a VM", () => {
  it.each<[string, RunSummary[], string | undefined]>([
    ["none has one", [], undefined],
    ["the newest of several that are closed", [run("2", "closed"), run("1", "closed")], "2"],
    ["one that is driven before one that was left", [run("2", "left"), run("1", "driven")], "1"],
    ["an open one before a newer closed one", [run("2", "closed"), run("1", "paused")], "1"],
    [
      "one in doubt before everything, however old",
      [run("3", "driven"), run("2", "left"), run("1", "paused", ["ctx-a"])],
      "1",
    ],
    ["not one in doubt of another VM", [run("2", "closed"), run("1", "closed", ["ctx-b"])], "2"],
  ])("is %s", (_which, runs, wanted) => {
    expect(runOfTarget(runs, "ctx-a")?.run_id).toBe(wanted);
    expect(runsByTarget(runs).get("ctx-a")?.run_id).toBe(wanted);
  });

  it("makes a VM in doubt on the board, and of the other VM of the same run none", () => {
    const doubtful = run("1", "paused", ["ctx-a"]);
    expect(rowOf(vmNamed("a"), doubtful).status).toBe("in doubt");
    expect(rowOf(vmNamed("b"), doubtful).status).toBe("stuck");
  });
});
