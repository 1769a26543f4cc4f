/** The question which targets are meant, as it stands in the model. */
import type { StartRequest } from "../sources.ts";

interface WhichOption {
  readonly title: string;
  readonly request: StartRequest;
}

/** Asked before a key acts on targets that the screen does not show. */
export interface WhichModel {
  readonly why: string;
  readonly options: readonly WhichOption[];
  /** Every target that the key could act on, those on the screen first. */
  readonly targets: readonly { readonly label: string; readonly key: string; readonly shown: boolean }[];
  /** Keys before this moment belong to something else. */
  readonly armedAt: number;
  readonly scroll: number;
}
