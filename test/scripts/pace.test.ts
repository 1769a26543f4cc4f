/** The rule of CONTRIBUTING that no verdict depends on how fast the machine is, held against the tests' own text. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const top = resolve(import.meta.dirname, "..");
const own = "scripts/pace.test.ts";
/** The long numbers are about real time itself, and nobody's commit waits for them. */
const files = readdirSync(top, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/u.test(name) && !name.includes(".soak.") && name !== own,
);

/** What each way of judging by the clock looks like. */
const BY_THE_CLOCK: Readonly<Record<string, RegExp>> = {
  "a limit of its own for a test, which a busy machine passes": /^\s*\}, \d+_000\);/u,
  "a limit of its own for what a test waits for": /\btimeout: [\d_]+ ?[,}]/u,
  "a duration that has to be short": /expect\(.*(?:Date|performance)\.now\(\) - .*\.toBeLess/u,
  "an instant that something has to have happened by":
    /(?:until|deadline|end) = (?:Date|performance)\.now\(\) \+ [\d_]+;/u,
};

/** Where the limit is what is tested: a lock that is held for certain. */
const MEANT = [/db: new Database\(path, \{ timeout: 50 \}\)/u];

it.each(Object.entries(BY_THE_CLOCK))("no test has %s", (_what, pattern) => {
  const found = files.flatMap((name) =>
    readFileSync(join(top, name), "utf8")
      .split("\n")
      .filter((line) => pattern.test(line) && !MEANT.some((meant) => meant.test(line)))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
