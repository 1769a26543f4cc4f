/** Puts the console on a terminal: alternate screen, keys, resize; and takes it off again. */
import { render } from "ink";
import { Background } from "./background.ts";
import { App } from "./app.tsx";
import { Console, type ConsoleWish } from "./console.ts";
import { redraw } from "./paint/redraw.ts";
import { slim } from "./paint/slim.ts";
import { WHEEL_BACK, WHEEL_ON } from "./wheel.ts";

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Told when the first frame was written, before anything else is. */
  readonly onDrawn?: () => void;
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

export function openConsole(wish: ConsoleWish, { stdin, stdout, onDrawn }: Terminal): OpenedConsole {
  const console = new Console(wish);
  let handOver: ((during: () => Promise<void>) => Promise<void>) | null = null;
  let ready = (): void => undefined;
  const firstFrame = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const onReady = (suspend: (during: () => Promise<void>) => Promise<void>): void => {
    handOver = suspend;
    onDrawn?.();
    ready();
  };
  const background =
    wish.theme === null ? new Background(stdin, wish.timers, (theme) => console.setTheme(theme)) : null;
  // The first frame waits for no answer.
  void firstFrame.then(() => background?.ask((text) => void stdout.write(text)));
  stdout.write(WHEEL_ON);
  const instance = render(<App console={console} onReady={onReady} />, {
    stdin: background?.stdin ?? stdin,
    stdout: slim(stdout),
    alternateScreen: true,
    // The store says how often events are drawn; a key is not to wait for the frame of one.
    maxFps: 120,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  console.redraw = () => redraw(instance, console);
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
