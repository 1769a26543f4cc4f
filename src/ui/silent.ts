/** What does not answer of all that a recovery needs, asked beside the board: a source that hangs must not hold it up. */
import type { Console } from "./console.ts";

export class SilentParts {
  readonly #console: Console;
  #asked: Promise<void> | null = null;

  constructor(console: Console) {
    this.#console = console;
  }

  /** Asks, unless an answer is still awaited. A source that throws is a bug, and nobody catches it here. */
  ask(): void {
    this.#asked ??= this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      this.#console.board({ type: "silent", parts: await this.#console.wish.sources.silent() });
    } finally {
      this.#asked = null;
    }
  }

  /** Resolves when nothing is being asked any more. */
  async atRest(): Promise<void> {
    await this.#asked;
  }
}
