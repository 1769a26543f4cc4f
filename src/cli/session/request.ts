/**
 * What somebody wants of Handrail, whoever it is: the command line, the console and the endpoint make these, and the session
 * carries them out. Nobody pretends to be a command line.
 */
import { filesIn } from "../runbook/source.ts";
import { many, flag, option, type Values } from "../command.ts";
import { TARGET_OPTION } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";

/** Which site is meant, as far as it is said: the lab, or a site of a configuration. */
export type SiteRequest = {
  readonly lab?: boolean;
  readonly site?: string;
  readonly config?: string;
};

/** Whom a run is about. */
export interface TargetRequest {
  /** Names or keys. */
  readonly names: readonly string[];
  /** Every target that the runbook calls stuck. */
  readonly isAll: boolean;
  /** Those that a run, by its id or `last`, did not recover. */
  readonly retryOf: string | null;
}

/** Which phases act: ids, or from one to another; undefined where nothing is said. */
export interface PhaseRequest {
  readonly phases: string | undefined;
  readonly from: string | undefined;
  readonly until: string | undefined;
}

/** How a run goes about many targets, as far as it is said. */
export interface BatchRequest {
  readonly maxParallel: number | null;
  readonly maxFailures: number | null;
  /** Whether the first one goes alone; null: as many targets ask for. */
  readonly isCanary: boolean | null;
  readonly isOnePage: boolean;
}

/** Who approves and decides beside the operator. */
export interface ConsentRequest {
  /** The file of a grant. */
  readonly grant: string | null;
  /** `STEP=CHOICE`, or `NAME:STEP=CHOICE` for one target. */
  readonly decisions: readonly string[];
}

export interface RunRequest {
  readonly site: SiteRequest;
  /** Files of runbooks; none: those that are shipped and configured. */
  readonly files: readonly string[];
  readonly runbook: string;
  readonly targets: TargetRequest;
  readonly phases: PhaseRequest;
  readonly batch: BatchRequest;
  readonly consent: ConsentRequest;
  /** `NAME=VALUE`: what the run is told before it begins. */
  readonly inputs: readonly string[];
  /** Nothing is carried out. */
  readonly isDry: boolean;
  /** Events as JSON instead of lines, and nobody is asked who is meant. */
  readonly isJson: boolean;
}

export interface ResumeRequest {
  readonly site: SiteRequest;
  /** Its id, the beginning of it, or `last`. */
  readonly run: string;
  readonly consent: ConsentRequest;
  /** Taken up only to be closed, for this reason; null: to go on. */
  readonly closes: string | null;
  readonly isJson: boolean;
}

export interface UndoRequest {
  readonly site: SiteRequest;
  /** As of a run that is taken up again. */
  readonly run: string;
  /** The one step that is taken back, by its id or with its item; undefined for all of them. */
  readonly step: string | undefined;
}

/** The request of a command line. */
export const runRequest = (values: Values, runbook: string, isDry: boolean): RunRequest => ({
  site: siteRequest(values),
  files: filesIn(values),
  runbook,
  targets: targetRequest(values),
  phases: phaseRequest(values),
  batch: batchRequest(values),
  consent: consentRequest(values),
  inputs: many(values, "input"),
  isDry,
  isJson: flag(values, "json"),
});

export const resumeRequest = (values: Values, run: string, closes: string | null = null): ResumeRequest => ({
  site: siteRequest(values),
  run,
  closes,
  consent: consentRequest(values),
  isJson: flag(values, "json"),
});

export function siteRequest(values: Values): SiteRequest {
  const [site, config] = [option(values, "site"), option(values, "config")];
  return {
    ...(flag(values, "lab") ? { lab: true } : {}),
    ...(site === undefined ? {} : { site }),
    ...(config === undefined ? {} : { config }),
  };
}

export const targetRequest = (values: Values): TargetRequest => ({
  names: many(values, TARGET_OPTION),
  isAll: flag(values, "all-stuck"),
  retryOf: option(values, "retry") ?? null,
});

export const phaseRequest = (values: Values): PhaseRequest => ({
  phases: option(values, "phases"),
  from: option(values, "from"),
  until: option(values, "until"),
});

const consentRequest = (values: Values): ConsentRequest => ({
  grant: option(values, "grant") ?? null,
  decisions: many(values, "decide"),
});

const MOST_PARALLEL = 500;
const MOST_FAILURES = 100_000;

/** Whether one target goes first; null where nothing was said of it. */
function canaryWish(values: Values): boolean | null {
  const [canary, noCanary] = [flag(values, "canary"), flag(values, "no-canary")];
  if (canary && noCanary) throw new Stop(EXIT.usage, "--canary and --no-canary exclude each other");
  return canary || noCanary ? canary : null;
}

function batchRequest(values: Values): BatchRequest {
  const isCanary = canaryWish(values);
  return {
    maxParallel: whole(values, "max-parallel", 1, MOST_PARALLEL),
    maxFailures: whole(values, "max-failures", 0, MOST_FAILURES),
    isCanary,
    // A retry knows from the run before what the runbook does.
    isOnePage: flag(values, "one-page") || option(values, "retry") !== undefined,
  };
}

function whole(values: Values, name: string, floor: number, limit: number): number | null {
  const text = option(values, name);
  if (text === undefined) return null;
  const number = /^\d{1,6}$/u.test(text) ? Number(text) : -1;
  if (number >= floor && number <= limit) return number;
  throw new Stop(EXIT.usage, `--${name} ${text}: a whole number from ${floor} to ${limit} is wanted`);
}
