/** Which known name was probably meant by one that is not known. */

/** Levenshtein's: how many letters are put in, left out or swapped between the two. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_unused, index) => index);
  for (const letter of a.split("")) row = nextRow(row, letter, b);
  return row[b.length] ?? 0;
}

/** Of the beginnings of `b`, from a word that is one letter longer than that of `row`. */
function nextRow(row: readonly number[], letter: string, b: string): number[] {
  let [diagonal = 0] = row;
  let last = diagonal + 1;
  const next = [last];
  for (const [index, cost] of row.slice(1).entries()) {
    last = Math.min(cost + 1, last + 1, diagonal + (letter === b[index] ? 0 : 1));
    next.push(last);
    diagonal = cost;
  }
  return next;
}

/** The known name that was probably meant, as a hint, or null when none is near. */
export function didYouMean(name: string, names: readonly string[]): string | null {
  const near = names
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far)[0];
  if (near === undefined || near.far > Math.max(2, Math.floor(name.length / 3))) return null;
  return `did you mean "${near.candidate}"?`;
}
