/** A thing of a runbook whose expressions are checked, and who hears of what is wrong with it. */
import type { RuleId } from "./rules/index.ts";
import type { Sight } from "./types.ts";

export type Path = readonly PropertyKey[];
/** Takes what breaks a rule, at a path. Without a hint the rule says what would fit. */
export type Report = (rule: RuleId, path: Path, message: string, hint?: string | null) => void;
export type Raw = Readonly<Record<string, unknown>>;

/** Fields as a runbook writes them, where they stand in it, and what their expressions may name. */
export interface Node<Fields = Raw> {
  readonly raw: Fields;
  readonly path: Path;
  readonly sight: Sight;
}
