/** How many cells of a terminal a text takes, for text that went through `safeText`: nothing invisible is in it. */

// Wide and full-width ranges of Unicode's East Asian Width, and what terminals draw as pictures.
const WIDE =
  /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1f2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f90c}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
const MARK = /^\p{M}$/u;
const PLAIN = /^[\x20-\x7e]*$/;

const cellsOf = (char: string): number => (MARK.test(char) ? 0 : WIDE.test(char) ? 2 : 1);

/** Cells that a text takes on one line. */
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const char of text) sum += cellsOf(char);
  return sum;
}

/** The longest beginning of a text that fits, and its cells. */
export function take(text: string, width: number): { readonly text: string; readonly cells: number } {
  if (PLAIN.test(text)) return { text: text.slice(0, width), cells: Math.min(text.length, width) };
  let out = "";
  let sum = 0;
  for (const char of text) {
    const next = cellsOf(char);
    if (sum + next > width) break;
    out += char;
    sum += next;
  }
  return { text: out, cells: sum };
}

/** A text in exactly `width` cells: cut with a mark that shows the cut, or filled with spaces. */
export function fit(text: string, width: number, more = "…"): string {
  const whole = cells(text);
  if (whole <= width) return text + " ".repeat(width - whole);
  const kept = take(text, Math.max(0, width - cells(more)));
  return kept.text + more + " ".repeat(Math.max(0, width - kept.cells - cells(more)));
}

/** A text in at most `width` cells with its beginning and its end, for names whose ends differ. */
export function middle(text: string, width: number, more = "…"): string {
  if (cells(text) <= width) return text;
  const left = take(text, Math.ceil((width - 1) / 2)).text;
  let right = "";
  for (const char of Array.from(text).reverse()) {
    if (cells(left) + cells(more) + cells(char + right) > width) break;
    right = char + right;
  }
  return left + more + right;
}

/** A text on lines of at most `width` cells, broken at spaces where there are some; later lines are indented. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  const pad = " ".repeat(Math.min(indent, Math.max(0, width - 8)));
  let rest = text;
  while (cells(rest) > width) {
    const head = take(rest, width).text;
    const lead = /^ */u.exec(head)?.[0].length ?? 0;
    const space = head.lastIndexOf(" ");
    const cut = rest[head.length] === " " ? head.length : space > lead && space > width / 3 ? space : head.length;
    lines.push(rest.slice(0, cut));
    rest = pad + rest.slice(cut).trimStart();
  }
  lines.push(rest);
  return lines;
}
