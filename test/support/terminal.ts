/** A person at a terminal, as the commands see one: keys go in, what is shown comes out. */
import { PassThrough } from "node:stream";
import type { Io } from "../../src/cli/io.ts";

export interface Terminal {
  readonly io: Io;
  shown(): string;
}

export type Keys = string | (() => Promise<string>);

/** Answers each prompt that matches with these keys, in order. Without answers nobody is there. */
export function terminal(
  env: Readonly<Record<string, string | undefined>>,
  answers: readonly (readonly [RegExp, Keys])[],
): Terminal {
  const stdin = Object.assign(new PassThrough(), { setRawMode: () => stdin, isTTY: true });
  const left = [...answers];
  let shown = "";
  let unseen = "";
  // Keys count only once the question has stood for a while: as long as nothing follows they were pressed too early.
  const press = (keys: string): void => {
    let length: number | null = null;
    const timer = setInterval(() => {
      if (length !== null && length !== shown.length) return clearInterval(timer);
      length = shown.length;
      stdin.write(keys);
    }, 550);
  };
  const out = (text: string): void => {
    shown += text;
    unseen += text;
    const [next] = left;
    if (next === undefined || !next[0].test(unseen)) return;
    left.shift();
    unseen = "";
    const keys = next[1];
    void (typeof keys === "string" ? Promise.resolve(keys) : keys()).then(press);
  };
  const io: Io = {
    env: { ...env, TERM: "xterm-256color" },
    stdin: stdin as unknown as NodeJS.ReadStream,
    out,
    err: (text) => {
      shown += text;
    },
    person: answers.length > 0,
  };
  return { io, shown: () => shown };
}
