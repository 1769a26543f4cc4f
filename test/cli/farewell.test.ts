import { expect, test } from "vitest";
import { farewellText } from "../../src/cli/console/farewell.ts";

const END = `pgtest1: recovered: ${Array.from({ length: 12 }, (_unused, at) => `criterion-${at}`).join(", ")}  [= seen 03:12:00Z]`;
const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const COMMAND = `/usr/lib/handrail/bin/handrail --config /etc/handrail/config.yaml --site appliance resume 20261122-0312-k7f3`;

test("the last lines of a console are broken between words, and a command to be copied goes out whole", () => {
  const text = farewellText([END, `journal head 12345:${HASH}`, `take it up again with:\n  ${COMMAND}`], 80);
  const lines = text.trimEnd().split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([`  ${COMMAND}`]);
  expect(text.replaceAll(/\n +/gu, " ")).toContain(END);
  expect(text).toContain(`12345:${HASH}\n`);
});

test("nothing of them acts on the terminal, and where no terminal is they are not broken", () => {
  expect(farewellText(["a\u001b[2Jb"], 80)).toBe("a\\x1b[2Jb\n");
  expect(farewellText([END], Number.POSITIVE_INFINITY)).toBe(`${END}\n`);
});
