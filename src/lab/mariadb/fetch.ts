import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { libraryFolders, releaseName, unpackPackages, type Wanted } from "../packages.ts";
import type { Server } from "./find.ts";
import { withLock } from "./lock.ts";

// Package names differ per release; the first of a group that apt knows is taken.
const wanted: Wanted = {
  program: "usr/sbin/mariadbd",
  groups: [
    ["mariadb-server-core", "mariadb-server-core-10.6", "mariadb-server-core-10.5"],
    ["liburing2", "liburing1"],
    ["libaio1t64", "libaio1"],
    ["libnuma1"],
  ],
  // Libraries that are on every ordinary machine but not in every container image.
  spare: {
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
  },
};

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
      await unpackPackages(wanted, work, env);
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
