/** Commands to be copied call the program so that they work where they are read. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const top = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "handrail-name-"));
const at = (...names: string[]): string => join(folder, ...names);

/** A program of the same name that is another one. */
function stranger(): void {
  mkdirSync(at("other"));
  writeFileSync(at("other/handrail"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
}

beforeAll(() => {
  mkdirSync(at("on-path"));
  symlinkSync(join(top, "bin/handrail"), at("on-path/handrail"));
  stranger();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What it calls itself in a hint, started by this path from this folder. */
function hint(program: string, cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const own = { PATH: process.env["PATH"] ?? "", HOME: folder, ...env };
  const { stderr } = spawnSync(program, ["help", "nothing-at-all"], { cwd, env: own, encoding: "utf8" });
  return /; (.*) help lists them/u.exec(stderr)?.[1] ?? stderr;
}

it("is bin/handrail in a clone that is on nobody's PATH", () => {
  expect(hint("bin/handrail", top)).toBe("bin/handrail");
});

it("is the whole path elsewhere", () => {
  expect(hint(join(top, "bin/handrail"), folder)).toBe(join(top, "bin/handrail"));
});

it("is handrail where that starts the same program, also through a link", () => {
  const PATH = `${at("on-path")}:${process.env["PATH"] ?? ""}`;
  expect(hint(join(top, "bin/handrail"), folder, { PATH })).toBe("handrail");
});

it("is the path where handrail alone would start another program", () => {
  const PATH = `${at("other")}:${at("on-path")}:${process.env["PATH"] ?? ""}`;
  expect(hint(join(top, "bin/handrail"), folder, { PATH })).toBe(join(top, "bin/handrail"));
});

it("is what HANDRAIL_NAME says, for what starts it in another way", () => {
  expect(hint("bin/handrail", top, { HANDRAIL_NAME: "sudo handrail-service" })).toBe("sudo handrail-service");
});
