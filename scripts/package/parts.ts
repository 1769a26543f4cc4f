/** The packages of others that really are in the bundle, as esbuild tells them, with what the lock file knows of each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

export interface Part {
  readonly name: string;
  readonly version: string;
  /** The licence's SPDX name, as the package says it. */
  readonly licence: string;
  /** As in the lock file: `sha512-…`; null where it says none. */
  readonly integrity: string | null;
  /** The texts of licence and notices that it came with, each behind its file's name; else the licence's own text. Never empty. */
  readonly texts: readonly (readonly [file: string, text: string])[];
}

const author = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).optional();
const packageShape = z.object({ name: z.string(), version: z.string(), license: z.string(), author });
const lockShape = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });

/** Not in the bundle, yet shipped beside it or installed with it. */
const BESIDE = ["node_modules/better-sqlite3"];
const LICENCE = /^(?:licen[cs]e|copying|notice)/iu;

/** The folder of the package that a bundled file belongs to, from the root of the clone; null for our own files. */
function folderOf(input: string): string | null {
  const at = input.lastIndexOf("node_modules/");
  if (at < 0) return null;
  const [first = "", second = ""] = input.slice(at + "node_modules/".length).split("/");
  return `${input.slice(0, at)}node_modules/${first.startsWith("@") ? `${first}/${second}` : first}`;
}

/** The licence's own text, for a package that names it and brings none along. Throws where it is not kept here. */
function standardText(root: string, { name, license, author: holder }: z.infer<typeof packageShape>): Part["texts"] {
  const file = join(root, "packaging/licences", `${license}.txt`);
  if (!existsSync(file))
    throw new Error(`${name} names the licence ${license} and has no text of it; put it into ${file}`);
  return [[file, `Copyright (c) ${holder ?? `the authors of ${name}`}\n\n${readFileSync(file, "utf8")}`]];
}

function partAt(root: string, folder: string, lock: z.infer<typeof lockShape>): Part {
  const read = packageShape.parse(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")));
  const { name, version, license } = read;
  const files = readdirSync(join(root, folder))
    .filter((file) => LICENCE.test(file))
    .toSorted();
  const own = files.map((file) => [file, readFileSync(join(root, folder, file), "utf8")] as const);
  const texts = own.length > 0 ? own : standardText(root, read);
  return { name, version, licence: license, integrity: lock.packages[folder]?.integrity ?? null, texts };
}

/** The parts behind files that esbuild bundled, sorted by name and version; each once, however often it is installed. */
export function partsOf(root: string, inputs: readonly string[]): readonly Part[] {
  const lock = lockShape.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  const folders = new Set([...inputs.map(folderOf), ...BESIDE].filter((folder) => folder !== null));
  const parts = [...folders].map((folder) => partAt(root, folder, lock));
  const named = new Map(parts.map((part) => [`${part.name} ${part.version}`, part]));
  return [...named].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
