/** Programs out of the distribution's packages, unpacked into a folder: nothing is installed, no root is needed. */
import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What is wanted of the packages. */
export type Wanted = {
  /** Where the program lies in them. */
  program: string;
  /** Of each group the first package that apt knows is taken. */
  groups: string[][];
};

/** Packages cannot be had on this machine; the message says what was seen, in one line. */
export class Unfetchable extends Error {
  override name = "Unfetchable";
}

type Apt = { options: string[]; work: string; env: NodeJS.ProcessEnv };
type Ran = { exitCode: number; stdout: string; said: string };

/** A list of a whole release comes slowly over a slow line; a host that does not answer is given up much sooner. */
const TIMEOUT_MS = 300_000;
export const APT_PATIENCE = ["Acquire::http::Timeout=20", "Acquire::https::Timeout=20", "Acquire::Retries=1"];

/** Downloads the packages and unpacks them into `work`/root, with those that they depend on for libraries that are missing. */
export async function unpackPackages(wanted: Wanted, work: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (const folder of ["root", "packages", "cache/archives/partial"])
    await mkdir(join(work, folder), { recursive: true });
  const { apt, names } = await firstDownload(wanted.groups, work, env);
  let last = names;
  for (let round = 0; round < 3; round += 1) {
    if ((await missingLibraries(wanted.program, apt)).length === 0) return;
    last = await librariesOf(last, apt);
    if (last.length > 0) await download(last, apt);
  }
  const missing = await missingLibraries(wanted.program, apt);
  if (missing.length > 0)
    throw new Unfetchable(`${names.join(", ")} and what it depends on lack ${missing.join(", ")}`);
}

/** Uses the system's package lists when they know the packages and the archive still has them, else lists of its own. */
async function firstDownload(
  groups: string[][],
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<{ apt: Apt; names: string[] }> {
  const settings = [`Dir::Cache=${join(work, "cache")}`, "APT::Sandbox::User=", ...APT_PATIENCE];
  const system: Apt = { options: settings.flatMap((each) => ["-o", each]), work, env };
  const known = await choose(groups, system);
  if (known && (await tryDownload(known, system)).exitCode === 0) return { apt: system, names: known };
  await mkdir(join(work, "lists/partial"), { recursive: true });
  const own: Apt = { ...system, options: [...system.options, "-o", `Dir::State::Lists=${join(work, "lists")}`] };
  const update = await ranApt("apt-get", [...own.options, "update", "-q"], own);
  const names = await choose(groups, own);
  if (names === null) {
    const unknown = groups.map((group) => group.join(" or ")).join(", ");
    throw new Unfetchable(`apt knows no ${unknown}${update.said === "" ? "" : ` (${update.said})`}`);
  }
  await download(names, own);
  return { apt: own, names };
}

/** Runs one of apt's programs in `work`/packages; `said` is the first of its errors, else of its warnings. */
export async function ranApt(file: string, args: string[], { env, work }: Pick<Apt, "env" | "work">): Promise<Ran> {
  const run = await execa(file, args, {
    // its messages are read
    env: { ...env, LC_ALL: "C" },
    cwd: join(work, "packages"),
    reject: false,
    timeout: TIMEOUT_MS,
  });
  if (run.code === "ENOENT") throw new Unfetchable(`there is no ${file} on the PATH`);
  if (run.timedOut) throw new Unfetchable(`${file} took longer than ${TIMEOUT_MS / 1000} s`);
  const { stdout, stderr } = run;
  const line = (start: string) => stderr.split("\n").find((each) => each.startsWith(start));
  const said = line("E: ") ?? line("W: ") ?? line("dpkg") ?? stderr.trim().split("\n")[0] ?? "";
  return { exitCode: run.exitCode ?? -1, stdout, said };
}

/** One package of each group, or null when some group has none. */
async function choose(groups: string[][], apt: Apt): Promise<string[] | null> {
  const run = await ranApt("apt-cache", [...apt.options, "policy", ...groups.flat()], apt);
  const known = new Set<string>();
  let name = "";
  for (const line of run.stdout.split("\n")) {
    if (/^\S+:$/.test(line)) name = line.slice(0, -1);
    if (/^ {2}Candidate: (?!\(none\))/.test(line)) known.add(name);
  }
  const chosen = groups.map((group) => group.find((each) => known.has(each)));
  return chosen.every((each) => each !== undefined) ? chosen : null;
}

/** The libraries that these packages depend on and that are not installed. The C library is never one: it has to be the system's. */
async function librariesOf(packages: string[], apt: Apt): Promise<string[]> {
  const run = await ranApt("apt-cache", [...apt.options, "depends", "--important", ...packages], apt);
  const names = [...run.stdout.matchAll(/^ [ |](?:Pre)?Depends: (\S+)$/gm)].map((match) => match[1] ?? "");
  const libraries = [...new Set(names)].filter((name) => /^(?:lib|zlib)/.test(name) && !/^libc6?\b/.test(name));
  const installed = await ranApt("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...libraries], apt);
  const absent = libraries.filter((name) => !installed.stdout.split("\n").includes(`${name} installed`));
  const known = await Promise.all(absent.map((name) => choose([[name]], apt)));
  return known.flatMap((found) => found ?? []);
}

async function tryDownload(names: string[], apt: Apt): Promise<Ran> {
  const run = await ranApt("apt-get", [...apt.options, "download", "-q", ...names], apt);
  if (run.exitCode === 0) await unpackFiles(join(apt.work, "root"), apt);
  await rm(join(apt.work, "packages"), { recursive: true });
  await mkdir(join(apt.work, "packages"));
  return run;
}

/** Unpacks every package file in `work`/packages into `target`. */
export async function unpackFiles(target: string, place: Pick<Apt, "env" | "work">): Promise<void> {
  const folder = join(place.work, "packages");
  for (const file of await readdir(folder)) {
    const unpacked = await ranApt("dpkg-deb", ["-x", join(folder, file), target], place);
    if (unpacked.exitCode !== 0) throw new Unfetchable(`${file} could not be unpacked: ${unpacked.said}`);
  }
}

async function download(names: string[], apt: Apt): Promise<void> {
  const { exitCode, said } = await tryDownload(names, apt);
  if (exitCode !== 0) throw new Unfetchable(`apt could not download ${names.join(", ")}: ${said}`);
}

async function missingLibraries(program: string, { work, env }: Apt): Promise<string[]> {
  const root = join(work, "root");
  if (!existsSync(join(root, program))) throw new Unfetchable(`the packages hold no ${program}`);
  const search = { ...env, LD_LIBRARY_PATH: await libraryFolders(root) };
  const run = await ranApt("ldd", [join(root, program)], { env: search, work });
  return [...run.stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");
}

/** The multi-arch folders of an unpacked tree, as a search path. */
export async function libraryFolders(root: string): Promise<string> {
  const found: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const folder = join(root, base);
    const names = existsSync(folder) ? await readdir(folder) : [];
    found.push(...names.filter((name) => name.includes("-linux-gnu")).map((name) => join(folder, name)));
  }
  return found.join(":");
}

/** Names the release of the distribution, and the processor. */
export async function releaseName(): Promise<string> {
  const text = existsSync("/etc/os-release") ? await readFile("/etc/os-release", "utf8") : "";
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
}
