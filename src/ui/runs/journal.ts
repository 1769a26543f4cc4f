/** The list of the journal's runs, as it stands in the model. */
import type { Group } from "../order.ts";
import type { RunSummary } from "../sources.ts";

export interface JournalModel {
  readonly items: readonly RunSummary[] | null;
  /** The run that has the cursor; null until there is one. */
  readonly selected: string | null;
  readonly filter: string;
  readonly filtering: boolean;
  readonly group: Group;
}
