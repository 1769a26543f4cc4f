/** What carries effects out has of the console: where to ask, the model as it is, and a way to bring an answer. */
import type { Model } from "../model.ts";
import type { Sources } from "../sources.ts";
import type { Timers } from "../store.ts";
import type { ModelChange } from "../update.ts";
import type { Agenda } from "./agenda.ts";

export interface Host {
  readonly sources: Sources;
  readonly timers: Timers;
  readonly agenda: Agenda;
  /** No redrawing only since a limit of time was crossed. */
  readonly calm: boolean;
  model(): Model;
  /**
   * Changes the model and carries out what the change asks for; resolves when that is answered. `soon` gathers what
   * comes in one frame.
   */
  take(change: ModelChange, soon?: boolean): Promise<void>;
  /** Draws again although the model is the same: time has passed. */
  draw(): void;
}
