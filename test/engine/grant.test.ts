/** What was approved beforehand, and nothing beyond it. */
import { describe, expect, it } from "vitest";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import {
  contractsOf,
  covers,
  parseGrant,
  textsOf,
  whyNot,
  type Grant,
  type GrantPlan,
} from "../../src/engine/grant.ts";
import { aDocument, aStep } from "../support/document.ts";
import { bad, good } from "../support/result.ts";
import { runbookHere } from "../ui/runbook.ts";
import { all, EVIDENCE, REQUIRE, type Change } from "./moments.ts";

const NOW = "2026-11-22T03:12:00Z";

const bookOf = (change: Change = (source) => source) => runbookHere(change);
const planOf = (change?: Change, over: Partial<GrantPlan> = {}): GrantPlan => {
  const { runbook, digest } = bookOf(change);
  return { runbook, digest, site: "lab", targets: [{ key: "ctx-a", label: "vm-a", row: {} }], inputs: {}, ...over };
};
const grantOf = (change?: Change, over: Partial<Grant> = {}): Grant => {
  const { runbook, digest } = bookOf(change);
  return {
    handrail_grant: 1,
    runbook: runbook.id,
    runbook_digest: digest,
    site: "lab",
    targets: [{ key: "ctx-a", label: "vm-a" }],
    contracts: contractsOf(runbook),
    written_by: "ada",
    written_at: "2026-11-21T00:00:00Z",
    expires_at: "2026-11-23T00:00:00Z",
    ...over,
  };
};

describe("a grant fits a run", () => {
  it("of its runbook, site and targets while it has not expired", () => {
    expect(whyNot(grantOf(), planOf(), NOW)).toBeNull();
  });

  it.each([
    ["of another runbook", { runbook: "other" }, "is for the runbook other, not small-cleanup"],
    ["of an older runbook", { runbook_digest: "0".repeat(64) }, "is for another text of the"],
    ["of another site", { site: "prod" }, "is for the site prod, not lab"],
    ["that expired this moment", { expires_at: NOW }, "the grant expired at"],
    ["without a step", { contracts: {} }, "does not cover the phases detach, snapshots"],
    ["of another target", { targets: [{ key: "ctx-b", label: "vm-b" }] }, "the grant does not cover vm-a"],
  ])("and not one %s", (_which, over, message) => {
    expect(whyNot(grantOf(undefined, over), planOf(), NOW)).toContain(message);
  });

  it("for all of its targets, not for some", () => {
    const targets = ["a", "b"].map((name) => ({ key: `ctx-${name}`, label: `vm-${name}`, row: {} }));
    expect(whyNot(grantOf(), planOf(undefined, { targets }), NOW)).toBe("the grant does not cover vm-b");
  });

  it("of chosen phases with the contracts of those alone", () => {
    const { detach } = grantOf().contracts;
    const only = grantOf(undefined, { contracts: { detach: detach ?? "" } });
    expect(whyNot(only, planOf(undefined, { phases: ["detach"] }), NOW)).toBeNull();
    expect(whyNot(only, planOf(undefined, { phases: ["snapshots"] }), NOW)).toContain("the phases snapshots;");
    const { runbook } = bookOf();
    expect(Object.keys(contractsOf(runbook, ["detach"]))).toEqual(["detach"]);
    expect(Object.keys(contractsOf(runbook))).toEqual(["detach", "delete"]);
  });
});

describe("the shell texts of a run", () => {
  const scripts = (...lines: readonly string[]): Change =>
    all(EVIDENCE, (source) => source.replace("script: ps }]", `script: ${JSON.stringify(lines.join("\n"))} }]`));
  const granted = (change: Change): Grant => grantOf(change, { texts: textsOf(bookOf(change).runbook) });
  const misfit = (before: Change, now: Change): string | null => whyNot(granted(before), planOf(now), NOW);

  it("are those that were granted, letter for letter", () => {
    expect(misfit(scripts("ps", "df"), scripts("ps", "df"))).toBeNull();
    expect(misfit(scripts("ps", "df"), scripts("ps", "du"))).toContain('at line 2: it was "df", and is "du"');
    expect(misfit(scripts("ps", "df"), scripts("ps"))).toContain('at line 2: it was "df", and is nothing');
    expect(misfit(scripts("ps"), scripts("ps", "df"))).toContain('at line 2: it was nothing, and is "df"');
    expect(misfit(scripts("df", "ps"), scripts("du", "ps"))).toContain("at line 1");
  });

  it("are none that came later, and all that were there", () => {
    expect(misfit((source) => source, EVIDENCE)).toContain('"Processes" was not there when');
    expect(misfit(EVIDENCE, (source) => source)).toContain('"Processes" is not there any more');
  });

  it("are taken for another where only the digest says so", () => {
    const [text] = textsOf(bookOf(EVIDENCE).runbook);
    if (text === undefined) throw new Error("there is a text");
    const grant = grantOf(EVIDENCE, { texts: [{ ...text, sha256: "0" }] });
    expect(whyNot(grant, planOf(EVIDENCE), NOW)).toContain("was changed since");
  });

  it("are not asked about by a grant of before there were any", () => {
    expect(whyNot(grantOf(EVIDENCE), planOf(EVIDENCE), NOW)).toBeNull();
  });
});

describe("a page is covered", () => {
  const { runbook } = bookOf();
  const step = aStep({ step: "detach", phase: "detach", risk: "change" });
  const page = (over: Partial<typeof step> = {}, key = "ctx-a"): ApprovalDocument =>
    aDocument({ targets: [{ key, label: "vm", shown: [], steps: [{ ...step, ...over }] }] });

  it("where each step has its granted contract and its own risk", () => {
    expect(covers(grantOf(), page(), runbook)).toBe(true);
    expect(covers(grantOf(), page({ step: "delete", risk: "destroy" }), runbook)).toBe(true);
  });

  it("not where only the preview found how much it risks", () => {
    expect(covers(grantOf(), page({ risk: "destroy" }), runbook)).toBe(false);
  });

  it("not for another target", () => expect(covers(grantOf(), page({}, "ctx-b"), runbook)).toBe(false));

  it("not where its contract is another one today, or was never granted", () => {
    expect(covers(grantOf(), page(), bookOf(REQUIRE).runbook)).toBe(true);
    const other: Change = (source) => source.replace("volume: item.volume_id\n", "volume: item['volume_id']\n");
    expect(covers(grantOf(), page(), bookOf(other).runbook)).toBe(false);
    expect(covers(grantOf(undefined, { contracts: {} }), page(), runbook)).toBe(false);
  });

  it("not where one step of several is beyond it", () => {
    const targets = [{ key: "ctx-a", label: "vm", shown: [], steps: [step, { ...step, risk: "destroy" as const }] }];
    expect(covers(grantOf(), aDocument({ targets }), runbook)).toBe(false);
    const both = [...page().targets, ...page({}, "ctx-b").targets];
    expect(covers(grantOf(), aDocument({ targets: both }), runbook)).toBe(false);
  });

  it("not with a step that the runbook does not have", () => {
    expect(covers(grantOf(undefined, { contracts: { x: "x" } }), page({ step: "x" }), runbook)).toBe(false);
  });
});

it("is read from its file, and said to be none where it is none", () => {
  expect(good(parseGrant(JSON.stringify(grantOf()), "g.json"))).toEqual(grantOf());
  expect(bad(parseGrant("{", "g.json"))).toBe("g.json is not a grant: it is not JSON");
  expect(bad(parseGrant(JSON.stringify({ ...grantOf(), site: 1 }), "g.json"))).toMatch(
    /^g\.json is not a grant; write a new one.*\n {2}.*site/su,
  );
});
