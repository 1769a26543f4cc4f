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
  /** Packages by the beginning of the library's name, for libraries that turn out to be missing. */
  spare: Record<string, string[]>;
};

type Apt = { options: string[]; env: NodeJS.ProcessEnv };

/** Downloads the packages and unpacks them into `work`/root, and checks that no library is missing. */
export async function unpackPackages(wanted: Wanted, work: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { groups: packages, spare, program } = wanted;
  await mkdir(join(work, "root"), { recursive: true });
  const apt = await aptThatKnows(packages, work, env);
  await downloadAll(packages, apt, work);
  for (let round = 0; round < 3; round += 1) {
    const missing = await missingLibraries(join(work, "root"), program);
    if (missing.length === 0) return;
    const groups = missing.map((soname) => spare[soname.split(/[.-]\d|\.so/)[0] ?? ""] ?? [soname]);
    await downloadAll(groups, apt, work);
  }
  throw new Error(`libraries still missing: ${(await missingLibraries(join(work, "root"), program)).join(", ")}`);
}

/** Uses the system's package lists when they know the packages, else lists fetched into `work`. */
async function aptThatKnows(groups: string[][], work: string, env: NodeJS.ProcessEnv): Promise<Apt> {
  const cacheOnly = ["-o", `Dir::Cache=${join(work, "cache")}`, "-o", "APT::Sandbox::User="];
  await mkdir(join(work, "cache/archives/partial"), { recursive: true });
  const system: Apt = { options: cacheOnly, env };
  if ((await choose(groups, system)) && (await canDownload(groups, system, work))) return system;
  await mkdir(join(work, "lists/partial"), { recursive: true });
  const own: Apt = { options: [...cacheOnly, "-o", `Dir::State::Lists=${join(work, "lists")}`], env };
  await execa("apt-get", [...own.options, "update", "-q"], { env, timeout: 120_000 });
  if (await choose(groups, own)) return own;
  throw new Error(`apt knows none of ${groups.map((group) => group.join("|")).join(", ")}`);
}

/** Lists can be older than the archive; the smallest package shows whether its files are still there. */
async function canDownload(groups: string[][], apt: Apt, work: string): Promise<boolean> {
  const names = await choose(groups, apt);
  const run = await execa("apt-get", [...apt.options, "download", "-q", names?.[0] ?? ""], {
    cwd: work,
    env: apt.env,
    reject: false,
    timeout: 120_000,
  });
  return run.exitCode === 0;
}

/** One package of each group, or null when some group has none. */
async function choose(groups: string[][], apt: Apt): Promise<string[] | null> {
  const run = await execa("apt-cache", [...apt.options, "policy", ...groups.flat()], { env: apt.env });
  const known = new Set<string>();
  let name = "";
  for (const line of run.stdout.split("\n")) {
    if (/^\S+:$/.test(line)) name = line.slice(0, -1);
    if (/^ {2}Candidate: (?!\(none\))/.test(line)) known.add(name);
  }
  const chosen = groups.map((group) => group.find((each) => known.has(each)));
  return chosen.every((each) => each !== undefined) ? chosen : null;
}

async function downloadAll(groups: string[][], apt: Apt, work: string): Promise<void> {
  const names = await choose(groups, apt);
  if (!names) throw new Error(`apt knows none of ${groups.map((group) => group.join("|")).join(", ")}`);
  const folder = join(work, "packages");
  await mkdir(folder, { recursive: true });
  await execa("apt-get", [...apt.options, "download", "-q", ...new Set(names)], {
    cwd: folder,
    env: apt.env,
    timeout: 120_000,
  });
  for (const file of await readdir(folder)) {
    await execa("dpkg-deb", ["-x", join(folder, file), join(work, "root")]);
    await rm(join(folder, file));
  }
}

async function missingLibraries(root: string, program: string): Promise<string[]> {
  const env = { ...process.env, LD_LIBRARY_PATH: await libraryFolders(root) };
  const run = await execa("ldd", [join(root, program)], { env, reject: false });
  return [...run.stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");
}

/** The multi-arch folders of an unpacked tree, as a search path. */
export async function libraryFolders(root: string): Promise<string> {
  const found: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const folder = join(root, base);
    const names = existsSync(folder) ? await readdir(folder) : [];
    found.push(...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(folder, name)));
  }
  return found.join(":");
}

/** Names the release of the distribution, and the processor. */
export async function releaseName(): Promise<string> {
  const text = existsSync("/etc/os-release") ? await readFile("/etc/os-release", "utf8") : "";
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
}
