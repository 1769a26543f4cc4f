/** A console takes the terminal over from what was painted before it: no cell changes where nothing has to. */
import { PassThrough, Writable } from "node:stream";
import xterm from "@xterm/headless";
import { expect, test, vi } from "vitest";
import type { Painting } from "../../../../src/cli/console/opening/opening.ts";
import { tap } from "../../../../src/cli/console/opening/tap.ts";
import { SORTS } from "../../../../src/ui/order.ts";
import type { SiteInfo } from "../../../../src/ui/sources.ts";
import { ASCII, UNICODE, type Theme } from "../../../../src/ui/theme.ts";
import { cellsOf, difference } from "../../../support/cells.ts";
import { trials } from "../../../support/sample.ts";
import { seeded } from "../../../support/seeded.ts";
import { makeWorld } from "../../../ui/world.ts";

// Colours are decided as Ink is loaded.
vi.stubEnv("FORCE_COLOR", "1");
const { openConsole } = await import("../../../../src/ui/open.tsx");

interface Wish {
  readonly columns: number;
  readonly rows: number;
  readonly site: SiteInfo;
  readonly isAscii: boolean;
  readonly theme: Theme;
  readonly sort: (typeof SORTS)[number];
}

/** A terminal emulator behind a stream, as Ink wants it. */
class Emulator extends Writable {
  readonly isTTY = true;
  readonly terminal: xterm.Terminal;
  readonly columns: number;
  readonly rows: number;
  text = "";
  constructor({ columns, rows }: Pick<Wish, "columns" | "rows">) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }
  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.terminal.write(chunk.toString(), done);
  }
  getWindowSize = (): [number, number] => [this.columns, this.rows];
  written = (): Promise<void> => new Promise((resolve) => void this.write("", () => this.terminal.write("", resolve)));
}

const painted = (text: string): Painting => ({ text, takeOver: () => undefined, end: () => undefined });

interface Opened {
  readonly text: string;
  readonly before: string[];
  readonly after: string[];
  readonly own: string;
}

/** Opens a console on a terminal that shows `painting`, or nothing. */
async function opened(wish: Wish, painting: string | null): Promise<Opened> {
  const emulator = new Emulator(wish);
  if (painting !== null) emulator.write(painting);
  await emulator.written();
  const before = cellsOf(emulator.terminal);
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const world = makeWorld();
  const shown = emulator.text.length;
  const { stdout, release } = tap(
    emulator as unknown as NodeJS.WriteStream,
    painting === null ? null : painted(painting),
  );
  let text = "";
  const screen = openConsole(
    {
      site: wish.site,
      sources: world.sources,
      timers: world.time,
      glyphs: wish.isAscii ? ASCII : UNICODE,
      theme: wish.theme,
      order: { sort: wish.sort },
      suspend: () => undefined,
    },
    {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout,
      onDrawn: () => {
        text = release();
      },
    },
  );
  await screen.drawn;
  await emulator.written();
  const found = { text, before, after: cellsOf(emulator.terminal), own: emulator.text.slice(shown) };
  screen.console.quit(0);
  await screen.close();
  return found;
}

const NAMES = ["oma", "Büro 日本", "a".repeat(70), "x", "standort-mit-langem-namen", "e\u0301"];

function wishOf(pick: (below: number) => number): Wish {
  const one = <T>(from: readonly T[]): T => from[pick(from.length)] as T;
  const { site } = makeWorld();
  const name = one(["handrail", "HANDRAIL_LAB=test bin/handrail"]);
  return {
    columns: 50 + pick(170),
    rows: 12 + pick(60),
    isAscii: pick(2) === 0,
    theme: one(["any", "dark", "light"] as const),
    sort: one(SORTS),
    site: {
      ...site,
      name: one(NAMES),
      lab: pick(2) === 0 ? null : one(NAMES),
      scale: one([1, 20]),
      banners: Array.from({ length: pick(3) }, () => `CloudStack is reached over plain HTTP, ${one(NAMES)}.`),
      operator: one(NAMES),
      readOnly: pick(2) === 0,
      command: (words) => `${name} ${words}`,
    },
  };
}

test("where it would draw the same, nothing is written and no cell changes: consoles of any size", async () => {
  const pick = seeded(21);
  let coloured = 0;
  const rounds = trials(50, 200);
  for (let round = 0; round < rounds; round += 1) {
    const wish = wishOf(pick);
    const first = await opened(wish, null);
    const again = await opened(wish, first.text);
    const seen = [difference(again.before, first.after), difference(again.after, first.after)];
    expect([round, again.own.length, again.text === first.text, ...seen]).toEqual([round, 0, true, "", ""]);
    if (first.text.includes("\u001b[2m")) coloured += 1;
  }
  expect(coloured).toBeGreaterThan(rounds / 2);
});

test("where it draws something else, nothing of the painting stays, and the screen is taken once", async () => {
  const pick = seeded(4);
  let other = 0;
  const rounds = trials(15, 40);
  for (let round = 0; round < rounds; round += 1) {
    const [wish, before] = [wishOf(pick), wishOf(pick)];
    const stale = await opened({ ...before, columns: wish.columns, rows: wish.rows }, null);
    const wanted = await opened(wish, null);
    const found = await opened(wish, stale.text);
    expect([round, difference(found.after, wanted.after)]).toEqual([round, ""]);
    expect(found.own).not.toContain("[?1049h");
    if (found.own !== "") other += 1;
  }
  expect(other).toBeGreaterThan(rounds / 2);
});
