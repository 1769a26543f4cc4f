/** What a package says of Handrail: manual page, completions, notices and bill agree with what they are made from. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { fullVersion, VERSION } from "../../src/cli/version.ts";
import { bashCompletion } from "../../scripts/package/bash.ts";
import { commitOf } from "../../scripts/package/commit.ts";
import { fishCompletion } from "../../scripts/package/fish.ts";
import { manPage } from "../../scripts/package/man.ts";
import { NODE_VERSION } from "../../scripts/package/node.ts";
import { noticesText } from "../../scripts/package/notices.ts";
import { partsOf } from "../../scripts/package/parts.ts";
import { sbomText } from "../../scripts/package/sbom.ts";
import { words } from "../../scripts/package/words.ts";
import { zshCompletion } from "../../scripts/package/zsh.ts";

const root = join(import.meta.dirname, "../..");
const names = COMMANDS.map(({ name }) => name);
const table = words(COMMANDS, ["failed-execution-cleanup", "virtio-recovery"]);
const dashed = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`);

const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = ""]) => name);

it("the version is that of package.json, and alone when run from source", () => {
  expect(json("package.json")).toMatchObject({ version: VERSION, devDependencies: { node: NODE_VERSION } });
  expect(fullVersion()).toBe(VERSION);
});

it("the manual page has every command with its options, and nothing that roff would take for its own", () => {
  const page = manPage(COMMANDS, { version: VERSION, date: "2026-11-27" });
  expect(found(page, /^\.SS handrail (\S+)$/gmu)).toEqual(names);
  const options = COMMANDS.flatMap((command) => Object.keys(command.options).map(dashed));
  expect(found(page, /^\\fB(\S+)\\fR/gmu)).toEqual(options.map((option) => option.replaceAll("-", String.raw`\-`)));
  expect(page).toMatch(/^[\n -~]*$/u);
  for (const { words: line } of COMMANDS.flatMap(({ examples }) => examples))
    expect(page).toContain(`    handrail ${line.replaceAll("-", String.raw`\-`)}\n`);
  const requests = new Set(found(page, /^[.'](\S*)/gmu));
  expect(requests).toEqual(new Set(["TH", "SH", "SS", "B", "TP", "nh", "ad", "br", "hy", "PP", "nf", "fi"]));
});

it("every completion offers exactly the commands and their options", () => {
  const bash = bashCompletion(table);
  const zsh = zshCompletion(table);
  const fish = fishCompletion(table);
  expect(found(bash, /compgen -W "(console .*) --help --version"/gu)).toEqual([names.join(" ")]);
  expect(found(zsh, /^ {4}'([a-z]+):/gmu)).toEqual(names);
  expect(found(fish, /__fish_use_subcommand -a (\S+)/gu)).toEqual(names);
  for (const { name, options } of COMMANDS) {
    const own = Object.keys(options).map(dashed);
    expect(found(bash, new RegExp(`^ {4}${name}\\) options="([^"]*)"`, "gmu"))).toEqual([own.join(" ")]);
    expect(found(fish, new RegExp(`seen_subcommand_from ${name}' -[ls] (\\S+)`, "gu"))).toEqual(Object.keys(options));
    const arms = zsh.split(`\n    ${name})\n`)[1]?.split("\n      ;;")[0] ?? "";
    expect(found(arms, /'\*(-[^[]+)\[/gu)).toEqual(own);
  }
});

it("sub-commands, runbooks and the few words that an option takes are offered", () => {
  const first = Object.fromEntries(table.map((command) => [command.name, command.first]));
  expect(first).toMatchObject({
    journal: ["list", "show", "verify"],
    lab: ["up", "down", "reset", "world", "status", "ledger", "fault"],
    run: ["failed-execution-cleanup", "virtio-recovery"],
    console: [],
    sql: [],
    help: [...names, "concepts", "approvals", "doubt", "exit-codes", "environment"],
  });
  expect(bashCompletion(table)).toContain('--as) COMPREPLY=($(compgen -W "applied not-applied"');
});

it("notices and bill have each package once, with its licence and digest", () => {
  const inputs = ["src/cli/main.ts", "node_modules/zod/index.js", "node_modules/zod/v4/index.js"];
  const parts = partsOf(root, [...inputs, "node_modules/@hono/node-server/dist/index.mjs"]);
  expect(parts.map(({ name }) => name)).toEqual(["@hono/node-server", "better-sqlite3", "zod"]);
  for (const { name, licence, integrity, texts } of parts)
    expect([name, licence, integrity, texts.length]).toEqual([name, "MIT", expect.stringMatching(/^sha512-/u), 1]);
  const notices = noticesText(parts);
  for (const { texts } of parts) expect(notices).toContain(texts[0]?.[1].trim());
  const bill = JSON.parse(sbomText(VERSION, parts)) as { components: { purl: string }[] };
  expect(bill.components.map(({ purl }) => purl)[0]).toMatch(/^pkg:npm\/%40hono\/node-server@\d/u);
  expect(JSON.stringify(bill)).not.toMatch(/serialNumber|timestamp/u);
});

it("a folder that is no clone has no commit, though it may lie in somebody's", () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-commit-"));
  expect(commitOf(folder)).toBeNull();
  expect(commitOf(join(root, "src"))).toBeNull();
  rmSync(folder, { recursive: true });
});
