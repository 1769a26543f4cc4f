/**
 * Small changes to the code (mutants), each tried against the quick tests that reach it: one that no test notices shows a line
 * that nothing holds. The tests run on a copy; the checkout is never touched. A run that was ended goes on where it was.
 *
 *     npm run mutants -- [--seed 1] [--sample 400] [--root FOLDER]
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import type { MutantsOptions } from "./mutants/plugin.ts";
import { reportOf, ROOMS, type Verdict } from "./mutants/sample.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "400" },
    root: { type: "string", default: resolve(import.meta.dirname, "..") },
  },
});
const [seed, size] = [Number(values.seed), Number(values.sample)];
process.chdir(values.root);

/** A new name whenever code or tests have changed: verdicts hold for what was tried. */
function stateName(): string {
  const digest = createHash("sha256").update(`${seed} ${size}`);
  for (const file of globSync("{src,test}/**/*.{ts,tsx}").toSorted()) digest.update(file).update(readFileSync(file));
  return `${digest.digest("hex").slice(0, 16)}.jsonl`;
}

const cache = resolve("node_modules/.cache/mutants");
mkdirSync(cache, { recursive: true });
const stateFile = join(cache, stateName());
const read = (): Verdict[] =>
  existsSync(stateFile)
    ? readFileSync(stateFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Verdict)
    : [];

/** Tries those that have no verdict yet. */
async function tryMutants(): Promise<void> {
  const tempDirName = mkdtempSync(join(tmpdir(), "handrail-mutants-"));
  const mutants: MutantsOptions = { seed, size, stateFile, known: read().map(({ key }) => key) };
  try {
    await new Stryker({
      mutants,
      tempDirName,
      mutate: ROOMS.filter((room) => existsSync(room)).map((room) => `${room}/**/*.{ts,tsx}`),
      testRunner: "vitest",
      vitest: { configFile: "scripts/mutants/vitest.config.ts", related: true, pool: "forks" },
      plugins: [import.meta.resolve("@stryker-mutator/vitest-runner"), join(import.meta.dirname, "mutants/plugin.ts")],
      checkers: ["sample"],
      reporters: ["state", "progress-append-only"],
      coverageAnalysis: "perTest",
      // What is made once, as a module is loaded, cannot change between two tests.
      ignoreStatic: true,
      concurrency: 1,
      timeoutMS: 60_000,
      dryRunTimeoutMinutes: 30,
      // It reads the file by the API of an older TypeScript; nothing of it is needed.
      tsconfigFile: "none.json",
      warnings: false,
      allowConsoleColors: false,
    }).runMutationTest();
  } finally {
    rmSync(tempDirName, { recursive: true, force: true });
  }
}

const endFile = `${stateFile}.end`;
if (!existsSync(endFile)) await tryMutants();
writeFileSync(endFile, "");
process.stdout.write(reportOf(read()));
