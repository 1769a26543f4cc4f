import { expect, test } from "vitest";
import { footerLine, keysOf } from "../../src/ui/footer.ts";
import { MODE_TITLES } from "../../src/ui/key-names.ts";
import { bindingFor, keyTable } from "../../src/ui/keys.ts";
import { cellsOf } from "../../src/ui/line.ts";
import type { Mode, Screen } from "../../src/ui/model.ts";
import { newModel } from "../../src/ui/new-model.ts";
import { explain } from "../../src/runbooks/explain.ts";
import { ACTION_KEYS } from "../../src/runbooks/action-keys.ts";
import { ACTION_MODES } from "../../src/ui/board/bindings.ts";
import { WORDS } from "../../src/packs/appliance/board/words.ts";
import { RECOVERY, runbookHere } from "./runbook.ts";
import { isWindow } from "../../src/ui/scroll.ts";
import { UNICODE } from "../../src/ui/theme.ts";

const BOOKS = [explain(runbookHere().runbook), RECOVERY];
const KEYS = keyTable(BOOKS);
const MODES = Object.keys(MODE_TITLES) as Mode[];
const model = {
  ...newModel({ name: "s", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false }),
  runbooks: BOOKS,
};

test.each(MODES)("no key means two things in mode %s", (mode) => {
  const keys = KEYS.filter(({ modes }) => modes.includes(mode)).flatMap((binding) => binding.keys);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test.each(MODES)("there is a way out of mode %s, Ctrl-C and Ctrl-Z among them", (mode) => {
  expect(bindingFor(KEYS, mode, "ctrl-c")?.id).toBe("interrupt");
  expect(bindingFor(KEYS, mode, "ctrl-z")?.id).toBe("suspend");
  expect(
    KEYS.some(({ id, modes }) => modes.includes(mode) && ["back", "quit", "no", "words-back"].includes(id ?? "")),
  ).toBe(true);
});

/** Where text is typed, or a question is open that a key more would only hide. */
const HELPLESS: ReadonlySet<Mode> = new Set([
  "filter",
  "typed",
  "writing",
  "leave",
  "which",
  "help",
  "palette",
  "search",
]);
const WINDOWS = (Object.keys(MODE_TITLES) as (Mode & Screen)[]).filter((mode) => isWindow(mode));

test.each(MODES.filter((mode) => !HELPLESS.has(mode)))("? lists the keys of mode %s", (mode) => {
  expect(bindingFor(KEYS, mode, "?")?.help).toBe("all keys");
});

test.each(WINDOWS)("the window of screen %s moves by a line, by a screen and to its ends", (screen) => {
  for (const key of ["up", "down", "pageup", "pagedown", "home", "end"])
    expect(bindingFor(KEYS, screen, key)?.help).toBeDefined();
});

test.each(MODES)("Enter approves and starts nothing in mode %s", (mode) => {
  expect(["approve", "choose", "begin", "abandon"]).not.toContain(bindingFor(KEYS, mode, "enter")?.id);
});

test.each(MODES)("the footer of mode %s fits in 60 cells and every row has a help", (mode) => {
  const footer = footerLine(mode, model, { columns: 60, rows: 15, glyphs: UNICODE, words: WORDS, nowMs: 0 });
  expect(cellsOf(footer)).toBeLessThanOrEqual(62);
  expect(keysOf(BOOKS, mode, WORDS).every(({ help, keys }) => help !== "" && keys !== "")).toBe(true);
});

/** Copies and opens where targets are listed, unless a runbook has the letter for itself: its key stands first in the table. */
const YIELDS = ["y", "e"];

test("a letter that may begin a runbook means nothing else where targets are listed, or gives way to it", () => {
  const bare = keyTable(null).filter(({ modes }) => modes.some((mode) => ACTION_MODES.includes(mode)));
  expect(bare.flatMap(({ keys }) => keys).filter((key) => ACTION_KEYS.test(key))).toEqual(YIELDS);
  for (const key of YIELDS) {
    const books = BOOKS.map((book) =>
      book.action === undefined ? book : { ...book, action: { ...book.action, key } },
    );
    expect(bindingFor(keyTable(books), "detail", key)?.id).toBe("begin");
    expect(keysOf(books, "detail", WORDS).filter(({ keys }) => keys === key)).toHaveLength(1);
  }
});
