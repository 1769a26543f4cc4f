/**
 * A grant: an approval written beforehand, within stated bounds. It binds the runbook's digest, the targets and, for
 * each changing step, its contract; never expanded values. Every real preview must still fit.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { canonical, type Json, type JsonObject } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { ChangeStep, Runbook } from "../phases/spec.ts";
import { isChosen } from "./chosen.ts";
import type { ApprovalDocument } from "./approval-document.ts";
import type { Target } from "./bodies.ts";

/** A shell text as it was granted, with its digest: sha256 of the text. */
export const TEXT = z.strictObject({ id: z.string(), title: z.string(), sha256: z.string(), text: z.string() });
export type GrantedText = z.infer<typeof TEXT>;

/** The shell texts of a runbook, for a grant that binds them. */
export const textsOf = (runbook: Runbook): GrantedText[] =>
  runbook.finally.map(({ id, title, script }) => ({
    id,
    title,
    sha256: createHash("sha256").update(script).digest("hex"),
    text: script,
  }));

/** The first shell text that is not the granted one, with the line at which they part; null where all are the same. */
function otherText(texts: readonly GrantedText[], current: readonly GrantedText[]): string | null {
  for (const text of current) {
    const previous = texts.find(({ id }) => id === text.id);
    if (previous === undefined) return `the shell text "${text.title}" was not there when the grant was written`;
    if (previous.text === text.text && previous.sha256 === text.sha256) continue;
    const [was, is] = [previous.text.split("\n"), text.text.split("\n")];
    const index = is.findIndex((line, index) => line !== was[index]);
    const line = index < 0 ? is.length : index;
    const quote = (content: string | undefined): string => (content === undefined ? "nothing" : `"${content}"`);
    return `the shell text "${text.title}" was changed since the grant was written, at line ${line + 1}: it was ${quote(was[line])}, and is ${quote(is[line])}`;
  }
  const missing = texts.find(({ id }) => !current.some((text) => text.id === id));
  return missing === undefined ? null : `the shell text "${missing.title}" is not there any more`;
}

/** What the granted runs are told: missing where the runbook asks nothing, and in older grants. */
export const INPUTS = z.record(z.string(), z.union([z.string(), z.number()]));

const grantSchema = z.strictObject({
  handrail_grant: z.literal(1),
  runbook: z.string(),
  runbook_digest: z.string().regex(/^[0-9a-f]{64}$/u),
  site: z.string(),
  targets: z.array(z.strictObject({ key: z.string(), label: z.string() })).min(1),
  contracts: z.record(z.string(), z.string()),
  inputs: INPUTS.optional(),
  /** The shell texts that the run carries out, whole: missing in grants of version 0.1. */
  texts: z.array(TEXT).optional(),
  written_by: z.string(),
  written_at: z.string(),
  expires_at: z.string(),
});

export type Grant = z.infer<typeof grantSchema> & {};

/** The contract of a changing step: what it does and how far it may reach, without values. */
export function contractOf(step: ChangeStep): string {
  const { change, risk, verify } = step;
  return createHash("sha256")
    .update(canonical({ change, risk, verify } as unknown as Json))
    .digest("hex");
}

/** Contracts of all changing steps of a runbook, or of its chosen phases, by step id. */
export function contractsOf(runbook: Runbook, phases?: readonly string[]): Record<string, string> {
  const steps = runbook.phases.filter((phase) => isChosen(phases, phase)).flatMap((phase) => phase.steps);
  return Object.fromEntries(
    steps.filter((step): step is ChangeStep => step.does === "change").map((step) => [step.id, contractOf(step)]),
  );
}

/** Reads the text of a grant file. */
export function parseGrant(text: string, file: string): Result<Grant, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(`${file} is not a grant: it is not JSON`);
  }
  const read = fitSchema(grantSchema, json);
  if ("data" in read) return ok(read.data);
  const lines = misfitLines(read.misfits, "the file").map((line) => `\n  ${line}`);
  return err(`${file} is not a grant; write a new one with handrail grant:${lines.join("")}`);
}

/** The run that a grant has to fit. */
export interface GrantPlan {
  readonly runbook: Runbook;
  readonly digest: string;
  readonly site: string;
  readonly targets: readonly Target[];
  readonly phases?: readonly string[] | undefined;
  readonly inputs: JsonObject;
}

/** The first input that is not the granted one, as a sentence; null where all are the same. */
function otherInput({ inputs = {} }: Grant, given: JsonObject): string | null {
  const names = [...new Set([...Object.keys(inputs), ...Object.keys(given)])];
  const name = names.find((each) => inputs[each] !== given[each]);
  if (name === undefined) return null;
  const quote = (value: Json | undefined): string => (value === undefined ? "nothing" : String(value));
  return `the grant is for the input ${name} = ${quote(inputs[name])}, and this run was told ${quote(given[name])}`;
}

/** Why a grant does not fit a run, as a sentence, or null when it does. `nowIso` is wall time, ISO 8601 UTC. */
export function whyNot(grant: Grant, plan: GrantPlan, nowIso: string): string | null {
  if (grant.runbook !== plan.runbook.id) return `the grant is for the runbook ${grant.runbook}, not ${plan.runbook.id}`;
  const text = grant.texts === undefined ? null : otherText(grant.texts, textsOf(plan.runbook));
  if (text !== null) return text;
  if (grant.runbook_digest !== plan.digest)
    return `the grant is for another text of the runbook ${plan.runbook.id} than this run's, so it does not hold for it`;
  const input = otherInput(grant, plan.inputs);
  if (input !== null) return input;
  if (grant.site !== plan.site) return `the grant is for the site ${grant.site}, not ${plan.site}`;
  if (grant.expires_at <= nowIso) return `the grant expired at ${grant.expires_at}`;
  const beyond = plan.runbook.phases
    .filter((phase) => isChosen(plan.phases, phase))
    .filter(({ steps }) => steps.some(({ id, does }) => does === "change" && grant.contracts[id] === undefined));
  if (beyond.length > 0)
    return `the grant does not cover the phases ${beyond.map(({ id }) => id).join(", ")}; choose others with --phases`;
  const keys = new Set(grant.targets.map((target) => target.key));
  const outside = plan.targets.filter((target) => !keys.has(target.key));
  return outside.length === 0 ? null : `the grant does not cover ${outside.map((target) => target.label).join(", ")}`;
}

/** Whether a page stays within a grant that fits its run: every step of it has the granted contract. */
export function covers(grant: Grant, page: ApprovalDocument, runbook: Runbook): boolean {
  const contracts = contractsOf(runbook);
  const steps = runbook.phases.flatMap((phase) => phase.steps);
  const risks = new Map(steps.flatMap((step) => (step.does === "change" ? [[step.id, step.risk] as const] : [])));
  const keys = new Set(grant.targets.map((target) => target.key));
  return page.targets.every(
    ({ key, steps: changes }) =>
      keys.has(key) &&
      changes.every(
        ({ step, risk }) =>
          // A risk that only the preview found was not granted.
          risk === risks.get(step) && contracts[step] !== undefined && grant.contracts[step] === contracts[step],
      ),
  );
}
