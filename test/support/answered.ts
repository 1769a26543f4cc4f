/** A program in a terminal, with somebody who answers whatever it asks. */
import { openPty, type Pty } from "./pty.ts";

const ASKED = /Press (?:a to approve|1 to \d+)|Type (\S+) and Enter/gu;

// oxlint-disable-next-line no-control-regex -- it is what a terminal is sent
const ESCAPES = /\u001b\[[\d;?]*[A-Za-z]/gu;

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

export interface Answered {
  readonly exit: number;
  /** All that it showed, each gap as one blank. */
  readonly shown: string;
}

/** Gives each page what it asks for until the program ends, or with `approves: false` leaves it; gives how it ended. */
export async function answerAll(t: Pty, approves = true): Promise<number> {
  const end: { exit?: number } = {};
  void t.ended.then((exit) => (end.exit = exit));
  let asked = 0;
  while (end.exit === undefined) {
    // what was written, not what is on the screen: that may lag behind, and still show the page before
    const questions = [...t.written().replaceAll(ESCAPES, "").matchAll(ASKED)];
    const question = questions.at(-1);
    if (question !== undefined && questions.length > asked) {
      asked = questions.length;
      await pause(700); // keys that come at once are nobody's
      const [asks, name] = question;
      const agree = name === undefined ? ["a"] : [...Array.from(name), "enter"];
      // a choice is nobody's here
      await t.press(...(approves && !asks.startsWith("Press 1") ? agree : ["escape"]));
    }
    await pause(50);
  }
  return end.exit;
}

/** Runs it to its end, with somebody who answers. */
export async function answered(
  file: string,
  args: readonly string[],
  { approves = true, ...place }: { env: NodeJS.ProcessEnv; cwd: string; approves?: boolean },
): Promise<Answered> {
  const t = openPty(file, args, { ...place, rows: 60, columns: 120 });
  const exit = await answerAll(t, approves);
  return { exit, shown: t.written().replaceAll(/\s+/gu, " ") };
}
