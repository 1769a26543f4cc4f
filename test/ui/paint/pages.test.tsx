/** What a page costs a slow line at 80x24, in bytes, whatever stood there before. Counts, so that no busy machine changes a verdict. */
import { renderToString } from "ink";
import { expect, test } from "vitest";
import { App } from "../../../src/ui/app.tsx";
import { Console } from "../../../src/ui/console.ts";
import { paint } from "../../../src/ui/paint/paint.ts";
import { readRows, type Row } from "../../../src/ui/paint/row.ts";
import { PAGES } from "../pages.ts";
import { makeWorld } from "../world.ts";

const SIZE = { columns: 80, rows: 24 };
const PAGE_BYTES = 2048;
/** What stands around a frame, so that a terminal shows it as a whole. */
const MARKS = "\u001b[?2026h\u001b[?2026l".length;

/** On the line: the terminal's driver makes two bytes of each line feed. */
const bytesOf = (text: string): number => Buffer.byteLength(text.replaceAll("\n", "\r\n"));

/** Every page, as it stands in a window. */
function pages(): ReadonlyMap<string, readonly Row[]> {
  const { site, sources, time: timers } = makeWorld();
  const console = new Console({ site, sources, timers, copy: () => undefined, suspend: () => undefined });
  const rowsOf = (): readonly Row[] => {
    const text = renderToString(<App console={console} onReady={() => undefined} />, { columns: SIZE.columns });
    const rows = readRows(text, SIZE, []);
    if (rows === null) throw new Error(`no window: ${text}`);
    return rows;
  };
  return new Map(
    Object.entries(PAGES).map(([name, model]) => {
      console.store.set(() => model);
      return [name, rowsOf()] as const;
    }),
  );
}

test("no page costs more than 2 KiB after any other, nor more than to draw it anew", () => {
  const all = Array.from(pages(), ([name, rows]) => ({ name, rows }));
  const dear: string[] = [];
  for (const [at, { name, rows }] of all.entries()) {
    const whole = bytesOf(paint(null, rows));
    // Of the others every seventh, other ones for each.
    for (const before of all.filter((_page, index) => index % 7 === at % 7)) {
      const bytes = bytesOf(paint(before.rows, rows));
      if (bytes > whole || bytes + MARKS > PAGE_BYTES) dear.push(`${before.name} to ${name}: ${bytes} of ${whole}`);
    }
  }
  expect(all.length).toBeGreaterThan(60);
  expect(dear).toEqual([]);
});
