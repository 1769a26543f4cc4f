/**
 * `lint` of files with one fault each: every problem has its place, and nothing of the file reaches the terminal raw.
 * HANDRAIL_TREE names another build.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../.."));
const folder = mkdtempSync(join(tmpdir(), "handrail-lint-"));
const file = join(folder, "faulty.yaml");
const shipped = readFileSync(join(tree, "runbooks.yaml"), "utf8");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(text: string | Buffer, args: readonly string[] = [file]): { code: number | null; said: string } {
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(join(tree, "bin/handrail"), ["lint", ...args], { encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

/** The shipped file with what it asks CloudStack in the long form, where each field can be left out. */
const long = shipped.replaceAll(
  /^( *)cloudstack\.(list\w+): (\{[^{}]*\})$/gmu,
  "$1kind: cloudstack\n$1command: $2\n$1params: $3",
);

/** That file without these fields of what begins at `line`. */
function without(line: string, ...fields: readonly string[]): { text: string; at: number } {
  const lines = long.split("\n");
  const at = lines.indexOf(line);
  const indent = /^ */u.exec(line)?.[0].length ?? 0;
  const length = lines.slice(at + 1).findIndex((next) => (/^ */u.exec(next)?.[0].length ?? 0) <= indent);
  const own = lines
    .slice(at + 1, at + 1 + length)
    .filter((next) => !fields.some((name) => next.trim().startsWith(`${name}:`)));
  return { text: [...lines.slice(0, at + 1), ...own, ...lines.slice(at + 1 + length)].join("\n"), at: at + 1 };
}

/** How many problems a place and a sentence were given for; and how many there are said to be. */
const places = (said: string): string[] => said.match(/^\S+\.yaml:\d+:\d+: .*$/gmu) ?? [];
const counted = (said: string): number => Number(/^(\d+) problem/mu.exec(said)?.[1] ?? Number.NaN);

const STEP = "          - id: appliance-vm";
const PROBE = "      vm-is-stopped:";

describe("what is missing in the shipped file has its place", () => {
  test.each([
    [
      "a step without command, params and columns",
      STEP,
      ["command", "params", "columns"],
      "the field command is missing",
    ],
    ["a step without its command", STEP, ["command"], "the field command is missing"],
    ["a step without its columns", STEP, ["columns"], "the field columns is missing"],
    [
      "a probe without command, params and columns",
      PROBE,
      ["command", "params", "columns"],
      "the field command is missing",
    ],
    ["a probe without its columns", PROBE, ["columns"], "the field columns is missing"],
  ] as const)("%s", (_what, line, fields, sentence) => {
    const { text, at } = without(line, ...fields);
    expect(text).not.toBe(long);
    const { code, said } = lint(text);
    const found = places(said);
    expect(found.length).toBe(counted(said));
    expect(found.some((place) => place.startsWith(`${file}:${at}:`) || place.startsWith(`${file}:${at + 1}:`))).toBe(
      true,
    );
    expect(found.join("\n")).toContain(sentence);
    expect([code, said]).toEqual([65, expect.not.stringContaining("Invalid input") as string]);
  });

  test.each([
    ["a runbook", /(?<=\n)    severity: high/u, "    variant: any\n    severity: high"],
    ["the query for targets", /(?<=\n)    key: context_id/u, "    variant: any\n    key: context_id"],
    ["a phase", /(?<=\n)      - id: detach\n/u, "      - id: detach\n        variant: any\n"],
    ["a step", /(?<=\n)          - id: appliance-vm\n/u, "          - id: appliance-vm\n            variant: any\n"],
  ])("a field named variant, as the program names one of its own, is refused at %s", (_what, from, to) => {
    const text = shipped.replace(from, to);
    expect(text).not.toBe(shipped);
    const { code, said } = lint(text);
    expect([code, counted(said), places(said).join()]).toEqual([
      65,
      1,
      expect.stringContaining("there is no field variant here") as string,
    ]);
  });

  test.each([
    ["a contract without its bounds", /, within: \{[^}]*\}(?= \})/u, "", "the field within is missing"],
    ["a contract with a bound that is none", /, exactly:/u, ", exact:", 'did you mean "exactly"?'],
    ["a reason that is misspelled", /undo: \{ none:/u, "undo: { nune:", 'did you mean "none"?'],
    ["a choice of words", /severity: high/u, "severity: hihg", 'did you mean "high"?'],
    ["a field that is none", /severity: (\w+)/u, "severty: $1", 'did you mean "severity"?'],
  ])("%s", (_what, from, to, sentence) => {
    const text = shipped.replace(from, to);
    expect(text).not.toBe(shipped);
    const at = shipped.slice(0, shipped.search(from)).split("\n").length;
    const { code, said } = lint(text);
    expect(code).toBe(65);
    expect(said).toMatch(new RegExp(`^${file}:${at}:`, "mu"));
    expect(said).toContain(sentence);
    expect(said).not.toContain("Invalid input");
  });
});

test("ESC, NUL and CR of a file are spelled out in its excerpt, and the caret stays under its place", () => {
  const { code, said } = lint(shipped.replace(/title: .*/u, 'title: "a \u001b[2J b \u0000 c\r d'));
  expect(code).toBe(65);
  expect(said).toContain(String.raw`title: "a \x1b[2J b \x00 c\x0d d`);
  expect(Array.from(said).filter((char) => char < " " && char !== "\n")).toEqual([]);
  const { said: key } = lint(shipped.replace("severity:", '"sev\\e[31merity":'));
  expect(Array.from(key).filter((char) => char < " " && char !== "\n")).toEqual([]);
});

test("of 5 000 bad entries it shows those that a person can read, and says how many there are", () => {
  const { code, said } = lint(`handrail: 1\nrunbooks:\n${"  - bad\n".repeat(5000)}`);
  expect([code, counted(said)]).toEqual([65, 5000]);
  expect(said.split("\n").length).toBeLessThan(100);
  expect(said).toMatch(/and 49\d\d more problems/u);
});

describe("a file that is no text of a runbook", () => {
  test("one that is too large has the place where it is", () => {
    const { code, said } = lint(`${shipped}\n#${"x".repeat(300_000)}`);
    expect([code, places(said).length]).toEqual([65, 1]);
    expect(said).toContain("256 KiB");
    expect(said).toContain("hint: ");
  });

  test("one that is not UTF-8 has the place of the byte", () => {
    const { code, said } = lint(Buffer.concat([Buffer.from("handrail: 1\n# caf"), Buffer.from([0xe9, 0x0a])]));
    expect([code, places(said)]).toEqual([65, [expect.stringContaining(":2:6: ") as string]]);
    expect(said).toContain("UTF-8");
  });

  test.each([
    ["is not there", join(folder, "nowhere.yaml"), "it does not exist"],
    ["is a folder without one", mkdtempSync(join(folder, "bare-")), "there is no file of YAML in"],
  ])("one that %s is said to be that, with the next step", (_what, path, sentence) => {
    const { code, said } = lint(shipped, [path]);
    expect([code, said]).toEqual([65, expect.stringContaining(sentence) as string]);
    expect(said).not.toMatch(/no such file or directory|illegal operation/u);
  });
});

test("a broken rule stands behind its message, and what would fit below; a remark refuses nothing", () => {
  const { code, said } = lint(shipped.replace("left in ['nudge',", "left in ['nugde',"));
  expect([code, places(said).length]).toEqual([65, 1]);
  expect(said).toMatch(/: there is no rung nugde \[name-unknown\]\n.*\n *\^\n {2}hint: did you mean "nudge"\?/u);
  const { code: fine, said: remark } = lint(shipped.replace("severity: high", "strategy: ladder\n    severity: high"));
  expect([fine, remark]).toEqual([0, expect.stringContaining("no problem found, 1 remark") as string]);
  expect(remark).toMatch(/strategy says ladder, and no phase has a rung: it is a sequence \[strategy\]/u);
});

test("--file names the file as everywhere else, and several are looked at", () => {
  const { code, said } = lint(shipped, ["--file", file]);
  expect([code, said]).toEqual([0, expect.stringContaining(`${file}: `) as string]);
  expect(lint(shipped, [file, "--file", file]).code).toBe(0);
});
