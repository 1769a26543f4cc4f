/** Rows as Ink writes them, by chance: texts in styles, closed as Ink closes them. */
const STYLES = [
  ["", ""],
  ["\u001b[1m", "\u001b[22m"],
  ["\u001b[2m", "\u001b[22m"],
  ["\u001b[7m", "\u001b[27m"],
  ["\u001b[31m", "\u001b[39m"],
  ["\u001b[1m\u001b[35m", "\u001b[39m\u001b[22m"],
] as const;
const TEXTS = ["stuck", " ", "a", "     ", "──", "vm-1 is well", "✓", "  47 min  ", "x", "                    "];
/** Of these terminals think differently. */
const ODD = ["漢字", "e\u0301", "é", "👍", "שלום"];

const pick = <T>(of: readonly T[], chance: (below: number) => number): T => {
  const found = of[chance(of.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

/** A line of at most `columns` cells; one of ten has characters that are not plain. */
export function randomLine(columns: number, chance: (below: number) => number): string {
  const isOdd = chance(10) === 0;
  let room = columns;
  let line = "";
  for (let spans = chance(7); spans > 0; spans -= 1) {
    const text = pick(isOdd ? [...TEXTS, ...ODD] : TEXTS, chance);
    // No character of these takes more than two cells.
    const cells = Array.from(text).length * (ODD.includes(text) ? 2 : 1);
    if (cells > room) continue;
    room -= cells;
    const [on, off] = pick(STYLES, chance);
    line += on + text + off;
  }
  return line.trimEnd();
}

/** The same rows with some of them changed a little, moved, or made anew. */
export function changedLines(lines: readonly string[], columns: number, chance: (below: number) => number): string[] {
  switch (chance(4)) {
    case 0:
      return lines.map(() => randomLine(columns, chance));
    case 1: {
      // A few of them move, up or down.
      const from = chance(lines.length);
      const to = from + 1 + chance(lines.length - from);
      const by = chance(to - from);
      const band = lines.slice(from, to);
      return [...lines.slice(0, from), ...band.slice(by), ...band.slice(0, by), ...lines.slice(to)];
    }
    case 2:
      return lines.map((line) => (chance(5) === 0 ? randomLine(columns, chance) : line));
    default:
      return lines.map((line) => (chance(3) === 0 ? line.replace("a", "b").replace("min", "s") : line));
  }
}
