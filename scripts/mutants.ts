/**
 * Small changes to the code (mutants), each tried against the quick tests of its room: one that none of them notices shows a
 * line that nothing there holds. The tests run on a copy; the checkout is never touched. A run that was ended goes on where
 * it was.
 *
 *     npm run mutants -- [--seed 1] [--sample 400] [--room src/sql] [--root FOLDER]
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { EXIT } from "../src/engine/exit.ts";
import type { MutantsOptions } from "./mutants/plugin.ts";
import { reportOf, ROOMS, type Room, type Verdict } from "./mutants/sample.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "400" },
    room: { type: "string" },
    root: { type: "string", default: resolve(import.meta.dirname, "..") },
  },
});
process.chdir(values.root);
const rooms = ROOMS.filter(({ code, tests }) => existsSync(code) && existsSync(tests));
const seed = Number(values.seed);
/** Each room has its share. */
const size = Math.ceil(Number(values.sample) / rooms.length);
const triedRooms = rooms.filter(({ code }) => values.room === undefined || code === values.room);
if (values.room !== undefined && triedRooms.length === 0) {
  const names = rooms.map(({ code }) => code).join(", ");
  process.stderr.write(`mutants: there is no room ${values.room} with tests; the rooms are ${names}\n`);
  process.exit(EXIT.usage);
}

/** A new name whenever code or tests have changed: verdicts hold for what was tried. */
function stateFileOf(room: Room): string {
  const digest = createHash("sha256").update(`${seed} ${size} ${room.code}`);
  for (const file of globSync(["src/**/*.{ts,tsx}", `${room.tests}/**/*`]).toSorted())
    if (statSync(file).isFile()) digest.update(file).update(readFileSync(file));
  return resolve("node_modules/.cache/mutants", `${digest.digest("hex").slice(0, 16)}.jsonl`);
}

/** What is known of a room's mutants so far. */
const read = (stateFile: string): Verdict[] =>
  existsSync(stateFile)
    ? readFileSync(stateFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Verdict)
    : [];

/** Tries those mutants of a room's sample that have no verdict yet. */
async function tryMutants(room: Room, stateFile: string): Promise<void> {
  const tempDirName = mkdtempSync(join(tmpdir(), "handrail-mutants-"));
  const mutants: MutantsOptions = { seed, size, stateFile, known: read(stateFile).map(({ key }) => key) };
  process.env["HANDRAIL_MUTANTS_TESTS"] = room.tests;
  try {
    await new Stryker({
      mutants,
      tempDirName,
      mutate: [`${room.code}/**/*.{ts,tsx}`],
      testRunner: "vitest",
      vitest: { configFile: "scripts/mutants/vitest.config.ts", related: false, pool: "forks" },
      plugins: [import.meta.resolve("@stryker-mutator/vitest-runner"), join(import.meta.dirname, "mutants/plugin.ts")],
      checkers: ["sample"],
      reporters: ["state", "progress-append-only"],
      coverageAnalysis: "perTest",
      // What is made once, as a module is loaded, cannot change between two tests.
      ignoreStatic: true,
      concurrency: 1,
      // What loops for ever is noticed by how often it comes by; this ends only what waits for ever. It comes on top of one and
      // a half times what the tests of a mutant took without it.
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

const verdicts: Verdict[] = [];
mkdirSync("node_modules/.cache/mutants", { recursive: true });
for (const room of triedRooms) {
  const stateFile = stateFileOf(room);
  if (!existsSync(`${stateFile}.end`)) await tryMutants(room, stateFile);
  writeFileSync(`${stateFile}.end`, "");
  verdicts.push(...read(stateFile));
}
process.stdout.write(reportOf(verdicts));
