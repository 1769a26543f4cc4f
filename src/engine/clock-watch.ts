/**
 * The wall clock against the monotonic one. A step of the wall clock (NTP, a hand) and a suspend, during which only the
 * monotonic clock stands still, look the same from here: both are written down as a jump.
 */
import type { ClockPort } from "../ports/clock.ts";
import type { Bodies } from "./bodies.ts";

/** Milliseconds by which the two may part before it is a jump, and the share of the time between two looks on top. */
const LEAST_MS = 2_000;
/** Twice what a kernel slews a clock by at most (500 in a million): that is no jump, however long a person thinks. */
const SLEW = 1 / 1_000;

export class ClockWatch {
  readonly #clock: Pick<ClockPort, "monoMs">;
  readonly #wallTime: () => string;
  #mono: number;
  #wall: number;

  /** `wallTime` gives ISO 8601 UTC. The first look is now. */
  constructor(clock: Pick<ClockPort, "monoMs">, wallTime: () => string) {
    this.#clock = clock;
    this.#wallTime = wallTime;
    this.#mono = clock.monoMs();
    this.#wall = Date.parse(wallTime());
  }

  /** How far the wall clock has jumped since the last look, or null. */
  look(): Bodies["clock.jumped"] | null {
    const [mono, wall] = [this.#clock.monoMs(), Date.parse(this.#wallTime())];
    const elapsedMs = mono - this.#mono;
    const expectedMs = this.#wall + elapsedMs;
    this.#mono = mono;
    this.#wall = wall;
    const by = wall - expectedMs;
    if (Math.abs(by) < LEAST_MS + elapsedMs * SLEW) return null;
    return {
      seconds: Math.round(by / 1_000),
      before: new Date(expectedMs).toISOString(),
      after: new Date(wall).toISOString(),
    };
  }
}
