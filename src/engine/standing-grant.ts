/**
 * A standing grant: for callers that cannot be asked. It names no targets, those come from the runbook's `select`; it
 * binds the runbook's digest, the kind of job, the contract of each changing step, a rate and an expiry. For each run
 * it becomes a grant for that run's targets, so that one set of rules decides what a grant covers.
 */
import { countText } from "./words.ts";
import * as z from "zod";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Target } from "./bodies.ts";
import { INPUTS, TEXT, whyNot, type Grant } from "./grant.ts";

const schema = z.strictObject({
  handrail_standing_grant: z.literal(1),
  runbook: z.string(),
  runbook_digest: z.string().regex(/^[0-9a-f]{64}$/u),
  site: z.string(),
  job_type: z.string().min(1),
  contracts: z.record(z.string(), z.string()),
  texts: z.array(TEXT).optional(),
  /** What every run of it is told. */
  inputs: INPUTS.optional(),
  /** At most so many runs in any stretch of so many seconds. */
  rate: z.strictObject({ runs: z.int().min(1).max(10_000), seconds: z.int().min(1) }),
  written_by: z.string(),
  written_at: z.string(),
  expires_at: z.string(),
});

export type StandingGrant = z.infer<typeof schema> & {};

/** Reads the text of a standing grant's file. */
export function parseStanding(text: string, file: string): Result<StandingGrant, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(`${file} is not a standing grant: it is not JSON`);
  }
  const read = fitSchema(schema, json);
  if ("data" in read) return ok(read.data);
  const lines = misfitLines(read.misfits, "the file").map((line) => `\n  ${line}`);
  return err(`${file} is not a standing grant; write a new one with handrail grant:${lines.join("")}`);
}

export interface Asked {
  readonly runbook: Runbook;
  readonly digest: string;
  readonly site: string;
  readonly targets: readonly Target[];
  /** Runs that it approved within its stretch of time until now. */
  readonly used: number;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** The grant that it is for one run, or why it is none, as a sentence. */
export function grantFor(standing: StandingGrant, request: Asked): Result<Grant, string> {
  const { runbook, digest, site, targets, used: runs, now: time } = request;
  const { handrail_standing_grant: _version, job_type, rate, ...bounds } = standing;
  // A target without an unfinished job is of no kind: there is nothing in it that the runbook could do to a job.
  const stranger = targets.find(({ row }) => row["job_type"] !== job_type && (row["job_type"] ?? "") !== "");
  if (stranger !== undefined) {
    return err(`the standing grant is for jobs of the type ${job_type}; ${stranger.label} has one of another kind`);
  }
  if (runs >= rate.runs) {
    return err(`the standing grant is used up: it allows ${countText(rate.runs, "run")} in ${rate.seconds} seconds`);
  }
  const grant: Grant = {
    ...bounds,
    handrail_grant: 1,
    targets: targets.map(({ key, label }) => ({ key, label })),
  };
  const misfit = whyNot(grant, { runbook, digest, site, targets, inputs: grant.inputs ?? {} }, time);
  return misfit === null ? ok(grant) : err(misfit);
}
