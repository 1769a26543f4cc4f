/** A reporter that counts: what passed, what failed, and what this machine could not show, each with its reason. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";
import type { Lack } from "./needs.ts";

/** What a run of tests came to. */
export interface Count {
  passed: number;
  failed: number;
  /** One entry for each test. */
  notSeen: Lack[];
}

/** The variable that names the file which the count is written to, at the end and only then. */
export const COUNT_FILE = "HANDRAIL_TEST_COUNT";

const UNSAID: Lack = { needs: "nothing", reason: "it was left out without saying what it needs" };

function lackOf(test: TestCase): Lack {
  for (let task: TestCase | TestSuite | TestModule = test; task.type !== "module"; task = task.parent) {
    const { notSeen } = task.meta();
    if (notSeen !== undefined) return notSeen;
  }
  return UNSAID;
}

/** Whether what is around a test broke: then it was left out because of that, which is no lack of the machine. */
function isBroken(test: TestCase): boolean {
  for (let task: TestSuite | TestModule = test.parent; ; task = task.parent) {
    if (task.errors().length > 0) return true;
    if (task.type === "module") return false;
  }
}

function add(count: Count, test: TestCase): void {
  const { state } = test.result();
  if (state === "passed") count.passed += 1;
  else if (state === "skipped" && !isBroken(test)) count.notSeen.push(lackOf(test));
  else count.failed += 1;
}

export function countOf(modules: readonly TestModule[]): Count {
  const count: Count = { passed: 0, failed: 0, notSeen: [] };
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    for (const test of tests) add(count, test);
    // a file that could not be read, or a hook around nothing
    if (module.state() === "failed" && !tests.some((test) => test.result().state === "failed" || isBroken(test)))
      count.failed += 1;
  }
  return count;
}

/** The lines that say what was not seen: one for each need. */
export function notSeenLines(lacks: readonly Lack[]): string[] {
  const tests = new Map<string, number>();
  for (const { needs, reason } of lacks) {
    const line = `not seen: ${needs}: ${reason}`;
    tests.set(line, (tests.get(line) ?? 0) + 1);
  }
  return [...tests].map(([line, count]) => `${line} [${count} ${count === 1 ? "test" : "tests"}]`);
}

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: string): void {
    const count = countOf(modules);
    for (const line of notSeenLines(count.notSeen)) process.stdout.write(`${line}\n`);
    count.failed += errors.length;
    const file = process.env[COUNT_FILE];
    if (file !== undefined && reason !== "interrupted") writeFileSync(file, JSON.stringify(count));
  }
}
