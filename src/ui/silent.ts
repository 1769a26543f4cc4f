/** What does not answer of all that a recovery needs, asked beside the board: a source that hangs must not hold it up. */
import type { Console } from "./console.ts";

export class SilentParts {
  readonly #console: Console;
  #asked: Promise<void> | null = null;

  constructor(console: Console) {
    this.#console = console;
  }

  /** Asks, unless an answer is still awaited. */
  ask(): void {
    this.#asked ??= this.#console.wish.sources
      .silent()
      .then((parts) => this.#console.board({ type: "silent", parts }))
      .catch(() => undefined)
      .finally(() => {
        this.#asked = null;
      });
  }

  /** Resolves when nothing is being asked any more. */
  atRest(): Promise<void> {
    return this.#asked ?? Promise.resolve();
  }
}
