import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastLookKeeper, readLastLook } from "../../../src/cli/console/last-look.ts";
import { boardPath } from "../../../src/cli/paths.ts";
import type { LastLook } from "../../../src/ui/sources.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-last-look-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const look = (atMs: number, status = "stuck"): LastLook => ({
  atMs,
  rows: [{ status, name: "pgtest1", operation: "test failover" }],
});
const envOf = (): { XDG_STATE_HOME: string } => ({ XDG_STATE_HOME: root });
const named = (name: string) => (): Promise<string> => Promise.resolve(name);
const site = named("oma");

test("what is kept is read again, by this user alone, and for this site alone", async () => {
  await lastLookKeeper(envOf(), site)(look(1000));
  expect(await readLastLook(envOf(), site)).toEqual(look(1000));
  expect(statSync(boardPath(envOf(), "oma")).mode & 0o777).toBe(0o600);
  expect(await readLastLook(envOf(), named("other"))).toBe(null);
  // Two names that are one file.
  expect(boardPath(envOf(), "a b")).toBe(boardPath(envOf(), "a/b"));
  await lastLookKeeper(envOf(), named("a b"))(look(1000));
  expect(await readLastLook(envOf(), named("a/b"))).toBe(null);
});

test("it is written where something changed, and else every thirty seconds", async () => {
  const keep = lastLookKeeper(envOf(), site);
  const time = async (): Promise<number | undefined> => (await readLastLook(envOf(), site))?.atMs;
  await keep(look(1_000_000));
  await keep(look(1_002_000));
  expect(await time()).toBe(1_000_000);
  await keep(look(1_004_000, "in doubt"));
  expect(await time()).toBe(1_004_000);
  await keep(look(1_034_000, "in doubt"));
  expect(await time()).toBe(1_034_000);
});

test.each([
  ["no JSON", "{"],
  ["another shape", '{"site":"oma","atMs":"now","rows":[]}'],
  ["rows of another shape", '{"site":"oma","atMs":1,"rows":[{"status":1,"name":"a","operation":""}]}'],
  ["a time that is none", '{"site":"oma","atMs":1e300,"rows":[]}'],
  ["a list", "[]"],
  ["nothing", ""],
])("a file with %s is none", async (_what, text) => {
  await lastLookKeeper(envOf(), site)(look(1000));
  writeFileSync(boardPath(envOf(), "oma"), text);
  expect(await readLastLook(envOf(), site)).toBe(null);
});

test("where it cannot be written, nothing happens", async () => {
  writeFileSync(join(root, "handrail"), "");
  await lastLookKeeper(envOf(), site)(look(1000));
  await lastLookKeeper(envOf(), () => Promise.reject(new Error("no site")))(look(1000));
  expect(readFileSync(join(root, "handrail"), "utf8")).toBe("");
});

test("a site without a name has no last look", async () => {
  expect(await readLastLook(envOf(), () => Promise.reject(new Error("no site")))).toBe(null);
});
