/** Programs out of the distribution's packages, unpacked into a folder: nothing is installed, no root is needed. */
import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What is wanted of the packages. */
export type Requirement = {
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
type AptResult = { exitCode: number; stdout: string; message: string };

/** A list of a whole release comes slowly over a slow line; a host that does not answer is given up much sooner. */
const TIMEOUT_MS = 300_000;
export const APT_PATIENCE = ["Acquire::http::Timeout=20", "Acquire::https::Timeout=20", "Acquire::Retries=1"];

/** Downloads the packages and unpacks them into `work`/root, with those that they depend on for libraries that are missing. */
export async function unpackPackages(requirement: Requirement, work: string, env: NodeJS.ProcessEnv): Promise<void> {
  await makeFolders(work);
  const { apt, names } = await firstDownload(requirement.groups, work, env);
  let last = names;
  for (let round = 0; round < 3; round += 1) {
    if ((await missingLibraries(requirement.program, apt)).length === 0) return;
    last = await librariesOf(last, apt);
    if (last.length > 0) await download(last, apt);
  }
  const missing = await missingLibraries(requirement.program, apt);
  if (missing.length > 0)
    throw new Unfetchable(`${names.join(", ")} and what it depends on lack ${missing.join(", ")}`);
}

async function makeFolders(work: string): Promise<void> {
  for (const folder of ["root", "packages", "cache/archives/partial"])
    await mkdir(join(work, folder), { recursive: true });
}

/** Uses the system's package lists when they know the packages and the archive still has them, else lists of its own. */
async function firstDownload(
  groups: string[][],
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<{ apt: Apt; names: string[] }> {
  const settings = [`Dir::Cache=${join(work, "cache")}`, "APT::Sandbox::User=", ...APT_PATIENCE];
  const system: Apt = { options: settings.flatMap((setting) => ["-o", setting]), work, env };
  const choice = await choose(groups, system);
  if (choice && (await tryDownload(choice, system)).exitCode === 0) return { apt: system, names: choice };
  await mkdir(join(work, "lists/partial"), { recursive: true });
  const own: Apt = { ...system, options: [...system.options, "-o", `Dir::State::Lists=${join(work, "lists")}`] };
  const update = await runApt("apt-get", [...own.options, "update", "-q"], own);
  const names = await choose(groups, own);
  if (names === null) {
    const unknown = groups.map((group) => group.join(" or ")).join(", ");
    throw new Unfetchable(`apt knows no ${unknown}${update.message === "" ? "" : ` (${update.message})`}`);
  }
  await download(names, own);
  return { apt: own, names };
}

/** Runs one of apt's programs in `work`/packages; `message` is the first of its errors, else of its warnings. */
export async function runApt(
  file: string,
  args: string[],
  { env, work }: Pick<Apt, "env" | "work">,
): Promise<AptResult> {
  const run = await execa(file, args, {
    // its messages are read
    env: { ...env, LC_ALL: "C" },
    cwd: join(work, "packages"),
    reject: false,
    timeout: TIMEOUT_MS,
  });
  if (run.code === "ENOENT") throw new Unfetchable(`there is no ${file} on the PATH`);
  if (run.timedOut) throw new Unfetchable(`${file} took longer than ${TIMEOUT_MS / 1000} s`);
  return { exitCode: run.exitCode ?? -1, stdout: run.stdout, message: messageIn(run.stderr) };
}

function messageIn(stderr: string): string {
  const line = (start: string) => stderr.split("\n").find((text) => text.startsWith(start));
  return line("E: ") ?? line("W: ") ?? line("dpkg") ?? stderr.trim().split("\n")[0] ?? "";
}

/** One package of each group, or null when some group has none. */
async function choose(groups: string[][], apt: Apt): Promise<string[] | null> {
  const run = await runApt("apt-cache", [...apt.options, "policy", ...groups.flat()], apt);
  const candidates = new Set<string>();
  let name = "";
  for (const line of run.stdout.split("\n")) {
    if (/^\S+:$/.test(line)) name = line.slice(0, -1);
    if (/^ {2}Candidate: (?!\(none\))/.test(line)) candidates.add(name);
  }
  const choice = groups.map((group) => group.find((option) => candidates.has(option)));
  return choice.every((option) => option !== undefined) ? choice : null;
}

/** The libraries that these packages depend on and that are not installed. The C library is never one: it has to be the system's. */
async function librariesOf(packages: string[], apt: Apt): Promise<string[]> {
  const run = await runApt("apt-cache", [...apt.options, "depends", "--important", ...packages], apt);
  const names = [...run.stdout.matchAll(/^ [ |](?:Pre)?Depends: (\S+)$/gm)].map((match) => match[1] ?? "");
  const libraries = [...new Set(names)].filter((name) => /^(?:lib|zlib)/.test(name) && !/^libc6?\b/.test(name));
  const query = await runApt("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...libraries], apt);
  const absent = libraries.filter((name) => !query.stdout.split("\n").includes(`${name} installed`));
  const choices = await Promise.all(absent.map((name) => choose([[name]], apt)));
  return choices.flatMap((choice) => choice ?? []);
}

async function tryDownload(names: string[], apt: Apt): Promise<AptResult> {
  const run = await runApt("apt-get", [...apt.options, "download", "-q", ...names], apt);
  if (run.exitCode === 0) await unpackFiles(join(apt.work, "root"), apt);
  await rm(join(apt.work, "packages"), { recursive: true });
  await mkdir(join(apt.work, "packages"));
  return run;
}

/** Unpacks every package file in `work`/packages into `target`. */
export async function unpackFiles(target: string, place: Pick<Apt, "env" | "work">): Promise<void> {
  const folder = join(place.work, "packages");
  for (const file of await readdir(folder)) {
    const run = await runApt("dpkg-deb", ["-x", join(folder, file), target], place);
    if (run.exitCode !== 0) throw new Unfetchable(`${file} could not be unpacked: ${run.message}`);
  }
}

async function download(names: string[], apt: Apt): Promise<void> {
  const { exitCode, message } = await tryDownload(names, apt);
  if (exitCode !== 0) throw new Unfetchable(`apt could not download ${names.join(", ")}: ${message}`);
}

async function missingLibraries(program: string, { work, env }: Apt): Promise<string[]> {
  const root = join(work, "root");
  if (!existsSync(join(root, program))) throw new Unfetchable(`the packages hold no ${program}`);
  const search = { ...env, LD_LIBRARY_PATH: await libraryFolders(root) };
  const run = await runApt("ldd", [join(root, program)], { env: search, work });
  return librariesNotFound(run.stdout);
}

/** The libraries that a loader's list of a program has without a file. */
export function librariesNotFound(listing: string): string[] {
  return [...listing.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");
}

/** The multi-arch folders of an unpacked tree, as a search path. */
export async function libraryFolders(root: string): Promise<string> {
  const folders: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const folder = join(root, base);
    const names = existsSync(folder) ? await readdir(folder) : [];
    folders.push(...names.filter((name) => name.includes("-linux-gnu")).map((name) => join(folder, name)));
  }
  return folders.join(":");
}

/** Names the release of the distribution, and the processor. */
export async function releaseName(): Promise<string> {
  const text = existsSync("/etc/os-release") ? await readFile("/etc/os-release", "utf8") : "";
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
}
