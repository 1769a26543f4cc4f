/** A grant for callers that cannot be asked: of one kind of job, so many runs in so much time. */
import { expect, it } from "vitest";
import { contractsOf } from "../../src/engine/grant.ts";
import { grantFor, parseStanding, type Asked, type StandingGrant } from "../../src/engine/standing-grant.ts";
import { bad, good } from "../support/result.ts";
import { runbookHere } from "../ui/runbook.ts";

const { runbook, digest } = runbookHere();
const standing: StandingGrant = {
  handrail_standing_grant: 1,
  runbook: runbook.id,
  runbook_digest: digest,
  site: "lab",
  job_type: "test",
  contracts: contractsOf(runbook),
  rate: { runs: 2, seconds: 3_600 },
  written_by: "ada",
  written_at: "2026-11-21T00:00:00Z",
  expires_at: "2026-11-23T00:00:00Z",
};
const target = (job_type: string | null) => ({ key: "ctx-a", label: "vm-a", row: { job_type } });
const request = (over: Partial<Asked> = {}): Asked => ({
  runbook,
  digest,
  site: "lab",
  targets: [target("test")],
  used: 0,
  now: "2026-11-22T03:12:00Z",
  ...over,
});

it("becomes a grant for the targets of one run, within the same bounds", () => {
  const { handrail_standing_grant: _version, job_type: _type, rate: _rate, ...bounds } = standing;
  expect(good(grantFor(standing, request()))).toEqual({
    ...bounds,
    handrail_grant: 1,
    targets: [{ key: "ctx-a", label: "vm-a" }],
  });
});

it("is for one kind of job; a VM without an unfinished one is of no kind", () => {
  expect(bad(grantFor(standing, request({ targets: [target("test"), target("live")] })))).toBe(
    "the standing grant is for jobs of the type test; vm-a has one of another kind",
  );
  expect(good(grantFor(standing, request({ targets: [target(""), target(null)] }))).targets).toHaveLength(2);
});

it("is used up by as many runs as it allows", () => {
  expect(grantFor(standing, request({ used: 1 })).ok).toBe(true);
  expect(bad(grantFor(standing, request({ used: 2 })))).toBe(
    "the standing grant is used up: it allows 2 runs in 3600 seconds",
  );
});

it("covers nothing that a grant for the run would not cover", () => {
  expect(bad(grantFor(standing, request({ site: "prod" })))).toContain("is for the site lab, not prod");
  expect(bad(grantFor(standing, request({ now: standing.expires_at })))).toContain("expired");
});

it("is read from its file, and said to be none where it is none", () => {
  expect(good(parseStanding(JSON.stringify(standing), "s.json"))).toEqual(standing);
  expect(bad(parseStanding("no", "s.json"))).toBe("s.json is not a standing grant: it is not JSON");
  const never = { ...standing, rate: { runs: 0, seconds: 1 } };
  expect(bad(parseStanding(JSON.stringify(never), "s.json"))).toMatch(
    /^s\.json is not a standing grant; write.*rate/su,
  );
});
