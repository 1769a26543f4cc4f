/**
 * Makes everything that is given away, in `release/`: the npm package, and for each architecture a tarball, a Debian package and a
 * bill of materials. The same commit gives the same bytes. `--arch x64` makes those of one alone, `--out FOLDER` puts them elsewhere.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../src/cli/version.ts";
import { sectionOf } from "./package/changelog.ts";
import { commitOf, type Commit } from "./package/commit.ts";
import { makeDeb } from "./package/deb.ts";
import { ARCHES, type Arch } from "./package/node.ts";
import { writeNotes, type Made } from "./package/notes.ts";
import { output } from "./package/programs.ts";
import { makeTarball } from "./package/tarball.ts";
import { isProgram, makeTree, settle } from "./package/tree.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { arch: { type: "string" }, out: { type: "string", default: "release" } } });
const out = resolve(values.out);

/** Starts what was put together, without any Node.js on the PATH, where this machine can. Throws where it does not say its version. */
async function tried(tree: string, arch: Arch): Promise<string> {
  if (process.arch !== arch) return "built, *not run*";
  const said = await output(join(tree, "bin/handrail"), ["--version"], { env: { PATH: "/nonexistent" } });
  if (!said.startsWith(`handrail ${VERSION}`)) throw new Error(`${tree} says of itself: ${said}`);
  return "built; its tree was started (`--version`)";
}

async function packages(arch: Arch, packed: string, { seconds }: Commit): Promise<readonly Made[]> {
  const name = `handrail-${VERSION}-linux-${arch}`;
  const tree = join(out, name);
  await makeTree(root, packed, tree, arch);
  settle(tree, seconds, isProgram);
  const seen = await tried(tree, arch);
  const bill = `${tree}.sbom.cdx.json`;
  copyFileSync(join(tree, "dist/sbom.cdx.json"), bill);
  const tarball = await makeTarball(tree, seconds, arch);
  const deb = await makeDeb({ root, tree, version: VERSION, seconds, arch });
  rmSync(tree, { recursive: true });
  return [
    { file: tarball, seen },
    { file: deb, seen },
    { file: bill, seen: "the parts of both" },
  ];
}

async function npmPackage(): Promise<string> {
  await output("npm", ["pack", "--silent", "--pack-destination", out], { cwd: root });
  return join(out, `handrail-${VERSION}.tgz`);
}

async function main(): Promise<void> {
  const commit = commitOf(root);
  if (commit === null)
    throw new Error("a package is made from a clone, with git: every file of it bears the commit's time");
  const news = sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), VERSION);
  if (news === null) throw new Error(`CHANGELOG.md has no section "## ${VERSION} (YYYY-MM-DD)"`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const packed = await npmPackage();
  const wanted = ARCHES.filter((arch) => values.arch === undefined || values.arch === arch);
  const made = await Promise.all(wanted.map((arch) => packages(arch, packed, commit)));
  writeNotes(out, { version: VERSION, commit, news }, [{ file: packed, seen: "built" }, ...made.flat()]);
  process.stdout.write(readFileSync(join(out, "SHA256SUMS"), "utf8"));
}

await main();
