import { expect, test } from "vitest";
import { footerLine, keysOf } from "../../src/ui/footer.ts";
import { MODE_TITLES } from "../../src/ui/key-names.ts";
import { bindingFor, KEYS } from "../../src/ui/keys.ts";
import { cellsOf } from "../../src/ui/line.ts";
import { newModel, type Mode } from "../../src/ui/model.ts";
import { UNICODE } from "../../src/ui/theme.ts";

const MODES = Object.keys(MODE_TITLES) as Mode[];
const model = newModel({ name: "s", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false });

test.each(MODES)("no key means two things in mode %s", (mode) => {
  const keys = KEYS.filter(({ modes }) => modes.includes(mode)).flatMap((binding) => binding.keys);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test.each(MODES)("there is a way out of mode %s, Ctrl-C and Ctrl-Z among them", (mode) => {
  expect(bindingFor(mode, "ctrl-c")?.id).toBe("interrupt");
  expect(bindingFor(mode, "ctrl-z")?.id).toBe("suspend");
  expect(
    KEYS.some(({ id, modes }) => modes.includes(mode) && ["back", "quit", "no", "words-back"].includes(id ?? "")),
  ).toBe(true);
});

test.each(MODES)("Enter approves and starts nothing in mode %s", (mode) => {
  expect(["approve", "choose", "cleanup", "recover", "abandon"]).not.toContain(bindingFor(mode, "enter")?.id);
});

test.each(MODES)("the footer of mode %s fits in 60 cells and every row has a help", (mode) => {
  const footer = footerLine(mode, model, { columns: 60, rows: 15, glyphs: UNICODE, now: 0 });
  expect(cellsOf(footer)).toBeLessThanOrEqual(62);
  expect(keysOf(mode).every(({ help, keys }) => help !== "" && keys !== "")).toBe(true);
});
