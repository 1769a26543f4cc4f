/** What a person reads at a terminal of 80 columns is broken between words; what is to be copied stays whole. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keyOf } from "../support/effects.ts";
import { anIncident, type Incident } from "../support/incident.ts";
import { openPty } from "../support/pty.ts";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../.."));
let incident: Incident;
let folder: string;

beforeAll(async () => {
  incident = await anIncident();
  folder = mkdtempSync(join(tmpdir(), "handrail-narrow-"));
  await incident.world("stuck-virtio");
});
afterAll(async () => {
  await incident.down();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines that a command prints at a terminal, as they were printed. */
async function printed(...args: readonly string[]): Promise<readonly string[]> {
  const screen = openPty(join(tree, "bin/handrail"), args, { env: { ...process.env, ...incident.env }, cwd: folder });
  expect(await screen.ended).toBe(0);
  return screen.written().replaceAll("\r", "").trimEnd().split("\n");
}

/** Lines wider than the terminal, but for commands to be copied and shell texts, which stand as they are. */
const wide = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.length > 80 && !/ with: | +\d+ \| /u.test(line));

it("a runbook that is explained", async () => {
  const lines = await printed("explain", "failed-execution-cleanup");
  expect(lines.length).toBeGreaterThan(100);
  expect(wide(lines)).toEqual([]);
});

it("a grant, and the list of runs", async () => {
  const key = await keyOf(incident.lab, "pgtest1");
  const grant = join(folder, "cleanup.grant");
  const lines = await printed("grant", "failed-execution-cleanup", "--lab", "--vm", key, "-o", grant);
  expect(lines.join("\n")).toContain("CANNOT BE UNDONE");
  expect(lines.at(-1)).toMatch(/^Use it with: .* --grant \S+ --lab$/u);
  expect(wide(lines)).toEqual([]);
  await incident.cli("run", ["failed-execution-cleanup"], { vm: [key], lab: true, plain: true, grant });
  const runs = await printed("journal", "list", "--lab");
  expect(runs.length).toBeGreaterThan(0);
  expect(wide(runs)).toEqual([]);
});

it("the last run is the last that was no dry run", async () => {
  const key = await keyOf(incident.lab, "pgtest1");
  await incident.cli("plan", ["failed-execution-cleanup"], { vm: [key], lab: true });
  const { out } = await incident.cli("report", ["last"], { lab: true });
  expect(out).not.toMatch(/dry run/iu);
});
