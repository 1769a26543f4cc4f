/** MySQL out of the distribution's packages. Debian has it in its newest suite alone, with a C library newer than most machines'. */
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { librariesNotFound, libraryFolders, Unfetchable, unpackPackages } from "../packages.ts";
import type { Program } from "../servers/family.ts";
import { downloadNewest } from "./newest.ts";

const PROGRAM = "usr/sbin/mysqld";
/** What a server reads besides its libraries; the plugin is one that it asks for at every start. */
const PARTS = [
  "usr/share/mysql/charsets",
  "usr/share/mysql/english",
  "usr/lib/mysql/plugin/component_reference_cache.so",
];
/** The folder that a loader and all libraries of an unpacked server lie in. */
const LIBRARIES = "usr/lib/mysql/private";
/** Where another distribution than Debian has it; of its own release, so that the system's libraries fit. */
const GROUPS = [["mysql-server-core", "mysql-server-core-8.4", "mysql-server-core-8.0"]];

/** Unpacks a server into `work`/root; throws `Unfetchable` where that cannot be. */
export async function unpack(work: string, env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  if (!(await isDebian())) return unpackPackages({ program: PROGRAM, groups: GROUPS }, work, env);
  await downloadNewest("mysql-server-core", work, env, say);
  await keepNeeded(work);
}

/** The server that was unpacked at `root`, or null where it holds none. */
export async function programAt(root: string): Promise<Program | null> {
  const binary = join(root, PROGRAM);
  if (!existsSync(binary)) return null;
  const folder = join(root, LIBRARIES);
  const loader = existsSync(folder) ? loaderIn(folder) : null;
  if (loader === null) return { binary, libraries: await libraryFolders(root), loader };
  return { binary, libraries: folder, loader };
}

async function isDebian(): Promise<boolean> {
  return existsSync("/etc/os-release") && /^ID="?debian"?$/m.test(await readFile("/etc/os-release", "utf8"));
}

function loaderIn(folder: string): string | null {
  const name = readdirSync(folder).find((file) => /^ld(?:-linux.*|64)\.so\.\d+$/.test(file));
  return name === undefined ? null : join(folder, name);
}

/** Of what was unpacked only the program stays, the libraries that its loader names, and its messages: half of it. */
async function keepNeeded(work: string): Promise<void> {
  const tree = join(work, "all");
  const root = join(work, "root");
  if (!existsSync(join(tree, PROGRAM))) throw new Unfetchable(`the packages hold no ${PROGRAM}`);
  const { loader, libraries } = await librariesIn(tree);
  await mkdir(join(root, LIBRARIES), { recursive: true });
  for (const path of [loader, ...libraries])
    await cp(path, join(root, LIBRARIES, basename(path)), { dereference: true });
  for (const path of [PROGRAM, ...PARTS.filter((part) => existsSync(join(tree, part)))]) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await rename(join(tree, path), join(root, path));
  }
  await rm(tree, { recursive: true });
}

/** The loader of the C library in an unpacked tree. */
function loaderOf(tree: string, folders: string): string {
  const [loader] = [...folders.split(":"), join(tree, "usr/lib64"), join(tree, "usr/lib")]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => loaderIn(folder) ?? []);
  if (loader === undefined) throw new Unfetchable("the packages hold no loader of the C library");
  return loader;
}

/** The loader in an unpacked tree, and the libraries that it finds there for the program. */
async function librariesIn(tree: string): Promise<{ loader: string; libraries: string[] }> {
  const folders = await libraryFolders(tree);
  const loader = loaderOf(tree, folders);
  const listing = await execa(loader, ["--library-path", folders, "--list", join(tree, PROGRAM)], { reject: false });
  const missing = librariesNotFound(listing.stdout);
  if (listing.exitCode !== 0 || missing.length > 0)
    throw new Unfetchable(`the packages lack ${missing.join(", ") || (listing.stderr.split("\n")[0] ?? "")}`);
  const paths = [...listing.stdout.matchAll(/ => (\S+) \(/gm)].map((match) => match[1] ?? "");
  return { loader, libraries: paths.filter((path) => basename(path) !== basename(loader)) };
}
