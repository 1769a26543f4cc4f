/** The console on a terminal emulator: what is pressed goes in as bytes, what is asserted is what a person would see. */
import { Writable, PassThrough } from "node:stream";
import xterm from "@xterm/headless";
import { render } from "ink";
import { vi } from "vitest";
import { App } from "../../src/ui/app.tsx";
import { Console, type ConsoleWish } from "../../src/ui/console.ts";
import type { Model } from "../../src/ui/model.ts";
import { redraw } from "../../src/ui/paint/redraw.ts";
import { slim } from "../../src/ui/paint/slim.ts";
import { silentKeys } from "./named-keys.ts";
import type { World } from "./world.ts";

class Output extends Writable {
  readonly isTTY = true;
  readonly written: string[] = [];
  columns: number;
  rows: number;
  readonly #terminal: xterm.Terminal;
  constructor(terminal: xterm.Terminal) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.columns = terminal.cols;
    this.rows = terminal.rows;
  }
  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk.toString());
    this.#terminal.write(chunk.toString(), done);
  }
  getWindowSize = (): [number, number] => [this.columns, this.rows];
}

export interface Screen {
  readonly console: Console;
  readonly world: World;
  /** Presses keys one after the other; a name of several letters is typed letter by letter. */
  press(...keys: readonly string[]): Promise<void>;
  paste(text: string): Promise<void>;
  /** All lines, without the spaces at their ends. */
  lines(): string[];
  text(): string;
  waitFor(text: string | RegExp): Promise<void>;
  /** Lets time pass and draws. */
  advance(ms: number): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Something else writes on the terminal. */
  scribble(text: string): Promise<void>;
  /** All that was written to the terminal so far. */
  written(): string;
  close(): Promise<void>;
}

const NAMED: Readonly<Record<string, string>> = {
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  enter: "\r",
  escape: "\u001b",
  pagedown: "\u001b[6~",
  pageup: "\u001b[5~",
  space: " ",
  tab: "\t",
  f5: "\u001b[15~",
  // As terminals send it with alternate scroll: three arrow keys in one piece.
  wheeldown: "\u001b[B\u001b[B\u001b[B",
  "ctrl-c": "\u0003",
  backspace: "\u007f",
};

/**
 * A limit for what hangs. Among mutants there are some that make a text never come: each would be waited for in full, and a
 * screen that is right shows it in a second.
 */
const HANGS_MS = process.env["HANDRAIL_MUTANTS_TESTS"] === undefined ? 300_000 : 15_000;
const soon = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 5));

/** The window, where the console begins, and the program that the person reads with. */
type ScreenWish = Pick<ConsoleWish, "open" | "reader"> & { readonly columns?: number; readonly rows?: number };

export async function openScreen(
  world: World,
  { columns = 80, rows = 24, open, reader = () => Promise.resolve("") }: ScreenWish = {},
): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stdout = new Output(terminal);
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const console = new Console({
    site: world.site,
    sources: world.sources,
    timers: world.time,
    copy: (text) => void world.copied.push(text),
    reader,
    ring: (text) => void world.rung.push(text),
    suspend: () => undefined,
    ...(open === undefined ? {} : { open }),
  });
  const instance = render(<App console={console} onReady={() => undefined} />, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: slim(stdout as unknown as NodeJS.WriteStream),
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    maxFps: 1000,
  });
  console.redraw = () => redraw(instance, console);
  const lines = (): string[] => {
    const buffer = terminal.buffer.active;
    return Array.from(
      { length: terminal.rows },
      // The row of the cursor is filled with spaces to its end.
      (_unused, at) =>
        buffer
          .getLine(buffer.baseY + at)
          ?.translateToString(true)
          .trimEnd() ?? "",
    );
  };
  const models = new WeakSet<Model>();
  const faults = new Set<string>();
  /** Every page of every story: no key that is named there does nothing without a word. */
  const pressNamed = (): void => {
    if (models.has(console.model)) return;
    models.add(console.model);
    for (const fault of silentKeys(console.model, console.look())) faults.add(fault);
  };
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      await soon();
      world.time.advance(0);
    }
    await soon();
    pressNamed();
  };
  const screen: Screen = {
    console,
    world,
    lines,
    text: () => lines().join("\n"),
    written: () => stdout.written.join(""),
    scribble: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    press: async (...keys) => {
      for (const key of keys) {
        const bytes = NAMED[key];
        for (const piece of bytes === undefined ? Array.from(key) : [bytes]) {
          stdin.write(piece);
          await soon();
          // A lone Esc waits a moment for the rest of a sequence.
          if (piece === "\u001b") await new Promise((resolve) => void setTimeout(resolve, 60));
        }
      }
      await settle();
    },
    paste: async (text) => {
      stdin.write(`\u001b[200~${text}\u001b[201~`);
      await settle();
    },
    waitFor: async (text) => {
      await vi.waitFor(
        async () => {
          await settle();
          const shown = lines().join("\n");
          if (typeof text === "string" ? !shown.includes(text) : !text.test(shown))
            throw new Error(`not on the screen: ${String(text)}\n${shown}`);
        },
        { timeout: HANGS_MS, interval: 5 },
      );
    },
    advance: async (ms) => {
      world.time.advance(ms);
      await settle();
    },
    resize: async (width, height) => {
      terminal.resize(width, height);
      stdout.columns = width;
      stdout.rows = height;
      stdout.emit("resize");
      await settle();
    },
    close: async () => {
      instance.unmount();
      await instance.waitUntilExit();
      terminal.dispose();
      if (faults.size > 0) throw new Error([...faults].join("\n"));
    },
  };
  void console.begin();
  await settle();
  return screen;
}
