/**
 * Makes tables when they are asked for, and not as the program is loaded. Of Unicode: a segmenter and all emoji take as long as
 * Node's own start, and nearly all that is drawn are letters, lines and a few signs. Of the database's client: the names of all
 * errors, and room for the parsers of 15 000 kinds of rows.
 */
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Characters beside ASCII that take one cell and join with no other: what a healthy screen draws. As in an expression. */
export const NARROW =
  "\\u00b7\\u2026\\u2039\\u203a\\u2190-\\u2193\\u21ba\\u23ce\\u2423\\u2500-\\u257f\\u258c\\u25b8\\u25c6\\u25cc\\u2713\\u2717";

/** Texts in which each character stands alone: those above, and what begins a colour. As an expression. */
const ALONE = `/^[\\u001b\\u0020-\\u007e${NARROW}]*$/`;

/** A segmenter that is made for the first text whose characters may join. */
const lazily = (words: string): string =>
  `((made) => ({ segment: (text) => ${ALONE}.test(text) ? Array.from(text, (segment, index) => ({ segment, index, input: text })) : (made ??= new Intl.Segmenter(${words})).segment(text) }))(undefined)`;

/** An expression whose table of emoji is made when it is asked for the first time. */
const EMOJI = "/^\\p{RGI_Emoji}$/v";

/** The names of errors, read when the first one is looked up. */
const errors = (name: string): readonly [string, string] => [
  `const ${name} = require('../constants/errors.js');`,
  `const ${name} = new Proxy({}, { get: (_none, key) => require('../constants/errors.js')[key] });`,
];

/** What is written otherwise, by file: each text has to be there, once. */
const EDITS: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  "string-width/index.js": [
    ["new Intl.Segmenter()", lazily("")],
    [
      `const rgiEmojiRegex = ${EMOJI};`,
      `const rgiEmojiRegex = ((made) => ({ test: (text) => (made ??= ${EMOJI}).test(text) }))(undefined);`,
    ],
    [
      "if (/^[\\u0020-\\u007E]*$/.test(string)) {",
      `if (/^[\\u0020-\\u007E]*$/.test(string) || (ambiguousIsNarrow && /^[\\u0020-\\u007E${NARROW}]*$/.test(string))) {`,
    ],
  ],
  "wrap-ansi/index.js": [["new Intl.Segmenter()", lazily("")]],
  "slice-ansi/tokenize-ansi.js": [
    ["new Intl.Segmenter(undefined, {granularity: 'grapheme'})", lazily("undefined, {granularity: 'grapheme'}")],
  ],
  "@alcalzone/ansi-tokenize/build/tokenize.js": [
    ['new Intl.Segmenter(undefined, { granularity: "grapheme" })', lazily('undefined, { granularity: "grapheme" }')],
  ],
  "mysql2/lib/packets/packet.js": [errors("ErrorCodeToName")],
  "mysql2/lib/base/pool.js": [errors("Errors")],
  "mysql2/lib/commands/server_handshake.js": [errors("Errors")],
  "mysql2/lib/parsers/parser_cache.js": [["max: 15000,", "max: 500,"]],
  "ink/build/line-update.js": [
    ["new Intl.Segmenter(undefined, { granularity: 'grapheme' })", lazily("undefined, { granularity: 'grapheme' }")],
  ],
};

/** The text of a file with the edits that it needs. Throws where it is no longer what they were made for. */
export function edited(name: string, source: string): string {
  return (EDITS[name] ?? []).reduce((text, [from, to]) => {
    if (text.split(from).length !== 2)
      throw new Error(`${name} is no longer written in the way that this build knows: ${from}`);
    return text.replace(from, () => to);
  }, source);
}

/** The edits, made while a bundle is built. */
export const lateTables: Plugin = {
  name: "late-tables",
  setup({ onLoad }) {
    for (const name of Object.keys(EDITS)) {
      const filter = new RegExp(`node_modules/${name.replaceAll(".", "\\.")}$`);
      onLoad({ filter }, async ({ path }) => ({ contents: edited(name, await readFile(path, "utf8")) }));
    }
  },
};
