/**
 * The wheel moves what the arrow keys move, in the terminal's own way and without its mouse: text can still be marked. What the
 * terminal did before is saved there and put back, since some do so for every program.
 */
export const WHEEL_ON = "\u001b[?1007s\u001b[?1007h";
export const WHEEL_BACK = "\u001b[?1007r";
