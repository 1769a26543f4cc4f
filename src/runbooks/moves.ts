/** Where things stand in a file that were brought elsewhere by `short-form.ts`. */
import type { Path } from "./raw.ts";

interface Move {
  readonly from: Path;
  readonly to: Path;
}

const isWithin = (path: Path, top: Path): boolean => top.every((part, index) => path[index] === part);

/** Each thing that was moved, by its path in the long form. */
export class Moves {
  readonly #moves: Move[] = [];

  add(from: Path, to: Path): void {
    this.#moves.push({ from, to });
  }

  /** The place in the file of something in the long form. What was moved last stands in what was moved before. */
  readonly placeOf = (path: Path): Path =>
    this.#moves.reduceRight(
      (place, { from, to }) => (isWithin(place, to) ? [...from, ...place.slice(to.length)] : place),
      path,
    );
}
