import xterm from "@xterm/headless";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { safeText } from "../../src/text/safe-text.ts";
import { cells, fit, middle, wrap } from "../../src/ui/cells.ts";

async function drawn(text: string): Promise<number> {
  const terminal = new xterm.Terminal({ cols: 400, rows: 2, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const at = terminal.buffer.active.cursorX;
  terminal.dispose();
  return at;
}

test.each(["plain", "größe", "日本語", "한국어", "émile", "ｆｕｌｌ", "─▸✓✗…"])(
  "counts the cells that a terminal gives to %s",
  async (text) => {
    expect(cells(safeText(text))).toBe(await drawn(safeText(text)));
  },
);

test("fits any text into exactly the width, and loses nothing when wrapping", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 4, max: 60 }), (raw, width) => {
      const text = safeText(raw);
      expect(cells(fit(text, width))).toBe(width);
      expect(cells(middle(text, width))).toBeLessThanOrEqual(width);
      const lines = wrap(text, width);
      expect(lines.every((line) => cells(line) <= width)).toBe(true);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }),
  );
});
