/**
 * A standing grant: for callers that cannot be asked. It names no targets, those come from the runbook's `select`; it
 * binds the runbook's digest, the kind of job, the contract of each changing step, a rate and an expiry. For each run
 * it becomes a grant for that run's targets, so that one set of rules decides what a grant covers.
 */
import { countText } from "./words.ts";
import * as z from "zod";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { JsonObject } from "../ports/json.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Target } from "./bodies.ts";
import { INPUTS, TEXT, whyNot, type Grant } from "./grant.ts";

const schema = z.strictObject({
  handrail_standing_grant: z.literal(1),
  runbook: z.string(),
  runbook_digest: z.string().regex(/^[0-9a-f]{64}$/u),
  site: z.string(),
  /** The kind of job that targets may have; missing where the runbook's targets have no jobs of a product. */
  job_type: z.string().min(1).optional(),
  contracts: z.record(z.string(), z.string()),
  texts: z.array(TEXT).optional(),
  /** What every run of it is told, where the caller does not say it. */
  inputs: INPUTS.optional(),
  /** The inputs that a caller may say, within what the runbook takes; none in older ones. */
  caller_inputs: z.array(z.string()).optional(),
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
  /** What the run is told; null: what the grant says. */
  readonly inputs: JsonObject | null;
  /** Runs that it approved within its stretch of time until now. */
  readonly used: number;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** What a run may be told: what the grant says, and of a caller's words those that it leaves to callers. */
function inputsWithin({ inputs, caller_inputs: free = [] }: StandingGrant, given: JsonObject | null): Grant["inputs"] {
  const stated = Object.entries(given ?? {}).filter(([name]) => free.includes(name));
  return stated.length === 0 ? inputs : ({ ...inputs, ...Object.fromEntries(stated) } as Grant["inputs"]);
}

/** The grant that it is for some targets, whatever its rate says. */
function grantOver(standing: StandingGrant, { targets, inputs: given }: Pick<Asked, "targets" | "inputs">): Grant {
  const { handrail_standing_grant: _version, job_type: _type, rate: _rate, caller_inputs: _free, ...bounds } = standing;
  const inputs = inputsWithin(standing, given);
  return {
    ...bounds,
    ...(inputs === undefined ? {} : { inputs }),
    handrail_grant: 1,
    targets: targets.map(({ key, label }) => ({ key, label })),
  };
}

/** The grant that it is for one run, or why it is none, as a sentence. */
export function grantFor(standing: StandingGrant, request: Asked): Result<Grant, string> {
  const { runbook, digest, site, targets, inputs, used: runs, now: time } = request;
  const { job_type, rate } = standing;
  // A target without an unfinished job is of no kind: there is nothing in it that the runbook could do to a job.
  const stranger = targets.find(({ row }) => row["job_type"] !== job_type && (row["job_type"] ?? "") !== "");
  if (job_type !== undefined && stranger !== undefined) {
    return err(`the standing grant is for jobs of the type ${job_type}; ${stranger.label} has one of another kind`);
  }
  if (runs >= rate.runs) {
    return err(`the standing grant is used up: it allows ${countText(rate.runs, "run")} in ${rate.seconds} seconds`);
  }
  const grant = grantOver(standing, request);
  const misfit = whyNot(grant, { runbook, digest, site, targets, inputs: inputs ?? grant.inputs ?? {} }, time);
  return misfit === null ? ok(grant) : err(misfit);
}

/** What a caller asks for, before its target is known. */
export type Offer = Pick<Asked, "runbook" | "digest" | "site" | "now"> & {
  /** The inputs that the caller says, by name. */
  readonly names: readonly string[];
};

/** Why a standing grant lets a caller begin nothing of the kind, as a sentence; null where it does. Its rate counts later. */
export function whyNotOffered(
  standing: StandingGrant,
  { runbook, digest, site, names, now: time }: Offer,
): string | null {
  const grant = grantOver(standing, { targets: [], inputs: null });
  const misfit = whyNot(grant, { runbook, digest, site, targets: [], inputs: grant.inputs ?? {} }, time);
  if (misfit !== null) return misfit;
  const { caller_inputs: free = [] } = standing;
  const name = names.find((each) => !free.includes(each));
  if (name === undefined) return null;
  const may = free.length === 0 ? "no input" : `${free.join(", ")} alone`;
  return `the standing grant lets a caller say ${may}, and this one says ${name}`;
}
