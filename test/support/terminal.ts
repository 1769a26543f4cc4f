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
  const out = (text: string): void => {
    shown += text;
    unseen += text;
    const [next] = left;
    if (next === undefined || !next[0].test(unseen)) return;
    left.shift();
    unseen = "";
    // Keys count only once the question has stood for a while.
    setTimeout(() => {
      const keys = next[1];
      if (typeof keys === "string") stdin.write(keys);
      else void keys().then((text) => stdin.write(text));
    }, 550);
  };
  const io: Io = {
    env,
    stdin: stdin as unknown as NodeJS.ReadStream,
    out,
    err: (text) => {
      shown += text;
    },
    person: answers.length > 0,
  };
  return { io, shown: () => shown };
}
