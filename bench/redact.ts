/** Whether redaction takes linear time on text that was made to keep it busy: twice as much of it against once. */
import { makeKeyring } from "../src/cli/session/keyring.ts";

/** Beginnings of what is looked for, without its end. */
const LURES = [
  "://a:b",
  "password='",
  "mysql ",
  "-----BEGIN A-----",
  "Authorization:",
  "IDENTIFIED BY ",
  "://",
  "a",
  "\\",
  "Basic ",
  "SET PASSWORD ",
];
const LENGTH = 100_000;

/** How many times as much of the processor the double length takes, over all lures, the best of some rounds each. */
export function hostileGrowth(rounds: number): number {
  const redactor = makeKeyring().redactor("message");
  const best = (text: string): number =>
    Math.min(
      ...Array.from({ length: rounds }, () => {
        const from = process.cpuUsage();
        redactor.redact(text);
        return process.cpuUsage(from).user;
      }),
    );
  let [once, twice] = [0, 0];
  for (const lure of LURES) {
    const text = lure.repeat(Math.ceil(LENGTH / lure.length));
    once += best(text);
    twice += best(text + text);
  }
  return twice / once;
}
