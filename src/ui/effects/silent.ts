/** What does not answer of all that a recovery needs, asked beside the board: a source that hangs must not hold it up. */
import { changeBoard, setSilent } from "../board/change.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";

export class SilentParts {
  readonly #host: Host;
  #asked: Promise<void> | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks, unless an answer is still awaited. A source that throws is a bug, and nobody catches it here. */
  ask(): void {
    this.#asked ??= this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      const parts = await this.#host.sources.silent();
      void this.#host.take((model) => update(changeBoard(model, (board) => setSilent(board, parts))));
    } finally {
      this.#asked = null;
    }
  }

  /** Resolves when nothing is being asked any more. */
  async atRest(): Promise<void> {
    await this.#asked;
  }
}
