/**
 * Makes text of the outside world (database cells, daemon errors, file contents) harmless on a terminal and in exports.
 *
 * A control byte can draw a false dialog, a zero-width character can make two names look alike. Deleting them hides the
 * attack; so each is shown, and no two inputs look the same afterwards. Look-alike letters of other scripts are beyond
 * this: a typed name is compared by code point, not by look.
 */
import { latePattern } from "./late-pattern.ts";

declare const safe: unique symbol;
/** Text that has passed {@link safeText}: one line, printable, nothing invisible in it. */
export type SafeText = string & { readonly [safe]: true };

// Nothing to do for printable ASCII, unless it spells one of our own escapes.
const SUSPECT = /[^\x20-\x7e]|\\x[0-9a-f]{2}|<U\+[0-9A-F]{4,6}>/;
// Controls, formats, surrogates, private use and unassigned; line and paragraph ends; every space but the plain one and
// the blank braille cell, which looks like one; variation selectors, fillers and other characters drawn as nothing.
const INVISIBLE = latePattern(() => /^[\p{C}\p{Zl}\p{Zp}\p{Zs}\u2800\p{Default_Ignorable_Code_Point}]$/u);
const MARK = latePattern(() => /^\p{M}$/u);
const JAMO = /^[\u1100-\u11ff]$/;
const BACKSLASH_ESCAPE = /^\\x[0-9a-f]{2}/;
const ANGLE_ESCAPE = /^<U\+[0-9A-F]{4,6}>/;
/** Characters of the longest escape: `<U+10FFFF>`. */
const LONGEST_ESCAPE = 10;

/**
 * Shows what cannot be seen: controls as `\x1b`, everything else as `<U+202E>`. Nothing is dropped, and distinct inputs
 * give distinct outputs: a backslash or angle bracket that would spell such an escape is itself escaped. Text that is
 * not in normal form C has its marks shown too, since `é` in one and in two code points look the same.
 * Total: takes any string, lone surrogates included.
 */
export function safeText(text: string): SafeText {
  if (!SUSPECT.test(text)) return text as SafeText;
  const normal = text.normalize("NFC") === text;
  let out = "";
  let offset = 0;
  let afterBase = false;
  for (const char of text) {
    const visible = show(char, { rest: text.slice(offset, offset + LONGEST_ESCAPE), normal, afterBase });
    afterBase = visible === char && char !== " ";
    out += visible;
    offset += char.length;
  }
  return out as SafeText;
}

/** {@link safeText} for text of several lines: split at `\n`, each line safe. A carriage return stays visible. */
export function safeLines(text: string): SafeText[] {
  return text.split("\n").map((line) => safeText(line));
}

/** What decides how a character is shown, beside itself. */
interface Surroundings {
  /** The text from the character on, as far as an escape can reach. */
  readonly rest: string;
  /** Whether the whole text is in normal form C. */
  readonly normal: boolean;
  /** Whether a character stands before it that a mark can sit on. */
  readonly afterBase: boolean;
}

/** What must not look like an escape of ours is escaped itself. */
const ESCAPED: ReadonlyMap<string, { readonly spells: RegExp; readonly as: string }> = new Map([
  ["\\", { spells: BACKSLASH_ESCAPE, as: "\\x5c" }],
  ["<", { spells: ANGLE_ESCAPE, as: "<U+003C>" }],
]);

function show(char: string, surroundings: Surroundings): string {
  const lookalike = ESCAPED.get(char);
  if (lookalike !== undefined) return lookalike.spells.test(surroundings.rest) ? lookalike.as : char;
  return isHidden(char, surroundings) ? escape(char) : char;
}

const isPlain = (char: string): boolean => char >= " " && char <= "~";

/** A mark without a base would sit on whatever we draw before it. */
const isStrayMark = (char: string, { normal, afterBase }: Surroundings): boolean =>
  MARK.test(char) && !(normal && afterBase);

function isHidden(char: string, surroundings: Surroundings): boolean {
  if (isPlain(char)) return false;
  return INVISIBLE.test(char) || isStrayMark(char, surroundings) || (!surroundings.normal && isDecomposable(char));
}

const isDecomposable = (char: string): boolean => JAMO.test(char) || char.normalize("NFC") !== char;

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${code.toString(16).padStart(2, "0")}`;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
