/** What a runbook's targets are called. */
import { countText } from "../text/sentence.ts";

export interface TargetNoun {
  /** One of them. */
  readonly noun: string;
  /** Several of them. */
  readonly nouns: string;
}

/** Where nobody says: also in runbooks and journals of before anybody could. */
const PLAIN: TargetNoun = { noun: "target", nouns: "targets" };

type Owner = { readonly target?: TargetNoun } | undefined;

/** The noun for one target of a runbook. */
export const targetNoun = (runbook: Owner): string => (runbook?.target ?? PLAIN).noun;

/** The noun for several. */
export const targetNouns = (runbook: Owner): string => (runbook?.target ?? PLAIN).nouns;

/** So many of them: `1 host`, `3 hosts`. */
export const countTargets = (runbook: Owner, count: number): string =>
  countText(count, targetNoun(runbook), targetNouns(runbook));
