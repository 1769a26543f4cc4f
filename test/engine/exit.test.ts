/** The one table of exit codes. */
import { expect, test } from "vitest";
import { EXIT, EXIT_TEXT } from "../../src/engine/exit.ts";

test("each code stands for one end, and those of a shell for signals and a closed pipe", () => {
  expect(EXIT).toEqual({
    done: 0,
    failed: 1,
    doubt: 3,
    stopped: 4,
    needed: 5,
    usage: 64,
    badFile: 65,
    unreachable: 69,
    bug: 70,
    journalClosed: 73,
    journalUnwritable: 74,
    locked: 75,
    hungUp: 128 + 1,
    interrupted: 128 + 2,
    quit: 128 + 3,
    closedPipe: 128 + 13,
    terminated: 128 + 15,
  });
});

test("each code is explained, those of signals under the one of Ctrl-C", () => {
  const { hungUp, quit, closedPipe, terminated, ...explained } = EXIT;
  expect(EXIT_TEXT.map(([code]) => code)).toEqual(Object.values(explained));
  const text = EXIT_TEXT.find(([code]) => code === EXIT.interrupted)?.[1] ?? "";
  for (const code of [hungUp, closedPipe, terminated]) expect(text).toContain(String(code));
  expect(text).not.toContain(String(quit));
  for (const [, sentence] of EXIT_TEXT) expect(sentence).toMatch(/^[a-z].{10}/u);
});
