/** `npm run mutants` on a tree of two files: a change that its test notices, and one that it does not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { sampleOf, type Mutant } from "../../scripts/mutants/sample.ts";

const HOME = resolve(import.meta.dirname, "../..");

const FILES = {
  "package.json": '{ "type": "module" }',
  "scripts/mutants/vitest.config.ts": 'export default { test: { include: ["test/engine/*.test.ts"] } };',
  "src/engine/sum.ts": [
    "export const sum = (a: number, b: number): number => a + b;",
    "export const product = (a: number, b: number): number => a * b;",
    "export const quotient = (a: number, b: number): number => a / b;",
  ],
  "test/engine/sum.test.ts": [
    'import { expect, it } from "vitest";',
    'import { product, sum } from "../../src/engine/sum.ts";',
    'it("adds", () => expect(sum(2, 1)).toBe(3));',
    'it("multiplies by one", () => expect(product(2, 1)).toBe(2));',
  ],
};

/** The tree of these files, and the program as it is called on it. */
function tree() {
  const root = mkdtempSync(join(tmpdir(), "handrail-mutants-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), [text].flat().join("\n"));
  }
  const command = [join(HOME, "scripts/mutants.ts"), "--root", root];
  return (args: readonly string[]) => execa("node", [...command, ...args], { cwd: HOME, reject: false });
}

it("a mutant that a test notices is killed, another survives, a third is not reached; a second run knows them", async () => {
  const mutants = tree();
  const run = async (): Promise<string> => {
    const { stdout } = await mutants([]);
    return stdout.slice(stdout.indexOf("room "));
  };
  const first = await run();
  expect(first.split("\n")).toEqual([
    expect.stringMatching(/^room +killed +survived +not reached +not tried$/u),
    expect.stringMatching(/^src\/engine +1 +1 +1 +0 +33\.3 %$/u),
    expect.stringMatching(/^all +1 +1 +1 +0 +33\.3 %$/u),
    "not reached: src/engine/sum.ts:3 ArithmeticOperator: a / b -> a * b",
    "survived: src/engine/sum.ts:2 ArithmeticOperator: a * b -> a / b",
  ]);
  expect(await run()).toBe(first);
});

it("a room that there is not is refused with the names of those that there are", async () => {
  const { exitCode, stdout, stderr } = await tree()(["--room", "engine"]);
  expect([exitCode, stdout]).toEqual([64, ""]);
  expect(stderr).toBe("mutants: there is no room engine with tests; the rooms are src/engine");
});

const mutants: readonly Mutant[] = Array.from({ length: 100 }, (_, line) => ({
  id: String(line),
  fileName: "src/engine/sum.ts",
  mutatorName: "ArithmeticOperator",
  replacement: "a - b",
  location: { start: { line, column: 1 }, end: { line, column: 6 } },
}));

it("a seed draws the same sample again, in whatever order the mutants come, and another seed another one", () => {
  const names = (seed: number, all = mutants): string[] => sampleOf(all, seed, 10).map(({ id }) => id);
  expect(names(1)).toHaveLength(10);
  expect(names(1, mutants.toReversed())).toEqual(names(1));
  expect(names(2)).not.toEqual(names(1));
});
