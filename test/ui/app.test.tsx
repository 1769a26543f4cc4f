/** The component alone: it draws what the model says, line for line, and gives it every key. */
import { stripVTControlCharacters } from "node:util";
import { render } from "ink-testing-library";
import { afterEach, expect, test, vi } from "vitest";
import { App } from "../../src/ui/app.tsx";
import { Console } from "../../src/ui/console.ts";
import { cellsOf, textOf } from "../../src/ui/line.ts";
import { modeOf } from "../../src/ui/mode.ts";
import { screenLines } from "../../src/ui/screen.ts";
import { makeWorld } from "./world.ts";

let left = (): void => undefined;
afterEach(() => left());

interface Drawn {
  readonly console: Console;
  readonly ready: () => void;
  readonly press: (key: string) => void;
  /** The lines of the newest frame, without colours and the spaces at their ends. */
  readonly drawn: () => string[];
  /** What the model says now. */
  readonly said: () => string[];
  readonly frames: readonly string[];
}

function drawn(): Drawn {
  const world = makeWorld();
  const { site, sources, time: timers } = world;
  const console = new Console({ site, sources, timers, copy: () => undefined, suspend: () => undefined });
  const ready = vi.fn<() => void>();
  const { lastFrame, stdin, unmount, frames } = render(<App console={console} onReady={ready} />);
  left = unmount;
  void console.begin();
  const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trimEnd());
  return {
    console,
    ready,
    press: (key) => stdin.write(key),
    drawn: () => {
      world.time.advance(0);
      return trimmed(stripVTControlCharacters(lastFrame() ?? "").split("\n"));
    },
    said: () => trimmed(screenLines(console.model, console.look()).map(textOf)),
    frames,
  };
}

test("every frame is the lines of the model, as many as the window has and none wider", async () => {
  const app = drawn();
  await expect.poll(() => app.drawn().join("\n")).toContain("pgtest1");
  expect(app.ready).toHaveBeenCalledTimes(1);
  const { columns, rows } = app.console.size;
  for (const key of ["?", "?", "j", "q"]) {
    app.press(key);
    await expect.poll(() => app.drawn()).toEqual(app.said());
    expect(app.drawn()).toHaveLength(rows);
    for (const line of screenLines(app.console.model, app.console.look()))
      expect(cellsOf(line)).toBeLessThanOrEqual(columns);
  }
});

test("a key that arrives is the model's, and nothing is drawn where nothing changed", async () => {
  const app = drawn();
  await expect.poll(() => app.drawn().join("\n")).toContain("pgtest1");
  const before = modeOf(app.console.model);
  app.press("?");
  await expect.poll(() => modeOf(app.console.model)).toBe("help");
  expect(before).toBe("board");
  await expect.poll(() => app.drawn()).toEqual(app.said());
  const count = app.frames.length;
  await new Promise((resolve) => void setTimeout(resolve, 50));
  expect(app.frames.length).toBe(count);
});
