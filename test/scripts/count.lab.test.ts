/** What a run of tests says of itself: its last lines, its exit code, and what the CI makes of them. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findServer } from "../../src/packs/appliance/lab/servers/find.ts";
import { cacheFolder } from "../../src/packs/appliance/lab/servers/program.ts";
import { onPath } from "../support/on-path.ts";
import { shellEnv } from "../support/room.ts";

const top = resolve(import.meta.dirname, "../..");
const aFolder = (): string => mkdtempSync(join(tmpdir(), "count-"));

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a program to its end, as a run of its own. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: top,
    env: { ...shellEnv(), NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (out += part.toString()));
  return new Promise((done) => void child.once("close", (code) => done({ code, out })));
}

const lastLines = ({ out }: Ended, count: number): string[] => out.trimEnd().split("\n").slice(-count);

describe("npm test ends with", () => {
  it("a count of what passed, failed and was not seen", async () => {
    const ended = await run("npm", ["test", "--", "test/connections/clock.test.ts"]);
    expect(lastLines(ended, 2)).toEqual(["tests: 3 passed, 0 failed, 0 skipped", "3 passed, 0 failed, 0 not seen"]);
    expect(ended.code).toBe(0);
  });

  it("the lab's tests counted as not seen, with the reason, where no MariaDB server is to be had", async () => {
    const nowhere = { PATH: join(top, "node_modules", ".bin"), HANDRAIL_MARIADB_PATH: "", XDG_CACHE_HOME: aFolder() };
    const files = ["test/connections/clock.test.ts", "test/connections/beside.lab.test.ts"];
    const ended = await run("node", ["scripts/test.ts", ...files], nowhere);
    expect(lastLines(ended, 3)).toEqual([
      expect.stringMatching(/^not seen: mariadb: The lab needs a MariaDB server .*\[3 tests\]$/u),
      "tests: 3 passed, 0 failed, 3 skipped",
      "3 passed, 0 failed, 3 not seen",
    ]);
    expect(ended.code).toBe(0);
  });

  it("the tests of MySQL counted as not seen, with the reason, where only a MariaDB server is to be had", async () => {
    const [tools, cache] = [aFolder(), aFolder()];
    for (const name of ["sh", "readlink", "dirname", "cp", "env"]) symlinkSync(onPath(name), join(tools, name));
    symlinkSync((await findServer("mariadb", process.env)).binary, join(tools, "mariadbd"));
    mkdirSync(join(cache, "handrail"));
    symlinkSync(cacheFolder("mariadb", process.env), join(cache, "handrail", "mariadb"));
    const PATH = [join(top, "node_modules", ".bin"), tools].join(":");
    const ended = await run("node", ["scripts/test.ts", "test/packs/appliance/lab/mysql.lab.test.ts"], {
      PATH,
      XDG_CACHE_HOME: cache,
    });
    expect(lastLines(ended, 3)).toEqual([
      expect.stringMatching(
        /^not seen: mysql: no MySQL server is here .*: there is no apt-get on the PATH \[6 tests\]$/u,
      ),
      "tests: 4 passed, 0 failed, 6 skipped",
      "4 passed, 0 failed, 6 not seen",
    ]);
    expect(ended.code).toBe(0);
  });

  it("no count at all when it was cut short", async () => {
    const folder = aFolder();
    writeFileSync(join(folder, "vitest"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
    const PATH = `${folder}:${process.env["PATH"]}`;
    const ended = await run("node", ["scripts/test.ts", "test/connections/clock.test.ts"], { PATH });
    expect(ended.code).toBe(7);
    expect(ended.out).not.toMatch(/\d+ passed/u);
    expect(ended.out).toContain("before all tests were counted");
  });
});

describe("the count", () => {
  async function count(source: string): Promise<unknown> {
    const folder = aFolder();
    writeFileSync(join(folder, "a.test.js"), source);
    const file = join(folder, "count.json");
    const reporter = join(top, "test/support/count.ts");
    const vitest = join(top, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--globals", "--root", folder, `--reporter=${reporter}`];
    await run("node", args, { HANDRAIL_TEST_COUNT: file });
    return JSON.parse(readFileSync(file, "utf8"));
  }
  const lack = { needs: "moon", reason: "there is none" };

  it.each([
    ["a test that passes", "test('a', () => {})", { passed: 1, failed: 0, notSeen: [] }],
    ["a test that fails", "test('a', () => { throw new Error() })", { passed: 0, failed: 1, notSeen: [] }],
    [
      "tests around which a hook broke as failed, not as left out",
      "beforeAll(() => { throw new Error() }); test('a', () => {}); test('b', () => {})",
      { passed: 0, failed: 2, notSeen: [] },
    ],
    ["a file that cannot be read as failed", "this is no JavaScript", { passed: 0, failed: 1, notSeen: [] }],
    [
      "what a group needs once for each of its tests",
      `describe('d', { skip: true, meta: { notSeen: ${JSON.stringify(lack)} } }, () => { test('a', () => {}); test('b', () => {}) })`,
      { passed: 0, failed: 0, notSeen: [lack, lack] },
    ],
    [
      "a test that was left out without a word as such",
      "test.skip('a', () => {})",
      { passed: 0, failed: 0, notSeen: [expect.objectContaining({ needs: "nothing" })] },
    ],
    [
      "an error outside of all tests as failed",
      "test('a', async () => { setTimeout(() => { throw new Error('late') }); await new Promise((r) => setTimeout(r, 20)) })",
      { passed: 1, failed: 1, notSeen: [] },
    ],
  ])("has %s", async (_what, source, expected) => {
    expect(await count(source)).toEqual(expected);
  });
});

describe("the CI", () => {
  async function seen(...lines: readonly string[]): Promise<number | null> {
    const log = join(aFolder(), "log");
    writeFileSync(log, `${lines.join("\n")}\n`);
    return (await run(".ci/seen", [log])).code;
  }

  it("passes what was counted, and what may be missing", async () => {
    expect(await seen("3 passed, 0 failed, 0 not seen")).toBe(0);
    expect(await seen("not seen: root: only root can [1 test]", "3 passed, 0 failed, 1 not seen")).toBe(0);
  });

  it("fails without a count, with a failure, and where something was not seen that has no reason to be missing", async () => {
    expect(await seen("all is well")).toBe(1);
    expect(await seen("3 passed, 1 failed, 0 not seen")).toBe(1);
    expect(await seen("not seen: moon: there is none [1 test]", "3 passed, 0 failed, 1 not seen")).toBe(1);
    expect(await seen("not seen: nothing: it was left out [1 test]", "3 passed, 0 failed, 1 not seen")).toBe(1);
  });
});
