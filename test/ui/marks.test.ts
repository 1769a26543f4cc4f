/** Every sign on a screen is explained by the help of that screen; the golden frames are the screens. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Mode } from "../../src/ui/model.ts";
import { marksOf } from "../../src/ui/marks.ts";
import { UNICODE } from "../../src/ui/theme.ts";

const FRAMES = new URL("../frames/", import.meta.url);

/** Which screen a frame is of, by how its name begins; the longest that fits. */
const MODES: Readonly<Record<string, Mode | null>> = {
  "approval-": "approval",
  // A name is typed there: ? would be a part of it.
  "approval-destroy": null,
  "five-page": "approval",
  refusal: "ended",
  board: "board",
  marks: "board",
  close: "doubt",
  climb: "decision",
  decision: "decision",
  "doubt-question": "decision",
  detail: "detail",
  doubt: "doubt",
  "failure-note": null,
  failure: "decision",
  end: "ended",
  "five-end": "ended",
  undone: "ended",
  "five-run": "run",
  many: "run",
  run: "run",
  rung: "run",
  journal: "journal",
  plan: "plan",
  printed: "plan",
  replay: "replay",
  watching: "watching",
  watch: "watch",
  watched: "run",
  rows: "rows",
  reason: "reason",
  // Without a key for help.
  help: null,
  // Something is typed there, too.
  input: null,
  leave: null,
  which: null,
  palette: null,
};

/** A sign as it stands on a screen, and as the help has it. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/✓/u, "✓"],
  [/✗/u, "✗"],
  [/(?:^|\s)\? /mu, "?"],
  [/▸/u, "▸"],
  [/◌/u, "◌"],
  [/(?:^|\s)· /mu, "·"],
  [/^.{1,3}- (?:live|stopped|rejected|skipped|not )/mu, "-"],
  [/(?:^|\s)" /mu, '"'],
  [/↺/u, "↺"],
  [/◆/u, "◆"],
  [/▌/u, "▌"],
  [/↑/u, "↑"],
  [/↓/u, "↓"],
  [/…/u, "…"],
  [/^\s*! /mu, "!"],
  [/\bODD\b/u, "ODD"],
  [/\[x\]/u, "[x] [ ]"],
  [/‹/u, "‹name›"],
  [/\[\*\]/u, "[*]"],
  [/\[= seen/u, "[= seen …Z]"],
  [/\[" said/u, '[" said …Z]'],
  [/\[~ concluded/u, "[~ concluded …Z]"],
];

function modeOf(name: string): Mode | null {
  const beginning = Object.keys(MODES)
    .filter((part) => name.startsWith(part))
    .toSorted((a, b) => b.length - a.length)[0];
  if (beginning === undefined) throw new Error(`of which screen is ${name}?`);
  return MODES[beginning] ?? null;
}

const framed = readdirSync(FRAMES).filter((name) => name.endsWith(".txt"));
test.each(framed.filter((name) => modeOf(name) !== null))("the signs of %s are explained", (name) => {
  // The last line is the keys.
  const text = readFileSync(new URL(name, FRAMES), "utf8").split("\n").slice(0, -1).join("\n");
  const shown = SIGNS.flatMap(([pattern, sign]) => (pattern.test(text) ? [sign] : []));
  const explained = new Set(marksOf(modeOf(name) ?? "board", UNICODE).map(({ keys }) => keys));
  expect(shown.filter((sign) => !explained.has(sign))).toEqual([]);
});
