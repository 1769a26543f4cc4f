/** Questions with an answer of one line each, at a terminal or from a pipe. */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { EXIT } from "../../../engine/exit.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { Stop, type Io } from "../../io.ts";
import { safeText } from "../../../text/safe-text.ts";
import type { Prompt } from "../../../packs/setup.ts";

/** What was answered so far counts for nothing when the answers end. */
const ENDED = "setup was stopped before its end. Nothing was written";

function checkAnswer(answer: string | undefined, problem: (answer: string) => string | null): Result<string, string> {
  if (answer === undefined) return err("an answer is needed");
  const message = problem(answer);
  return message === null ? ok(answer) : err(message);
}

/** Opens the questions. Ctrl-C, and the end of the input, end them with a {@link Stop}. */
export function openPrompt(io: Io): Prompt {
  const lines = new Lines(io);
  const ask: Prompt["ask"] = async (label, fallback, problem = () => null) => {
    const hint = fallback === undefined ? "" : ` [${safeText(fallback)}]`;
    for (;;) {
      const answer = checkAnswer((await lines.next(`  ${label}${hint}: `)).trim() || fallback, problem);
      if (answer.ok) return answer.value;
      io.out(`  ${safeText(answer.error)}\n`);
    }
  };
  return {
    ask,
    secret: async (label, fallback) => {
      const hint = fallback === null ? "" : ` [from ${safeText(fallback.source)}]`;
      for (;;) {
        const value = await lines.next(`  ${label} (not shown)${hint}: `, true);
        if (value !== "") return { value, source: "what was typed before" };
        if (fallback !== null) return fallback;
        io.out("  it is needed\n");
      }
    },
    choice: async (label, words) => {
      const [first] = words;
      const find = (answer: string) => words.find((word) => word.startsWith(answer.toLowerCase()));
      const problem = (answer: string): string | null =>
        find(answer) === undefined ? `say ${words.join(" or ")}` : null;
      return find(await ask(`${label} (${words.join("/")})`, first, problem)) ?? first;
    },
    close: () => lines.close(),
  };
}

/** The lines of the input, one for each question. */
class Lines {
  readonly #interface: Interface;
  readonly #io: Io;
  readonly #queue: string[] = [];
  #wake: () => void = () => undefined;
  #end: number | null = null;
  #isMuted = false;

  constructor(io: Io) {
    this.#io = io;
    const output = new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        if (!this.#isMuted) io.out(chunk.toString());
        callback();
      },
    });
    this.#interface = createInterface({ input: io.stdin, output, terminal: io.person });
    this.#interface.on("line", (line) => {
      this.#queue.push(line);
      this.#wake();
    });
    this.#interface.on("SIGINT", () => this.#stop(EXIT.interrupted));
    this.#interface.on("close", () => this.#stop(EXIT.stopped));
  }

  #stop(exit: number): void {
    this.#end ??= exit;
    this.#wake();
  }

  async next(question: string, isMuted = false): Promise<string> {
    // What somebody typed before a question stood was meant for another one.
    if (this.#io.person) this.#queue.length = 0;
    this.#interface.setPrompt(question);
    if (this.#end === null) this.#interface.prompt();
    this.#isMuted = isMuted;
    try {
      return await this.#arrival();
    } finally {
      this.#isMuted = false;
      if (isMuted || !this.#endsItself()) this.#io.out("\n");
    }
  }

  /** The next line, when it comes. */
  async #arrival(): Promise<string> {
    for (;;) {
      const line = this.#queue.shift();
      if (line !== undefined) return line;
      if (this.#end !== null) throw new Stop(this.#end, ENDED);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Whether the Enter of a person ended the line on the screen. */
  #endsItself(): boolean {
    return this.#io.person && this.#end === null;
  }

  close(): void {
    this.#interface.close();
  }
}
