/**
 * Figures of the code, each beside the most that it may be: they only ever go down. `--list FIGURE` shows what a figure counts.
 * Fails where one is over its limit, so that what was mended stays so; lower the limit in the commit that earns it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { circlesOf } from "./figures/circles.ts";
import { readSource, type SourceFigures } from "./figures/functions.ts";
import { isNoName } from "./figures/names.ts";

/** Words of the appliance, which only its pack may know. */
const APPLIANCE = /\b(?:vms?|volumes?|cloudstack|failovers?|joblog|oma|virtio|migratekit|ossea|appliance)\b/iu;
/** Names on the wire, which stay for ever: journals and receipts of before have them. So does what runs of 0.1 said of themselves. */
const WIRE = /(["'])joblog(?:\.written)?\1|\bjoblog:|This run's own progress goes into the appliance's JobLog/gu;
/** Where they belong. One place names the pack; topics and examples are documentation. */
const OWN = /^src\/(?:packs\/appliance|cli\/topics)\/|^src\/cli\/(?:examples|packs|pack-names)\.ts$/u;

interface Figure {
  readonly name: string;
  /** What it is to come to. */
  readonly goal: number;
  /** The most that it may be today. */
  readonly limit: number;
  readonly value: number;
  /** What it counts, a line each. */
  readonly list: () => readonly string[];
}

const root = resolve(import.meta.dirname, "..");
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/u.test(name))
    .map((name) => join(folder, name))
    .toSorted();

/** The value below which a part of all lies: 0.5 the median. */
const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

const counted = (name: string, goal: number, limit: number, list: readonly string[]): Figure => ({
  name,
  goal,
  limit,
  value: list.length,
  list: () => list,
});

function importsOf(file: string, { imports }: SourceFigures): string[] {
  return imports.filter((name) => name.startsWith(".")).map((name) => join(dirname(file), name));
}

function untested(read: ReadonlyMap<string, SourceFigures>): string[] {
  const named = new Set(sources("test").flatMap((file) => importsOf(file, readSource(join(root, file), file))));
  return [...read.keys()].filter((file) => /^src\/(?:engine|serve)\//u.test(file) && !named.has(file));
}

function figures(): Figure[] {
  const files = sources("src");
  const read = new Map(files.map((file) => [file, readSource(join(root, file), file)] as const));
  const functions = [...read.values()].flatMap((source) => source.functions);
  const blocks = functions.filter(({ isBlock }) => isBlock).map(({ cyclomatic }) => cyclomatic);
  const names = [...read].flatMap(([file, source]) => source.names.map((name) => ({ file, name })));
  const noNames = names.filter(({ name }) => isNoName(name));
  const lines = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8").split("\n")] as const));
  const appliance = [...lines]
    .filter(([file]) => !OWN.test(file))
    .flatMap(([file, text]) =>
      text.flatMap((line, at) => (APPLIANCE.test(line.replaceAll(WIRE, "")) ? [`${file}:${at + 1}`] : [])),
    );
  const circles = circlesOf(new Map([...read].map(([file, source]) => [file, importsOf(file, source)])));
  const over = (limit: number, of: "cyclomatic" | "lines" | "parameters"): string[] =>
    functions.filter((one) => one[of] > limit).map((one) => `${one.place} ${one[of]}`);
  return [
    { name: "cyclomatic p90", goal: 5, limit: 5, value: percentile(blocks, 0.9), list: () => over(5, "cyclomatic") },
    counted("cyclomatic over 15", 0, 0, over(15, "cyclomatic")),
    counted("functions over 50 lines", 0, 0, over(50, "lines")),
    counted("parameters over 4", 0, 0, over(4, "parameters")),
    counted(
      "files over 300 lines",
      0,
      0,
      [...lines].filter(([, text]) => text.length > 301).map(([file, text]) => `${file} ${text.length - 1}`),
    ),
    {
      name: "names that name nothing, %",
      goal: 1.5,
      limit: 1.5,
      value: Math.round((noNames.length / names.length) * 1000) / 10,
      list: () => noNames.map(({ file, name }) => `${file} ${name}`),
    },
    counted(
      "circles of imports",
      0,
      0,
      circles.map((part) => part.join(" ")),
    ),
    counted("lines that name the appliance", 0, 0, appliance),
    counted("engine and serve modules in no test", 0, 0, untested(read)),
  ];
}

const { values } = parseArgs({ options: { list: { type: "string" } } });
const all = figures();
if (values.list === undefined) {
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const { name, value, limit, goal } of all)
    process.stdout.write(
      `${name.padEnd(width)}  ${String(value).padStart(5)}  limit ${String(limit).padStart(4)}  goal ${goal}\n`,
    );
} else {
  const wanted = all.filter(({ name }) => name.startsWith(values.list ?? ""));
  for (const line of wanted.flatMap(({ list }) => list())) process.stdout.write(`${line}\n`);
}
const broken = all.filter(({ value, limit }) => value > limit);
for (const { name, value, limit } of broken) process.stderr.write(`${name}: ${value}, and ${limit} at most\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
