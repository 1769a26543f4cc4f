/** Whose page it is where a run is about several, and who comes after it. */
import { expect, test } from "vitest";
import { REST, START, type RunState, type TargetState } from "../../../src/engine/state.ts";
import type { ApprovalDocument } from "../../../src/engine/approval-document.ts";
import { textOf } from "../../../src/ui/line.ts";
import { approvalHead } from "../../../src/ui/ask/view.ts";
import { ownerText, waitersText } from "../../../src/ui/ask/whose.ts";
import type { RunModel } from "../../../src/ui/model.ts";
import { at, CREATED, driving, historyOf, page } from "../models.ts";

const steps = [{ id: "s", does: "change" }];
const phases = [
  { id: "complete", title: "1 Complete", steps },
  { id: "abandon", title: "2 Abandon", when: "way == 'abandon'", steps },
];
type Over = Partial<Pick<TargetState, "decisions" | "status" | "phases">>;

/** A run over several targets, of which the first is on the page. */
function runOf(...overs: readonly Over[]): RunModel {
  const { run } = driving(null, historyOf(CREATED));
  const { state } = run ?? {};
  const [first] = state?.targets ?? [];
  if (run === null || state === null || state === undefined || first === undefined) throw new Error("no run");
  const targets = overs.map((over, index) => ({ ...first, key: `k${index}`, label: `vm-${index}`, ...over }));
  const late = phases.map((phase) => ({ ...phase, when: undefined }));
  return { ...run, state: { ...state, targets, runbook: { ...state.runbook, phases: late } } as unknown as RunState };
}
const target = (index: number) => ({ key: `k${index}`, label: `vm-${index}`, shown: [], steps: [] });
const about = (over: Partial<ApprovalDocument> = {}) => ({ phase: "complete", targets: [target(0)], ...over });

test("a page about one of several says whose it is, one about all or the first does not", () => {
  const run = runOf({}, {});
  expect(ownerText(run, about())).toBe(" of vm-0");
  expect(ownerText(run, about({ targets: [target(0), target(1)] }))).toBe("");
  expect(ownerText(run, about({ phase: START }))).toBe("");
  expect(ownerText(run, about({ phase: REST }))).toBe("");
  expect(ownerText(runOf({}), about())).toBe("");
});

test("those that come after a page are named, with what was decided for them", () => {
  const look = at(0);
  const going = { phases: {} };
  expect(waitersText(runOf({}, { ...going, decisions: { way: "abandon" } }), about(), look)).toBe(
    "vm-1 comes after this: abandon",
  );
  const both = runOf({}, { ...going, decisions: { way: "abandon" } }, { ...going, decisions: { way: "later" } });
  expect(waitersText(both, about(), look)).toMatch(/^2 \S+ come after this$/u);
  expect(waitersText(runOf({}, { ...going, status: "stopped" }), about(), look)).toBe("");
  expect(waitersText(runOf({}, going), about({ phase: "abandon" }), look)).toBe("");
});

test("a target whose chosen way does not lead through the phases of another one does not come after it", () => {
  const look = at(0);
  const run = runOf({}, { phases: {}, decisions: { ending: "complete" } });
  const { state } = run;
  if (state === null) throw new Error("no run");
  const used = { id: "reset", title: "5 Close", within: "decisions['ending'] == 'abandon'", steps };
  const waiters = (within: string | undefined): string => {
    const phases = [...state.runbook.phases, { ...used, within }] as unknown as RunState["runbook"]["phases"];
    const longer = { ...run, state: { ...state, runbook: { ...state.runbook, phases } } };
    return waitersText(longer, about({ phase: "abandon" }), look);
  };
  expect(waiters(used.within)).toBe("");
  expect(waiters(undefined)).toBe("vm-1 comes after this: complete");
});

test("a long title is cut before the name of the one that it is about", () => {
  const { question } =
    page({ ...about(), title: "3 Revert and delete the snapshots of the failed failover" }).run ?? {};
  if (question?.kind !== "page") throw new Error("no page is open");
  const [title = [], place = []] = approvalHead(runOf({}, { phases: {} }), question, at(0));
  expect(textOf(title)).toMatch(/… of vm-0 +risk: changes$/u);
  expect(textOf(place)).toContain("vm-1 comes after this");
});
