/** Hands the terminal over and takes it back: to the shell after Ctrl-Z, to the program that somebody reads with. */
import type { OpenedConsole } from "../../ui/open.tsx";
import type { ReadableText } from "../../ui/read/text.ts";
import type { Io } from "../io.ts";
import { drainKeys } from "../terminal/drain.ts";
import { readText } from "../terminal/reader.ts";

/** What a program that was killed may have left on: the alternate screen, application keys, mouse, colours. */
const LEAVINGS =
  "\u001b7\u001b[?1049l\u001b8\u001b[?1l\u001b>\u001b[?25h\u001b[?2004l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[0m";

/** A turn of the loop: what was let go is read no more after it. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class HandOver {
  readonly #screen: () => OpenedConsole;
  readonly #io: Io;
  /** Whether another program has the terminal: its Ctrl-C and Ctrl-\\ are signals for that program, and for us as well. */
  isAway = false;
  /** Whether it was handed over and is not back: a key that was pressed twice asks for it once. */
  #isHanded = false;

  constructor(screen: () => OpenedConsole, io: Io) {
    this.#screen = screen;
    this.#io = io;
  }

  begin(): void {
    process.on("SIGTSTP", this.stop);
  }

  end(): void {
    process.off("SIGTSTP", this.stop);
  }

  async #hand(during: () => Promise<void>): Promise<void> {
    if (this.#isHanded) return;
    this.#isHanded = true;
    this.end();
    try {
      await this.#screen().suspend(during);
    } finally {
      this.#isHanded = false;
      this.begin();
    }
  }

  /** Stops this process group as the shell's Ctrl-Z does, and draws everything again after `fg`. */
  readonly stop = (): void => {
    void this.#hand(
      () =>
        new Promise((resolve) => {
          process.once("SIGCONT", () => resolve());
          process.kill(0, "SIGTSTP");
        }),
    );
  };

  /** Shows a text in the person's own program; '' once they are back, else why it was not shown. */
  readonly read = async (text: ReadableText): Promise<string> => {
    const { stdin, env } = this.#io;
    let failure = "";
    if (this.#isHanded) return failure;
    this.isAway = true;
    try {
      await this.#hand(async () => {
        await turn();
        stdin.pause();
        await turn();
        failure = await readText(env, text);
        process.stdout.write(LEAVINGS);
        drainKeys(stdin);
      });
    } finally {
      this.isAway = false;
    }
    return failure;
  };
}
