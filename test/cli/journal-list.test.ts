/** `journal list` as it is built: one file answers it, and what it rarely needs is the program's own. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "handrail-list-"));

beforeAll(() => {
  const journal = join(home, ".local/state/handrail/journals/lab-default/journal.db");
  mkdirSync(dirname(journal), { recursive: true, mode: 0o700 });
  copyFileSync(join(root, "test/histories/0.1.0/in-doubt.db"), journal);
});
afterAll(() => rmSync(home, { recursive: true }));

function handrail(...args: readonly string[]): { readonly exit: number | null; readonly said: string } {
  const env = { HOME: home, PATH: process.env["PATH"] };
  const { status, stdout, stderr } = spawnSync(join(root, "bin/handrail"), args, { env, encoding: "utf8" });
  return { exit: status, said: stdout + stderr };
}

it("is in a file of its own, which loads nothing else at once", () => {
  const text = readFileSync(join(root, "dist/list.mjs"), "utf8");
  expect(text).toContain("json_extract");
  expect(text.match(/(?:from|import)"\.[^"]*"/gu)).toBeNull();
  expect(Buffer.byteLength(text)).toBeLessThan(80_000);
});

it("says what a run left in doubt, in words and in JSON", () => {
  const { exit, said } = handrail("journal", "list", "--lab");
  expect([exit, said]).toEqual([0, expect.stringMatching(/^IN DOUBT since .*Detach volume.*\n\S+ .*  open\n$/u)]);
  const [doubt, run] = handrail("journal", "list", "--lab", "--json").said.trim().split("\n");
  expect(JSON.parse(doubt ?? "")).toMatchObject({ type: "doubt", step: "detach" });
  expect(JSON.parse(run ?? "")).toMatchObject({ runbook: "failed-execution-cleanup", status: "open" });
});

it("and the run itself is shown with what its kinds say", () => {
  const { exit, said } = handrail("journal", "show", "last", "--lab");
  expect([exit, said]).toEqual([0, expect.stringMatching(/waiting +Detach volume .*: accepted as [^]*REPLAY ends/u)]);
});

it.each([
  ["where nothing is configured", [], 65, /^handrail: there is no configuration at /u],
  [
    "where the site and the lab are meant",
    ["--lab", "--site", "a"],
    64,
    /^handrail: --site a and --lab are two sites/u,
  ],
  ["with a word too many", ["--lab", "a", "b"], 64, /^handrail: usage: handrail journal list/u],
  ["with an option that it does not have", ["--lba"], 64, /^handrail: Unknown option '--lba'/u],
])("is refused in a sentence %s", (_what, words, code, message) => {
  const { exit, said } = handrail("journal", "list", ...words);
  expect([exit, said]).toEqual([code, expect.stringMatching(message)]);
});

it.each([
  ["its reader has gone", "| { exec <&-; sleep 0.1; }", 141],
  ["the disk is full", ">/dev/full", 70],
])("where %s it ends with a code of its own", (_what, end, code) => {
  const script = `exec 3>&1; { sleep 0.2; "$0" journal list --lab; echo "exit $?" >&3; } ${end}`;
  const env = { HOME: home, PATH: process.env["PATH"] };
  const file = join(root, "bin/handrail");
  const { stdout } = spawnSync("/bin/sh", ["-c", script, file], { env, encoding: "utf8" });
  expect(stdout).toBe(`exit ${code}\n`);
});
