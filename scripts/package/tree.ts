/** The tree that is unpacked: what npm packs, and beside it Node.js and the one SQLite binary. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { nodeFolder, NODE_VERSION, type Arch } from "./node.ts";
import { output } from "./programs.ts";
import { sbomText, type Component } from "./sbom.ts";

const SQLITE = "node_modules/better-sqlite3";
const PROGRAMS = /^(?:bin\/|node\/bin\/)/u;

/** Every file and folder below `folder`, sorted, by its path from there. */
export const below = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();

/** Gives all of a tree the mode it shall have, whatever the umask was, and the time of its commit. */
export function settle(folder: string, seconds: number, programs: RegExp): void {
  for (const name of [...below(folder), "."].toReversed()) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (!stats.isSymbolicLink()) chmodSync(path, stats.isDirectory() || programs.test(name) ? 0o755 : 0o644);
    lutimesSync(path, seconds, seconds);
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function addSqlite(root: string, tree: string, arch: Arch): void {
  for (const name of ["package.json", "LICENSE"]) copy(join(root, SQLITE, name), join(tree, SQLITE, name));
  cpSync(join(root, SQLITE, "lib"), join(tree, SQLITE, "lib"), { recursive: true });
  const binary = `prebuilds/linux-${arch}.node`;
  copy(join(root, SQLITE, binary), join(tree, SQLITE, binary));
}

/** Node.js belongs into the bill of a package that brings it along. */
function addNode(from: string, tree: string, arch: Arch): void {
  copy(join(from, "bin/node"), join(tree, "node/bin/node"));
  copy(join(from, "LICENSE"), join(tree, "node/LICENSE"));
  const node = { name: `node-linux-${arch}`, version: NODE_VERSION, licence: "MIT", integrity: null };
  const path = join(tree, "dist/sbom.cdx.json");
  writeFileSync(path, withNode(readFileSync(path, "utf8"), node));
}

function withNode(bill: string, node: Component): string {
  const own = JSON.parse(bill) as Record<string, unknown> & {
    components: unknown[];
    dependencies: { dependsOn: unknown[] }[];
  };
  const added = JSON.parse(sbomText("", [node])) as typeof own;
  own.components.push(...added.components);
  own.dependencies[0]?.dependsOn.push(...(added.dependencies[0]?.dependsOn ?? []));
  return `${JSON.stringify(own, null, 2)}\n`;
}

/** Makes the tree of one architecture at `tree`, from the npm package `packed`. */
export async function makeTree(root: string, packed: string, tree: string, arch: Arch): Promise<void> {
  mkdirSync(tree, { recursive: true });
  await output("tar", ["-xzf", packed, "-C", tree, "--strip-components=1"]);
  addSqlite(root, tree, arch);
  addNode(await nodeFolder(root, arch), tree, arch);
}

/** Files that are to be run, in such a tree. */
export const isProgram = PROGRAMS;
