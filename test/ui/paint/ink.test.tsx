/**
 * Ink on two terminals, on one as it is, on the other with as little as can be sent: after every frame both show the same,
 * cell for cell, whatever is shown, however the window changes, and whoever had the terminal meanwhile.
 */
import { PassThrough, Writable } from "node:stream";
import { render } from "ink";
import { afterEach, expect, test } from "vitest";
import { App } from "../../../src/ui/app.tsx";
import { Console } from "../../../src/ui/console.ts";
import type { Model } from "../../../src/ui/model.ts";
import { slim } from "../../../src/ui/paint/slim.ts";
import { trials } from "../../support/sample.ts";
import { seeded } from "../../support/seeded.ts";
import { board } from "../models.ts";
import { PAGES } from "../pages.ts";
import { makeWorld, vmNamed } from "../world.ts";
import { emulator, type Emulator } from "./emulator.ts";

const MODELS = trials(20, 50);

class Output extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  bytes = 0;
  isHidden = false;
  readonly #emulator: Emulator;

  constructor(to: Emulator) {
    super({ decodeStrings: false });
    this.#emulator = to;
    this.columns = to.terminal.cols;
    this.rows = to.terminal.rows;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.bytes += Buffer.byteLength(chunk);
    const [shown, hidden] = [chunk.lastIndexOf("\u001b[?25h"), chunk.lastIndexOf("\u001b[?25l")];
    if (shown !== hidden) this.isHidden = hidden > shown;
    this.#emulator.terminal.write(chunk, done);
  }
}

interface Window {
  readonly console: Console;
  readonly output: Output;
  readonly emulator: Emulator;
  suspend(during: () => Promise<void>): Promise<void>;
  /** Resolves once all is drawn that is to be drawn. */
  drawn(): Promise<void>;
  close(): Promise<void>;
}

const open: Window[] = [];
afterEach(async () => {
  for (const window of open.splice(0)) await window.close();
});

/** A console in a window of its own, through what `between` puts between it and Ink. */
function windowOn(between: (output: NodeJS.WriteStream) => NodeJS.WriteStream): Window {
  const { site, sources, time: timers } = makeWorld();
  const console = new Console({ site, sources, timers, copy: () => undefined, suspend: () => undefined });
  const shown = emulator(80, 24);
  const output = new Output(shown);
  let handOver: Window["suspend"] = () => Promise.reject(new Error("nothing was drawn yet"));
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const instance = render(<App console={console} onReady={(suspend) => void (handOver = suspend)} />, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: between(output as unknown as NodeJS.WriteStream),
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    maxFps: 1000,
  });
  const window: Window = {
    console,
    output,
    emulator: shown,
    suspend: (during) => handOver(during),
    drawn: async () => {
      // What is drawn may change the model, which is drawn again.
      for (let round = 0; round < 3; round += 1) await instance.waitUntilRenderFlush();
    },
    close: async () => {
      instance.unmount();
      await instance.waitUntilExit();
    },
  };
  open.push(window);
  return window;
}

const pair = (): readonly [Window, Window] => [windowOn((output) => output), windowOn(slim)];

const both = (windows: readonly Window[], act: (window: Window) => void): void => {
  for (const window of windows) act(window);
};

const ODD = ["漢字の機械", "Zoe\u0308", "Zoë", "שרת", "👍", "a\u202eb", "-", ""];

/** A page with a name by chance in it; names are what others write. */
function randomModel(chance: (below: number) => number): Model {
  const pages = Object.values(PAGES);
  const page = pages[chance(pages.length)] ?? board();
  if (chance(3) > 0) return page;
  const names = Array.from({ length: 1 + chance(30) }, (_unused, at) => `${ODD[chance(ODD.length)]}${at}`);
  return { ...page, board: { ...page.board, targets: names.map((name) => vmNamed(name)) } };
}

function resize(window: Window, columns: number, rows: number): void {
  window.emulator.terminal.resize(columns, rows);
  Object.assign(window.output, { columns, rows });
  window.output.emit("resize");
}

interface Shown {
  readonly what: string;
  readonly cells: readonly string[];
  readonly row: number;
  readonly isHidden: boolean;
}

/** What a window shows once all is drawn. */
async function shownIn(window: Window, what: string): Promise<Shown> {
  await window.drawn();
  const { emulator: shown, output } = window;
  return { what, cells: shown.cells(), row: shown.row(), isHidden: output.isHidden };
}

const expectSame = async ([plain, slimmed]: readonly [Window, Window], what: string): Promise<void> =>
  expect(await shownIn(slimmed, what)).toEqual(await shownIn(plain, what));

test.each([1, 2, 3, 4])("any page after any other, in any window (seed %i)", async (seed) => {
  const chance = seeded(seed);
  const windows = pair();
  for (let model = 0; model < MODELS; model += 1) {
    const size = [60 + chance(80), 15 + chance(30)] as const;
    if (chance(4) === 0) both(windows, (window) => resize(window, ...size));
    const next = randomModel(chance);
    both(windows, ({ console }) => console.store.set(() => next));
    await expectSame(windows, `model ${model} of seed ${seed}, ${size.join("x")}`);
  }
  const [plain, slimmed] = windows;
  expect(slimmed.output.bytes).toBeLessThan(plain.output.bytes);
});

test("after another program had the terminal and wrote on it", async () => {
  const windows = pair();
  both(windows, ({ console }) => console.store.set(() => board()));
  await expectSame(windows, "before");
  const text = `\u001b[H${"somebody else's line\r\n".repeat(40)}`;
  for (const window of windows)
    await window.suspend(
      () =>
        new Promise(
          (resolve) =>
            void window.output.write(text, () => {
              expect(window.output.isHidden).toBe(false);
              expect(window.emulator.cells().join("\n")).toContain("somebody");
              resolve();
            }),
        ),
    );
  await expectSame(windows, "after");
  expect(windows[1].emulator.cells().join("\n")).not.toContain("somebody");
  both(windows, ({ console }) => console.store.set((model) => ({ ...model, screens: ["board", "help"] })));
  await expectSame(windows, "and with another page");
});

test("a window that becomes smaller and larger, again and again", async () => {
  const windows = pair();
  both(windows, ({ console }) => console.store.set(() => board()));
  for (const [columns, rows] of [
    [60, 15],
    [200, 50],
    [80, 50],
    [80, 15],
    [61, 15],
    [20, 5],
    [80, 24],
  ] as const) {
    both(windows, (window) => resize(window, columns, rows));
    await expectSame(windows, `${columns}x${rows}`);
  }
  expect(windows[1].emulator.cells().join("\n")).toContain("one");
});

test("when it goes, both leave the terminal as it was", async () => {
  const windows = pair();
  both(windows, ({ console }) => console.store.set(() => board()));
  await expectSame(windows, "before");
  for (const window of open.splice(0)) {
    expect(window.emulator.terminal.buffer.active.type).toBe("alternate");
    await window.close();
    expect(window.emulator.terminal.buffer.active.type).toBe("normal");
    expect(window.emulator.cells().join("").trim()).toBe("");
    expect(window.output.isHidden).toBe(false);
  }
});
