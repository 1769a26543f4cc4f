/** What the build makes of a program: the same, in fewer files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { joinChunks, type Groups } from "../../scripts/package/join-chunks.ts";
import { lightBuiltins } from "../../scripts/package/light-builtins.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-bundle-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program whose commands share a counter: each module that is loaded for the first time says so. */
const PROGRAM = {
  "count.ts": `console.log("count"); let count = 0; export const next = () => (count += 1);`,
  "words.ts": `import { next } from "./count.ts"; console.log("words"); export const word = () => "word " + next();`,
  "left.ts": `import { next } from "./count.ts"; import { word } from "./words.ts"; console.log("left"); export const run = () => [word(), next()]; export default "left";`,
  "right.ts": `import { word } from "./words.ts"; console.log("right"); export const run = async () => [word(), (await import("./left.ts")).default, (await import("./late.ts")).late()];`,
  "late.ts": `import { next } from "./count.ts"; console.log("late"); export const late = () => next();`,
  "main.ts": `import { next } from "./count.ts"; export const main = async () => { next(); console.log(JSON.stringify([(await import("./left.ts")).run(), await (await import("./right.ts")).run(), next()])); };`,
  "start.ts": `const { main } = await import("./main.ts"); await main();`,
} as const;

async function bundled(sources: Readonly<Record<string, string>>, entry: string, plugins: readonly Plugin[] = []) {
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(root, name), text);
  mkdirSync(join(root, "out"));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: "out",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    metafile: true,
    plugins: [...plugins],
  });
  return metafile.outputs;
}

const ran = (file: string): string => execFileSync(process.execPath, [join(root, "out", file)], { encoding: "utf8" });

const GROUPS: Groups = { base: ["main.ts", "right.ts"], more: ["left.ts"] };

test("joined chunks do what they did, in the same order, and each module is there once", async () => {
  const outputs = await bundled(PROGRAM, "start.ts");
  const before = ran("start.mjs");
  expect(before.split("\n").slice(0, 2)).toEqual(["count", "words"]);
  await joinChunks(build, { outputs, folder: join(root, "out") }, { base: ["main.ts", "left.ts"], more: ["right.ts"] });
  const lines = ran("start.mjs").trim().split("\n");
  expect(lines.at(-1)).toBe(before.trim().split("\n").at(-1));
  expect(lines.slice(0, -1).toSorted()).toEqual(["count", "late", "left", "right", "words"]);
  const texts = readdirSync(join(root, "out")).map((file) => readFileSync(join(root, "out", file), "utf8"));
  for (const name of ["count", "words", "left", "right", "late"])
    expect([name, texts.filter((text) => text.includes(`log("${name}")`)).length]).toEqual([name, 1]);
});

test("what is loaded later is loaded from the joined file, not from the chunks that it was", async () => {
  const outputs = await bundled(PROGRAM, "start.ts");
  await joinChunks(build, { outputs, folder: join(root, "out") }, GROUPS);
  const late = readdirSync(join(root, "out")).find((file) => file.startsWith("late")) ?? "";
  expect(readFileSync(join(root, "out", late), "utf8")).toMatch(/from"\.\/base[\w-]*\.mjs"/u);
});

test("a module that nothing loads by itself cannot be joined", async () => {
  const outputs = await bundled(PROGRAM, "start.ts");
  const joining = joinChunks(build, { outputs, folder: join(root, "out") }, { base: ["words.ts"] });
  await expect(joining).rejects.toThrow("words.ts is not loaded by itself any more");
});

const BUILTINS = {
  "builtins.ts": `
import { createHash, X509Certificate, hash } from "node:crypto";
import { spawnSync } from "child_process";
import fs, { existsSync, constants } from "node:fs";
import { join } from "node:path";
import { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
class Own extends EventEmitter {}
let trouble = "";
try { new X509Certificate("none"); } catch (error) { trouble = error.code; }
const own = new Own();
const said = [];
own.on("said", (word) => said.push(word));
own.emit("said", "word");
console.log(JSON.stringify([
  createHash("sha256").update("a").digest("hex"), hash("sha1", "a"), trouble,
  spawnSync("true").status, existsSync("/"), fs.constants === constants, join("a", "b"), said,
  (await readFile("/dev/null", "utf8")).length, process.pid > 0,
]));`,
} as const;

test("Node's own modules do what they do without the bundle", async () => {
  await bundled(BUILTINS, "builtins.ts", [lightBuiltins]);
  const text = readFileSync(join(root, "out/builtins.mjs"), "utf8");
  expect(text).not.toMatch(/^import .*node:/mu);
  const plain = execFileSync(process.execPath, [join(root, "builtins.ts")], { encoding: "utf8" });
  expect(ran("builtins.mjs")).toBe(plain);
});

test("hashing and programs are loaded at their first use", async () => {
  const source = `
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
const loaded = () => ["NativeModule crypto", "NativeModule child_process"].map((name) => process.moduleLoadList.includes(name));
const before = loaded();
createHash("md5"); spawnSync("true");
console.log(JSON.stringify([before, loaded()]));`;
  await bundled({ "late.ts": source }, "late.ts", [lightBuiltins]);
  expect(JSON.parse(ran("late.mjs"))).toEqual([
    [false, false],
    [true, true],
  ]);
});
