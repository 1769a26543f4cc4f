/** What `npm run release` refuses before it makes anything, and where its notes come from. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sectionOf } from "../../scripts/package/changelog.ts";
import { output } from "../../scripts/package/programs.ts";
import { VERSION } from "../../src/cli/version.ts";
import { cloneHere, commitAll, tagIt } from "../support/clone.ts";
import { has, needs } from "../support/needs.ts";

const root = join(import.meta.dirname, "../..");
const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");

it("every version has a section, the present one first, in lines that a terminal shows", () => {
  const versions = [...changelog.matchAll(/^## (\S+) \(/gmu)].map(([, version]) => version);
  expect(versions).toEqual([VERSION, "0.1.0"]);
  for (const version of versions) expect(sectionOf(changelog, version ?? "")?.split("\n").length).toBeGreaterThan(10);
  expect(changelog.split("\n").filter((line) => line.length > 120)).toEqual([]);
});

it("a section ends where the next one begins, and one without a day is none", () => {
  const text =
    "# Changelog\n\n## 2.0.0 (unreleased)\n\n- c\n\n## 1.1.0 (2026-11-27)\n\n- b\n\n### More\n\n## 1.0.0 (2026-01-01)\n\n- a\n";
  expect(["2.0.0", "1.1.0", "1.0.0", "0.9.0"].map((version) => sectionOf(text, version))).toEqual([
    null,
    "- b\n\n### More",
    "- a",
    null,
  ]);
});

it("what the docs say to install is this version", () => {
  const named = [...readFileSync(join(root, "docs/install.md"), "utf8").matchAll(/handrail[-_](\d+\.\d+\.\d+)/gu)];
  expect(new Set(named.map(([, version]) => version))).toEqual(new Set([VERSION]));
});

describe("is refused, and nothing made", await needs(has("clone", "git", ["-C", root, "rev-parse", "HEAD"])), () => {
  let clone = "";
  beforeAll(async () => {
    clone = join(mkdtempSync(join(tmpdir(), "handrail-release-")), "clone");
    await cloneHere(clone);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    for (const tag of (await output("git", ["-C", clone, "tag", "--list"])).split("\n").filter(Boolean))
      await output("git", ["-C", clone, "tag", "--delete", tag]);
    await commitAll(clone);
  });

  const refused = (): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/release.ts"], {
      cwd: clone,
      encoding: "utf8",
    });
    expect([status, stdout, existsSync(join(clone, "release"))]).toEqual([1, "", false]);
    expect(stderr).toMatch(/\nNothing was made\.\n$/u);
    return stderr;
  };

  it("where the tree is not its commit's", async () => {
    writeFileSync(join(clone, "stray"), "");
    expect(refused()).toMatch(/the tree is not as its commit has it; .*\n\?\? stray\n/u);
    await commitAll(clone);
  });

  it("where CHANGELOG.md does not have the version", async () => {
    writeFileSync(join(clone, "CHANGELOG.md"), changelog.replace(`## ${VERSION} (`, "## 9.9.9 ("));
    await commitAll(clone);
    expect(refused()).toContain(`CHANGELOG.md has no section "## ${VERSION} (YYYY-MM-DD)"`);
  });

  it("where the version has its tag", async () => {
    await tagIt(clone, `v${VERSION}`);
    expect(refused()).toContain(`v${VERSION} exists; the next version is a new number in package.json`);
  });
});
