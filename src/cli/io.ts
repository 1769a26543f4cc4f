import { isatty } from "node:tty";
import { endOpening } from "./console/opening/opening.ts";
import { fitText } from "./terminal/wrap.ts";

/** The process as the commands see it: the only place that touches argv, env, stdin, stdout and stderr. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person can be asked: both ends are a terminal, and not a dumb one. */
  readonly person: boolean;
}

/** Terminals that can only print one line after the other. One that is not named may be such a one. */
export const isDumb = (env: Io["env"]): boolean => ["", "dumb", "unknown"].includes(env["TERM"] ?? "");

const STOP = "Stop";

/** A message that ends a command, with its exit code. Thrown inside `src/cli` only, shown by `main`. */
export class Stop extends Error {
  readonly exit: number;
  constructor(exit: number, message: string) {
    super(message);
    this.name = STOP;
    this.exit = exit;
  }
}

/** Whether an error is a {@link Stop}, also one of another bundle of the same program, whose class is another. */
export const isStop = (error: unknown): error is Stop =>
  error instanceof Stop || (error instanceof Error && error.name === STOP && "exit" in error);

/** What was painted for a console makes room for whatever else is said. */
const BY_STREAMS: Pick<Io, "out" | "err"> = {
  out: (text) => {
    endOpening();
    process.stdout.write(text);
  },
  err: (text) => {
    endOpening();
    process.stderr.write(text);
  },
};

export function processIo(print: Pick<Io, "out" | "err"> = BY_STREAMS): Io {
  return {
    ...print,
    env: process.env,
    // Opening stdin costs a quick command more than all it does, so it waits until somebody asks.
    get stdin() {
      return process.stdin;
    },
    get person() {
      return isatty(0) && isatty(1) && !isDumb(process.env);
    },
  };
}

/** How wide lines for a person may be: the terminal's columns, 40 at least; for a pipe they are not broken. */
export const lineWidth = ({ person }: Io): number =>
  person ? Math.max(40, process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;

/** Prints a text for a person, broken between words where the terminal is narrower. Commands to be copied go out whole. */
export const sayFitted = (io: Io, text: string): void => io.out(fitText(text, lineWidth(io)));
