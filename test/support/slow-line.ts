/**
 * A long and lossy line between a program's terminal and the person at it, as TCP makes it look: what is sent goes in segments,
 * takes half a round trip, and where a segment is lost, it and all behind it wait for its resend. Times are those of the line
 * alone: what the program and the machine take is not in them.
 */
import { seeded } from "./seeded.ts";

export interface Shape {
  readonly roundTripMs: number;
  /** How many of a thousand segments are lost. */
  readonly lossPerMille: number;
}

/** What a segment of Ethernet has room for, with the usual TCP options. */
export const SEGMENT_BYTES = 1448;
/** How many segments go out before the other side has said that it has any. */
const WINDOW = 10;

export interface Arrival {
  readonly bytes: number;
  /** On the clock that `send` was told. */
  readonly atMs: number;
  readonly losses: number;
}

/** One of its two ways. */
export class Way {
  readonly #shape: Shape;
  readonly #chance: (below: number) => number;
  #lastMs = 0;
  readonly onTheWay: Buffer[] = [];

  constructor(shape: Shape, seed: number) {
    this.#shape = shape;
    this.#chance = seeded(seed);
  }

  /** When what is sent now arrives, segment by segment. */
  send(bytes: number, nowMs: number): Arrival[] {
    const { roundTripMs, lossPerMille } = this.#shape;
    const count = Math.ceil(bytes / SEGMENT_BYTES);
    return Array.from({ length: count }, (_unused, index) => {
      let losses = 0;
      while (this.#chance(1000) < lossPerMille) losses += 1;
      const trips = 0.5 + losses + Math.floor(index / WINDOW);
      // In order: what comes behind a lost one waits for it.
      this.#lastMs = Math.max(this.#lastMs, nowMs + trips * roundTripMs);
      return {
        bytes: Math.min(SEGMENT_BYTES, bytes - index * SEGMENT_BYTES),
        atMs: this.#lastMs,
        losses,
      };
    });
  }
}

/** What becomes of a text that is sent, piece by piece. */
type Deliver = (piece: Buffer) => void;

/** The line for a terminal, in real time: what is sent arrives as late as it would. */
export class SlowLine {
  readonly #up: Way;
  readonly #down: Way;

  constructor(shape: Shape, seed: number) {
    this.#up = new Way(shape, seed);
    this.#down = new Way(shape, seed + 1);
  }

  /** To the program. */
  up(text: string, deliver: Deliver): void {
    this.#carry(this.#up, text, deliver);
  }

  /** To the person. */
  down(text: string, deliver: Deliver): void {
    this.#carry(this.#down, text, deliver);
  }

  #carry(way: Way, text: string, deliver: Deliver): void {
    const all = Buffer.from(text);
    const nowMs = performance.now();
    let from = 0;
    for (const { bytes, atMs } of way.send(all.length, nowMs)) {
      way.onTheWay.push(all.subarray(from, from + bytes));
      from += bytes;
      // Whichever timer comes first: what was sent first arrives first.
      setTimeout(() => deliver(way.onTheWay.shift() ?? Buffer.alloc(0)), atMs - nowMs);
    }
  }
}

/** From a key to the last byte of what it paints, in ms. */
export function keyToPaint(shape: Shape, bytes: number, seed: number): number {
  const reachedMs = new Way(shape, seed).send(1, 0).at(-1)?.atMs ?? 0;
  return new Way(shape, seed + 1).send(bytes, reachedMs).at(-1)?.atMs ?? reachedMs;
}
