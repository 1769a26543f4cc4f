/** Draws a run again when it crosses a limit of time, and at no other time: what else stands there changes by its events. */
import { usageText } from "../../engine/limits.ts";
import type { RunModel } from "../model.ts";
import type { Host } from "./host.ts";

export class LimitWatch {
  readonly #host: Host;
  #usage = "";

  constructor(host: Host) {
    this.#host = host;
  }

  /** Some time has passed. */
  watch(run: RunModel | null): void {
    const state = run?.state ?? null;
    const usage = state === null ? "" : usageText(state, this.#host.timers.now());
    if (usage === this.#usage) return;
    this.#usage = usage;
    if (!this.#host.calm) this.#host.draw();
  }
}
