/** What a program prints: read to its end whatever its size, and kept only as far as a person reads it. */
import type { Readable } from "node:stream";

/** Bytes that are kept of the beginning, and as many of the end. */
const KEPT = 32 * 1024;

/** Reads a stream and keeps its two ends. */
export class Output {
  readonly #first: Buffer[] = [];
  #firstSize = 0;
  #last = Buffer.alloc(0);
  #size = 0;

  constructor(stream: Readable | null) {
    stream?.on("data", (chunk: Buffer) => this.#take(chunk));
    // A pipe that breaks is no news: what matters is how the program ended.
    stream?.on("error", () => undefined);
  }

  get isTruncated(): boolean {
    return this.#size > 2 * KEPT;
  }

  /** What is kept, with a line where the middle is left out. */
  get text(): string {
    const first = Buffer.concat(this.#first).toString("utf8");
    const omitted = this.#size - this.#firstSize - this.#last.length;
    const gap = omitted > 0 ? `\n[… ${omitted} bytes left out …]\n` : "";
    return `${first}${gap}${this.#last.toString("utf8")}`;
  }

  #take(chunk: Buffer): void {
    this.#size += chunk.length;
    const room = Math.max(0, KEPT - this.#firstSize);
    const head = chunk.subarray(0, room);
    if (head.length > 0) {
      this.#first.push(head);
      this.#firstSize += head.length;
    }
    const rest = chunk.subarray(head.length);
    if (rest.length > 0) this.#last = Buffer.concat([this.#last, rest]).subarray(-KEPT);
  }
}
