/** What is done later. */
import type { Timers } from "../store.ts";

/** Does something later, once under each name, and nothing after its end. */
export class Agenda {
  readonly #timers: Timers;
  readonly #undo = new Map<string, () => void>();
  #over = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** `task` after `ms` milliseconds, in place of whatever this name stood for before. */
  later(name: string, ms: number, task: () => void): void {
    if (this.#over) return;
    this.#undo.get(name)?.();
    this.#undo.set(name, this.#timers.later(ms, task));
  }

  end(): void {
    this.#over = true;
    for (const undo of this.#undo.values()) undo();
    this.#undo.clear();
  }
}
