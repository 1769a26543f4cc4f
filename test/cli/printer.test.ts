/** What prints without a stream: all of it arrives, in order, also where the other end takes only some of it at a time. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { printer } from "../../src/cli/terminal/printer.ts";

const root = join(import.meta.dirname, "../..");
const PRINTER = `import { printer } from ${JSON.stringify(join(root, "src/cli/terminal/printer.ts"))};`;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a script whose standard output is a pipe that takes nothing while it is full (`O_NONBLOCK`), as some programs leave theirs. */
function piped(script: string): Promise<Ended> {
  // Whoever opens a pipe as a stream sets that on it, for all who have it.
  const shell = `"$0" --input-type=module -e "$1" | { sleep 0.3; cat; }`;
  const child = spawn("/bin/sh", ["-c", shell, process.execPath, script], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, said }));
  });
}

it.each([
  ["that waits", ""],
  ["that refuses what it has no room for", "process.stdout;"],
])("a pipe %s", async (_what, first) => {
  const script = `${PRINTER} ${first}
    let streams = 0;
    const print = printer(1, () => { streams += 1; return process.stdout; });
    for (let part = 0; part < 9; part += 1) print((part + "é".repeat(40_000)) + "\\n");
    process.on("exit", () => { if (streams !== ${first === "" ? 0 : 1}) throw new Error("streams: " + streams); });`;
  const { code, said } = await piped(script);
  expect(code).toBe(0);
  expect(said).toBe(Array.from({ length: 9 }, (_, part) => `${part}${"é".repeat(40_000)}\n`).join(""));
});

it("a file: it is written at once, and no stream is made", () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-printer-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "out");
  const descriptor = openSync(file, "w");
  const print = printer(descriptor, () => {
    throw new Error("a stream was asked for");
  });
  for (const text of ["one\n", "", "zwö\n"]) print(text);
  closeSync(descriptor);
  expect(readFileSync(file, "utf8")).toBe("one\nzwö\n");
});

it("a full disk: the stream says why", async () => {
  const script = `${PRINTER} printer(1, () => process.stdout.on("error", ({ code }) => { process.exitCode = code === "ENOSPC" ? 7 : 8; }))("a");`;
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", full, "inherit"] });
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(7);
});
