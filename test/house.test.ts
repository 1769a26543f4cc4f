/** The rules of the house, as CONTRIBUTING.md states them in its tables, held against the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readSource } from "../scripts/figures/functions.ts";

const HOME = resolve(import.meta.dirname, "..");
const CODE = /\.(?:tsx?|mjs)$/u;
const textOf = (file: string): string => readFileSync(join(HOME, file), "utf8");
const filesOf = (folder: string): string[] =>
  readdirSync(join(HOME, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(HOME.length + 1))
    .toSorted();

/** The rows of the table that begins with a head, as cells. */
function table(head: string): string[][] {
  const [, body = ""] = textOf("CONTRIBUTING.md").split(`\n${head}`);
  const lines = body.split("\n").slice(2);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("|")),
  );
  if (rows.length === 0) throw new Error(`CONTRIBUTING.md has no table that begins with ${head}`);
  return rows.map((row) => row.split(/(?<!\\)\|/u).map((cell) => cell.trim().replaceAll(String.raw`\|`, "|")));
}

/** What a cell has between backticks. */
const quoted = (cell = ""): string[] => Array.from(cell.matchAll(/`([^`]+)`/gu), ([, text = ""]) => text);
/** Where a path begins: `src/packs/*` is each folder of `src/packs`, or each file. */
const prefix = (path: string): RegExp => new RegExp(`^${path.replaceAll("*", "[^/]+")}(?=/|$)`, "u");

interface Room {
  /** The path of the folder, `src/packs/appliance` where the map says `src/packs/*`. */
  readonly path: string;
  /** Null: it stands apart. */
  readonly floor: number | null;
  /** Rooms below that it may not import. */
  readonly without: readonly string[];
}

const map = table("| room | what it is | floor |").flatMap(([, room, , floor = ""]) =>
  quoted(room)
    .filter((path) => path.startsWith("src/"))
    .map((path) => ({
      begins: new RegExp(`${prefix(path).source}(?=/)`, "u"),
      floor: floor === "apart" ? null : Number.parseInt(floor, 10),
      without: quoted(floor),
    })),
);

/** The room of a file: the one with the longest path. */
function roomOf(file: string): Room | undefined {
  const rooms = map.flatMap(({ begins, ...rest }) => (begins.exec(file) ?? []).map((path) => ({ path, ...rest })));
  return rooms.toSorted((a, b) => b.path.length - a.path.length)[0];
}

const importsOf = (file: string): string[] =>
  readSource(join(HOME, file), file)
    .imports.filter((name) => name.startsWith("."))
    .map((name) => join(dirname(file), name));

/** The files of all other rooms that name packs: whole ones, and what they are called. */
const NAMES_PACKS = new Set(["src/cli/packs.ts", "src/cli/pack-names.ts"]);

/** Whether a file of one room may import a file of another. */
function mayImport(file: string, from: Room, to: Room): boolean {
  if (from.path === to.path) return true;
  if (from.floor === null) return false;
  if (to.floor === null) return dirname(to.path) === from.path;
  const isPack = /^src\/packs\/./u.test(to.path);
  return to.floor < from.floor && !from.without.includes(to.path) && (!isPack || NAMES_PACKS.has(file));
}

it("each file of src imports its own room and lower floors only", () => {
  const broken = filesOf("src")
    .filter((file) => CODE.test(file))
    .flatMap((file) => {
      const room = roomOf(file);
      if (room === undefined) return [`${file} is in no room of the map`];
      return importsOf(file)
        .filter((target) => {
          const other = roomOf(target);
          return other === undefined || !mayImport(file, room, other);
        })
        .map((target) => `${file} imports ${target}`);
    });
  expect(broken).toEqual([]);
});

const never = table("| never (as regular expressions) |").map(([, patterns, folders, homes, exceptions, instead]) => ({
  instead: String(instead),
  folders: quoted(folders),
  homes: quoted(homes).map(prefix),
  patterns: quoted(patterns).map((pattern) => new RegExp(pattern, "mu")),
  exceptions: quoted(exceptions).map((pattern) => new RegExp(pattern, "gu")),
}));

it.each(never)("what must not stand in the text does not: $instead", ({ folders, homes, patterns, exceptions }) => {
  const broken = folders
    .flatMap(filesOf)
    .filter((file) => !homes.some((home) => home.test(file)))
    .flatMap((file) =>
      textOf(file)
        .split("\n")
        .map((line) => exceptions.reduce((rest, exception) => rest.replaceAll(exception, ""), line))
        .flatMap((line, index) => (patterns.some((one) => one.test(line)) ? [`${file}:${index + 1} ${line}`] : [])),
    );
  expect(broken).toEqual([]);
});

const mirrors = table("| in `test` | mirrors |").map(([, names]) => quoted(names));

/** Whether a test imports a module, itself or through what tests share. */
function reaches(file: string, isMeant: (target: string) => boolean, met = new Set<string>()): boolean {
  if (isMeant(file)) return true;
  if (met.has(file) || !file.startsWith("test/") || !existsSync(join(HOME, file))) return false;
  met.add(file);
  return importsOf(file).some((target) => reaches(target, isMeant, met));
}

const startsProgram = (file: string): boolean => /bin\/handrail|support\/program\.ts/u.test(textOf(file));

it("each file of test mirrors something", () => {
  const known = new Set(mirrors.flat());
  const broken = filesOf("test").filter((file) => {
    const [, first = "", ...rest] = file.split("/");
    if (known.has(first)) return false;
    if (rest.length === 0) return !/\.(?:lab|soak)\.test\.ts$/u.test(file);
    const room = join("src", first);
    if (!existsSync(join(HOME, room))) return true;
    const isTest = /\.test\.tsx?$/u.test(file);
    return isTest && !startsProgram(file) && !reaches(file, (target) => target.startsWith(`${room}/`));
  });
  expect(broken).toEqual([]);
});
