/**
 * `npm test`: all tests, and beside them what `npm run check` reads of the text; with files, only those. The last lines count
 * what passed, what failed and what was not seen. A run that was cut short counts nothing, and fails.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findServer, NoServer } from "../src/packs/appliance/lab/servers/find.ts";
import { defaultServer } from "../src/packs/appliance/lab/servers/names.ts";
import { COUNT_FILE, notSeenLines, type Count } from "../test/support/count.ts";
import { firstLine, type Lack } from "../test/support/needs.ts";
import { openRun, runFolder } from "../test/support/room.ts";

const env = openRun(process.env);
const files = process.argv.slice(2);
/** What the lab tests run on: HANDRAIL_LAB_SERVER, else MariaDB. */
const server = defaultServer(env);
const total: Count = { passed: 0, failed: 0, notSeen: [] };

/** Runs a program to its end; gives its exit code. */
function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(program, args, { env: { ...env, ...more }, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Runs something that ends with a run of tests, and adds up what it came to. Whatever is not counted ends it all. */
async function counted(name: string, program: string, args: readonly string[]): Promise<void> {
  const file = join(runFolder(env), `${name}.json`);
  const code = await run(program, args, { [COUNT_FILE]: file });
  const count = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Count) : null;
  if (count === null || (code !== 0 && count.failed === 0)) {
    process.stderr.write(`npm test: ${name} ended with ${code} before all tests were counted\n`);
    process.exit(code === 0 ? 1 : code);
  }
  total.passed += count.passed;
  total.failed += count.failed;
  total.notSeen.push(...count.notSeen);
}

/** The tests of the lab where no server is to be had for it. */
async function labNotSeen(problem: NoServer): Promise<Lack[]> {
  const list = join(runFolder(env), "list.json");
  const code = await run("vitest", ["list", "--project", "lab", `--json=${list}`, ...files]);
  if (code !== 0) process.exit(code);
  const listed = JSON.parse(readFileSync(list, "utf8")) as unknown[];
  return listed.map(() => ({ needs: server, reason: firstLine(problem) }));
}

/** Which tests there is a server for: those of the lab are listed and not run where it could get none. */
async function projects(): Promise<string[]> {
  try {
    await findServer(server, env);
    return ["quick", "lab"];
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    total.notSeen.push(...(await labNotSeen(error)));
    return ["quick"];
  }
}

// Many tests start the program: it has to be that of these sources.
const built = await run(process.execPath, ["scripts/build.mjs", "--stale"]);
if (built !== 0) process.exit(built);
// One run of all tests, and what only reads the text beside it: no core waits for the end of another part.
const text = files.length === 0 ? run("npm", ["run", "check:text"]) : Promise.resolve(0);
const wanted = (await projects()).flatMap((name) => ["--project", name]);
await counted("tests", "vitest", ["run", ...wanted, "--passWithNoTests", ...files]);
const isTextGood = (await text) === 0;

const { passed, failed, notSeen } = total;
if (passed + failed + notSeen.length === 0) {
  process.stderr.write("npm test: there was no test to run\n");
  process.exit(1);
}
const lines = [
  "",
  ...notSeenLines(notSeen),
  `tests: ${passed} passed, ${failed} failed, ${notSeen.length} skipped`,
  `${passed} passed, ${failed} failed, ${notSeen.length} not seen`,
];
process.stdout.write(`${lines.join("\n")}\n`);
if (!isTextGood)
  process.stderr.write(
    "npm test: format, lint, types, unused code or docs are not as they should be; it is said above\n",
  );
process.exitCode = failed === 0 && isTextGood ? 0 : 1;
