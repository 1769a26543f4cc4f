/** How a cell looks, as one number, and the shortest sequence (SGR) that goes from one look to another. */

/** 0: as the terminal writes by itself. Else bits of `BOLD`, `DIM`, `INVERSE`, and the code of a colour above them. */
export type Style = number;

const BOLD = 1;
const DIM = 2;
export const INVERSE = 4;
const COLOUR = 8;
const NO_COLOUR = 39;

const colourOf = (style: Style): number => Math.floor(style / COLOUR);
const isColour = (code: number): boolean => (code >= 30 && code <= 37) || (code >= 90 && code <= 97);
const withColour = (style: Style, code: number): Style => (style % COLOUR) + code * COLOUR;

/** What a code does to a style; null where it is none of those that the console draws with. */
function afterCode(style: Style, code: number): Style | null {
  switch (code) {
    case 0:
      return 0;
    case 1:
      return style | BOLD;
    case 2:
      return style | DIM;
    case 7:
      return style | INVERSE;
    case 22:
      return style & ~(BOLD | DIM);
    case 27:
      return style & ~INVERSE;
    case NO_COLOUR:
      return withColour(style, 0);
    default:
      return isColour(code) ? withColour(style, code) : null;
  }
}

/** What the codes of a sequence (`1;31`) do to a style; null where it has one that the console does not draw with. */
export function afterCodes(style: Style, codes: string): Style | null {
  let result: Style | null = style;
  for (const code of codes.split(";")) {
    if (result === null) return null;
    result = afterCode(result, Number(code));
  }
  return result;
}

/** What has to be set, where `from` has it not. */
function setting(from: Style, to: Style): number[] {
  const bits = [BOLD, DIM, INVERSE].filter((bit) => (to & bit) !== 0 && (from & bit) === 0);
  const codes = bits.map((bit) => (bit === INVERSE ? 7 : bit));
  const colour = colourOf(to);
  return colour === colourOf(from) ? codes : [...codes, colour === 0 ? NO_COLOUR : colour];
}

/** Without setting everything back: one code takes bold and dim away together. */
function changing(from: Style, to: Style): number[] {
  const isHeavy = (from & ~to & (BOLD | DIM)) !== 0;
  const isInverse = (from & ~to & INVERSE) !== 0;
  const rest = (isHeavy ? from & ~(BOLD | DIM) : from) & (isInverse ? ~INVERSE : ~0);
  return [...(isHeavy ? [22] : []), ...(isInverse ? [27] : []), ...setting(rest, to)];
}

/** The shortest sequence from one style to another; '' where they are the same. */
export function sgr(from: Style, to: Style): string {
  if (from === to) return "";
  if (to === 0) return "\u001b[m";
  const [change, anew] = [changing(from, to).join(";"), `0;${setting(0, to).join(";")}`];
  return `\u001b[${change.length <= anew.length ? change : anew}m`;
}
