import { describe, expect, test } from "vitest";
import { closingLines, farewellText, receiptText } from "../../src/cli/terminal/farewell.ts";
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

describe("what stays of a run after the console", () => {
  const command = (words: string): string => `handrail ${words} --lab`;
  const texts = [
    `journal head 12345:${HASH}`,
    "take it up again with:\n  handrail resume 20261122-0312-k7f3 --lab",
    "report with:\n  handrail report 20261122-0312-k7f3 --lab",
  ];
  const printed = (lines: readonly string[], width: number): string[] =>
    farewellText(lines, width).trimEnd().split("\n");

  test("is how it ended, what it changed, the journal's head, and each command on a line of its own", () => {
    const lines = printed(closingLines(receipt, texts, command, 80), 80);
    expect(lines[0]).toMatch(/^vm-a: recovered: .* \[= seen [\d:]+Z\]$/u);
    expect(lines[1]).toMatch(/^2 changes made and seen /u);
    expect(lines.slice(-6)).toEqual([
      "take it up again with:",
      "  handrail resume 20261122-0312-k7f3 --lab",
      "report with:",
      "  handrail report 20261122-0312-k7f3 --lab",
      "take back what can be, rows shown first:",
      `  handrail undo ${receipt.run_id} --lab`,
    ]);
    expect(lines.length).toBeLessThanOrEqual(10);
    const without = closingLines({ ...receipt, undo: false }, texts, command, 80);
    expect(without.join("\n")).not.toContain("undo");
  });

  test.each([80, 60, 120])("is ten lines at most, however many VMs ended each in its own way (%i columns)", (width) => {
    const [first] = receipt.targets;
    if (first === undefined) throw new Error("no target");
    const targets = Array.from({ length: 40 }, (_unused, at) => ({
      ...first,
      label: `vm-${at}`,
      end: {
        ...first.end,
        kind: "failed" as const,
        message: `FAILED: disk ${at} is busy, and stayed so for an hour of looking`,
      },
    }));
    const lines = printed(closingLines({ ...receipt, targets }, texts, command, width), width);
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.join("\n")).toMatch(/and \d+ more lines: the report has them/u);
    expect(lines.join("\n")).toContain("handrail undo");
  });

  test("counts VMs that ended alike together", () => {
    const [first] = receipt.targets;
    if (first === undefined) throw new Error("no target");
    const targets = Array.from({ length: 40 }, (_unused, at) => ({ ...first, label: `vm-${at}` }));
    expect(closingLines({ ...receipt, targets }, texts, command, 80)[0]).toMatch(
      /^vm-0, vm-1, vm-2 and 37 more: recovered/u,
    );
  });
});
