/** The figures of one run of the benchmark: each is printed beside its bound as it comes, and kept for the history. */
import type { Pair } from "./pairs.ts";

export interface Figure {
  readonly value: number;
  /** What the value counts; "times" where it is a ratio. */
  readonly unit: string;
  /** The most that it may be; null where nothing is promised. */
  readonly bound: number | null;
  /** How often it was measured; the value is the median of them. */
  readonly rounds: number;
  /** What else was counted or timed on the way, by name. */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface Figures {
  /** A ratio of two commands that were timed in turn. */
  say(what: string, pair: Pair, bound: number | null): void;
  /** Any other figure. */
  bound(
    what: string,
    value: number,
    most: number,
    unit: string,
    more?: Partial<Pick<Figure, "rounds" | "counts">>,
  ): void;
  /** All of them by name, in the order in which they came. */
  found(): Readonly<Record<string, Figure>>;
  /** How many were over their bound. */
  missed(): number;
}

const isOver = ({ value, bound }: Figure): boolean => bound !== null && !(value <= bound);
const verdictOf = (figure: Figure): string =>
  figure.bound === null ? "no bound" : `bound ${figure.bound}: ${isOver(figure) ? "MISSED" : "within"}`;
const rounded = (value: number): number => Number(value.toFixed(3));

/** Begins a run. `print` takes a line without its end. */
export function newFigures(print: (line: string) => void): Figures {
  const found = new Map<string, Figure>();
  let missed = 0;
  const keep = (what: string, figure: Figure): string => {
    found.set(what, { ...figure, value: rounded(figure.value) });
    if (isOver(figure)) missed += 1;
    return verdictOf(figure);
  };
  return {
    say(what, { ratio, ours, theirs, rounds }, bound) {
      const counts = { "our ms": rounded(ours), "their ms": rounded(theirs) };
      const verdict = keep(what, { value: ratio, unit: "times", bound, rounds, counts });
      const times = `${ours.toFixed(0)} ms to ${theirs.toFixed(0)} ms, ${rounds} rounds`;
      print(`${what}: ${ratio.toFixed(2)} times (${times}), ${verdict}`);
    },
    bound(what, value, most, unit, { rounds = 1, counts } = {}) {
      const more = counts === undefined ? {} : { counts };
      const verdict = keep(what, { value, unit: unit.trim(), bound: most, rounds, ...more });
      print(`${what}: ${value.toFixed(2)}${unit}, ${verdict}`);
    },
    found: () => Object.fromEntries(found),
    missed: () => missed,
  };
}
