/** Everything random of a scene comes from one number, in one order: the same seed always gives the same scene. */
import { randomOf } from "../random.ts";

export interface Draw {
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  /** True once in so many times. */
  once(times: number): boolean;
  hex(bytes: number): string;
}

/** The draws of a seed. */
export function drawOf(seed: number): Draw {
  const below = randomOf(seed * 7919 + 104729);
  return {
    below,
    pick: <T>(list: readonly T[]): T => {
      const value = list[below(list.length)];
      if (value === undefined) throw new Error("nothing to draw from");
      return value;
    },
    once: (times) => below(times) === 0,
    hex: (bytes) => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, "0")).join(""),
  };
}

/** The numbers from 0 on, so many of them. */
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
