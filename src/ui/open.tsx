/** Puts the console on a terminal: alternate screen, keys, resize; and takes it off again. */
import { render } from "ink";
import { Background } from "./background.ts";
import { App } from "./app.tsx";
import { Console, type ConsoleWish } from "./console.ts";

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface OpenedConsole {
  readonly console: Console;
  /** Resolves with the exit code once the person has left; rejects when a bug ended it. */
  readonly left: Promise<number>;
  /** Resolves when the first frame was written. */
  readonly drawn: Promise<void>;
  /** Gives the terminal back. */
  close(): Promise<void>;
  /** Hands the terminal over while `during` lasts, then draws everything again. */
  suspend(during: () => Promise<void>): Promise<void>;
}

/**
 * The wheel moves what the arrow keys move, in the terminal's own way and without its mouse: text can still be marked. What the
 * terminal did before is saved there and put back, since some do so for every program.
 */
const WHEEL_ON = "\u001b[?1007s\u001b[?1007h";
const WHEEL_BACK = "\u001b[?1007r";

export function openConsole(wish: ConsoleWish, { stdin, stdout }: Terminal): OpenedConsole {
  const console = new Console(wish);
  let handOver: ((during: () => Promise<void>) => Promise<void>) | null = null;
  let ready = (): void => undefined;
  const firstFrame = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const onReady = (suspend: (during: () => Promise<void>) => Promise<void>): void => {
    handOver = suspend;
    ready();
  };
  const background =
    wish.theme === null ? new Background(stdin, wish.timers, (theme) => console.setTheme(theme)) : null;
  // The first frame waits for no answer.
  void firstFrame.then(() => background?.ask((text) => void stdout.write(text)));
  const instance = render(<App console={console} onReady={onReady} />, {
    stdin: background?.stdin ?? stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    // The store says how often events are drawn; a key is not to wait for the frame of one.
    maxFps: 120,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  stdout.write(WHEEL_ON);
  const exit = instance.waitUntilExit();
  return {
    console,
    drawn: firstFrame,
    left: Promise.race([console.left, exit.then(() => console.exit)]),
    close: async () => {
      instance.unmount();
      await exit.catch(() => undefined);
      // After an error while drawing Ink leaves the keyboard as it was: bracketed paste on, keeping the process alive.
      stdout.write(`\u001b[?2004l${WHEEL_BACK}`);
      stdin.setRawMode(false);
      stdin.pause();
      stdin.unref();
    },
    suspend: async (during) => {
      if (handOver === null) return;
      stdout.write(WHEEL_BACK);
      await handOver(during);
      stdout.write(WHEEL_ON);
    },
  };
}
