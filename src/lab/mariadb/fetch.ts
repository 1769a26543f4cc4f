import { execa } from "execa";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Server } from "./find.ts";
import { withLock } from "./lock.ts";

// Package names differ per release; the first of a group that apt knows is taken.
const wanted = [
  ["mariadb-server-core", "mariadb-server-core-10.6", "mariadb-server-core-10.5"],
  ["liburing2", "liburing1"],
  ["libaio1t64", "libaio1"],
  ["libnuma1"],
];

// Libraries that are on every ordinary machine but not in every container image.
const spare: Record<string, string[]> = {
  libssl: ["libssl3t64", "libssl3", "libssl1.1"],
  libcrypto: ["libssl3t64", "libssl3", "libssl1.1"],
  libpcre2: ["libpcre2-8-0"],
  libsnappy: ["libsnappy1v5"],
  libfmt: ["libfmt10", "libfmt9"],
  liblz4: ["liblz4-1"],
  liblzo2: ["liblzo2-2"],
  liblzma: ["liblzma5"],
  libbz2: ["libbz2-1.0"],
  libzstd: ["libzstd1"],
  libz: ["zlib1g"],
  libsystemd: ["libsystemd0"],
  libcrypt: ["libcrypt1"],
  libpmem: ["libpmem1"],
  "libstdc++": ["libstdc++6"],
};

type Apt = { options: string[]; env: NodeJS.ProcessEnv };

/** The server an earlier fetch left in `cache`, if it is whole. */
export async function unpackedAt(cache: string): Promise<Server | null> {
  const root = join(cache, await releaseName());
  const binary = join(root, "usr/sbin/mariadbd");
  if (!existsSync(binary)) return null;
  return { binary, share: join(root, "usr/share/mysql"), libraries: await libraryFolders(root) };
}

/** Downloads the packages with apt, unpacks them under `cache`, and checks that no library is missing. */
export async function fetchServer(cache: string, env: NodeJS.ProcessEnv): Promise<Server> {
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, "fetch.lock"), async () => {
    const kept = await unpackedAt(cache);
    if (kept) return kept;
    const work = join(cache, `.fetch-${process.pid}-${randomBytes(4).toString("hex")}`);
    try {
      await fetchInto(work, env);
      await rm(join(cache, await releaseName()), { recursive: true, force: true });
      await rename(join(work, "root"), join(cache, await releaseName()));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    const server = await unpackedAt(cache);
    if (!server) throw new Error("the fetched packages hold no mariadbd");
    return server;
  });
}

async function fetchInto(work: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(join(work, "root"), { recursive: true });
  const apt = await aptThatKnows(wanted, work, env);
  await downloadAll(wanted, apt, work);
  for (let round = 0; round < 3; round += 1) {
    const missing = await missingLibraries(join(work, "root"));
    if (missing.length === 0) return;
    const groups = missing.map((soname) => spare[soname.split(/[.-]\d|\.so/)[0] ?? ""] ?? [soname]);
    await downloadAll(groups, apt, work);
  }
  throw new Error(`libraries still missing: ${(await missingLibraries(join(work, "root"))).join(", ")}`);
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
  throw new Error("apt knows no mariadb-server-core package");
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

async function missingLibraries(root: string): Promise<string[]> {
  const env = { ...process.env, LD_LIBRARY_PATH: await libraryFolders(root) };
  const run = await execa("ldd", [join(root, "usr/sbin/mariadbd")], { env, reject: false });
  return [...run.stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");
}

/** The multi-arch folders of an unpacked tree, as a search path. */
async function libraryFolders(root: string): Promise<string> {
  const found: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const folder = join(root, base);
    const names = existsSync(folder) ? await readdir(folder) : [];
    found.push(...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(folder, name)));
  }
  return found.join(":");
}

async function releaseName(): Promise<string> {
  const text = existsSync("/etc/os-release") ? await readFile("/etc/os-release", "utf8") : "";
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
}
