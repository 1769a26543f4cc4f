import { expect, test } from "vitest";
import { farewellText, receiptText } from "../../src/cli/console/farewell.ts";
import { plainFront } from "../../src/cli/session/carry-out.ts";
import type { Session } from "../../src/cli/session/session.ts";
import { History } from "../engine/history.ts";
import { quietIo } from "../support/incident.ts";

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

const history = new History().begun().done("vol-1").done("vol-2").looked(true).closed(0);
const receipt = { ...history.receipt, undo: true };
const undo = (words: string): string => COMMAND.replace(/resume.*/u, words);

test("a receipt is broken between words beside its titles, and the command in it stays whole", () => {
  const text = receiptText(receipt, undo, 60);
  const lines = text.trimEnd().split("\n");
  expect(lines.filter((line) => line.length > 60)).toEqual([expect.stringContaining(undo(`undo ${receipt.run_id}`))]);
  expect(lines.filter((line) => !/^(?:[A-Z][a-z ]{12}| {13})\S/u.test(line))).toEqual([]);
  const whole = receiptText(receipt, undo, Number.POSITIVE_INFINITY);
  expect(text.replaceAll(/\n {13}/gu, " ").replaceAll(/ +/gu, " ")).toBe(
    whole.replaceAll(/\n {13}/gu, " ").replaceAll(/ +/gu, " "),
  );
});

test.each([
  ["at a plain terminal no word is cut", true, 80],
  ["in a pipe nothing is broken", false, Number.POSITIVE_INFINITY],
])("%s where a run ends", (_where, person, width) => {
  const { io, said } = quietIo({ HOME: "/nowhere" });
  const front = plainFront(false)({ io: { ...io, person }, request: {} } as unknown as Session);
  front.farewell(history.state, [END, `take it up again with:\n  ${COMMAND}`], receipt);
  front.close();
  const lines = said.out.trimEnd().split("\n");
  expect(lines).toContain(`  ${COMMAND}`);
  expect(lines.filter((line) => line.length > width && !line.includes("handrail"))).toEqual([]);
  expect(lines.includes(END)).toBe(!person);
});
