/** A grant for callers that cannot be asked: of one kind of job, so many runs in so much time. */
import { expect, it } from "vitest";
import { contractsOf } from "../../src/engine/grant.ts";
import {
  grantFor,
  parseStanding,
  whyNotOffered,
  type Asked,
  type StandingGrant,
} from "../../src/engine/standing-grant.ts";
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
  inputs: null,
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

it("binds what its runs are told, but for what it leaves to callers", () => {
  const free: StandingGrant = { ...standing, inputs: { team: "mail", n: 5 }, caller_inputs: ["n", "ticket"] };
  const inputs = { team: "mail", n: 7, ticket: "INC-1" };
  expect(good(grantFor(free, request({ inputs }))).inputs).toEqual(inputs);
  expect(good(grantFor(free, request())).inputs).toEqual({ team: "mail", n: 5 });
  expect(bad(grantFor(free, request({ inputs: { ...inputs, team: "web" } })))).toBe(
    "the grant is for the input team = mail, and this run was told web",
  );
  expect(bad(grantFor(standing, request({ inputs })))).toContain("team = nothing");
});

it("says why it lets a caller begin nothing, before there is a target", () => {
  const offer = { runbook, digest, site: "lab", now: "2026-11-22T03:12:00Z", names: [] };
  const used: StandingGrant = { ...standing, inputs: { team: "mail" } };
  expect(whyNotOffered(used, offer)).toBeNull();
  expect(whyNotOffered(used, { ...offer, digest: "0" })).toContain("another text of the runbook");
  expect(whyNotOffered(used, { ...offer, now: standing.expires_at })).toContain("expired");
  expect(whyNotOffered(used, { ...offer, names: ["team"] })).toBe(
    "the standing grant lets a caller say no input, and this one says team",
  );
  const free = { ...used, caller_inputs: ["n", "ticket"] };
  expect(whyNotOffered(free, { ...offer, names: ["n"] })).toBeNull();
  expect(whyNotOffered(free, { ...offer, names: ["n", "team"] })).toBe(
    "the standing grant lets a caller say n, ticket alone, and this one says team",
  );
});

it("is of no kind of job where it names none: any target may have one", () => {
  const { job_type: _type, ...own } = standing;
  expect(good(grantFor(own, request({ targets: [target("live")] }))).targets).toHaveLength(1);
  expect(good(parseStanding(JSON.stringify(own), "s.json"))).toEqual(own);
});

it("is read from its file, and said to be none where it is none", () => {
  expect(good(parseStanding(JSON.stringify(standing), "s.json"))).toEqual(standing);
  expect(bad(parseStanding("no", "s.json"))).toBe("s.json is not a standing grant: it is not JSON");
  const never = { ...standing, rate: { runs: 0, seconds: 1 } };
  expect(bad(parseStanding(JSON.stringify(never), "s.json"))).toMatch(
    /^s\.json is not a standing grant; write.*rate/su,
  );
});
