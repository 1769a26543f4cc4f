/** The list of the journal's runs, as it stands in the model. */
import type { RunSummary } from "../sources.ts";

/** In which order the journal's runs stand, or what they are grouped by. */
export type Group = "newest" | "target" | "runbook" | "operator" | "outcome";

export interface JournalModel {
  readonly items: readonly RunSummary[] | null;
  /** The run that has the cursor; null until there is one. */
  readonly selected: string | null;
  readonly filter: string;
  readonly filtering: boolean;
  readonly group: Group;
}
