/** What a package says of Handrail: manual page, completions, notices and bill agree with what they are made from. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { COMMANDS } from "../../src/cli/commands.ts";
import { fullVersion, VERSION } from "../../src/cli/version.ts";
import { bashCompletion } from "../../scripts/package/bash.ts";
import { commitOf } from "../../scripts/package/commit.ts";
import { fishCompletion } from "../../scripts/package/fish.ts";
import { manPage } from "../../scripts/package/man.ts";
import { NODE_VERSION } from "../../scripts/package/node.ts";
import { noticesText } from "../../scripts/package/notices.ts";
import { output } from "../../scripts/package/programs.ts";
import { partsOf } from "../../scripts/package/parts.ts";
import { sbomText } from "../../scripts/package/sbom.ts";
import { words } from "../../scripts/package/words.ts";
import { zshCompletion } from "../../scripts/package/zsh.ts";
import { has, needs } from "../support/needs.ts";

const NPM = has("npm", "npm", ["--version"]);
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
    journal: ["list", "show", "verify", "backup"],
    lab: ["up", "down", "reset", "world", "status", "ledger", "fault"],
    run: ["failed-execution-cleanup", "virtio-recovery"],
    console: [],
    sql: [],
    help: [...names, "concepts", "approvals", "doubt", "exit-codes", "environment"],
  });
  expect(bashCompletion(table)).toContain('--as) COMPREPLY=($(compgen -W "applied not-applied"');
});

it("notices and bill have each package once, with its licence and digest", () => {
  const inputs = ["src/cli/program.ts", "node_modules/zod/index.js", "node_modules/zod/v4/index.js"];
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

/** What `npm pack` would pack of what is built here. */
async function packed(): Promise<string[]> {
  const said = await output("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: root });
  const [list] = z.array(z.object({ files: z.array(z.object({ path: z.string() })) })).parse(JSON.parse(said));
  return list?.files.map(({ path }) => path) ?? [];
}

it("npm packs what is built, the lab's tables and the notices; no sources and no tests", await needs(NPM), async () => {
  const files = await packed();
  const wanted = ["handrail.mjs", "lab.mjs", "schema.sql", "THIRD-PARTY-NOTICES.txt", "sbom.cdx.json"];
  expect(files).toEqual(expect.arrayContaining(wanted.map((name) => `dist/${name}`)));
  expect(files).toEqual(expect.arrayContaining(["bin/handrail", "runbooks.yaml", "recorded/pgtest1.jsonl", "LICENSE"]));
  expect(files.filter((file) => /^(?:src|test|scripts|node_modules|packaging)\//u.test(file))).toEqual([]);
});

it("what is built says of each of its parts on which terms it is there, in the words of its licence", () => {
  const notices = readFileSync(join(root, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
  const bill = json("dist/sbom.cdx.json") as { components: { name: string; version: string }[] };
  const sections = notices.split(/^-{78}\n/mu).slice(1);
  expect(sections.map((text) => text.split(" (")[0])).toEqual(
    bill.components.map(({ name, version }) => `${name} ${version}`),
  );
  const poor = sections.filter((text) => text.length < 500 || !/copyright/iu.test(text));
  expect(poor.map((text) => text.split("\n")[0])).toEqual([]);
});

it("a licence that nobody brings along and that is not kept here ends the build", () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-licence-"));
  for (const name of ["odd", "better-sqlite3"]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    const text = JSON.stringify({ name, version: "1.0.0", license: "Odd-1.0" });
    writeFileSync(join(folder, "node_modules", name, "package.json"), text);
  }
  writeFileSync(join(folder, "package-lock.json"), '{"packages":{}}');
  expect(() => partsOf(folder, ["node_modules/odd/index.js"])).toThrow(
    /odd names the licence Odd-1\.0 and has no text/u,
  );
});
