import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { libraryFolders, releaseName, Unfetchable, unpackPackages, type Wanted } from "../packages.ts";
import { withLock } from "./lock.ts";

const wanted: Wanted = {
  program: "usr/sbin/mariadbd",
  // Ubuntu 22.04 has the version in the name
  groups: [["mariadb-server-core", "mariadb-server-core-10.6"]],
};

/** A server program, and the folders of its libraries where the system's loader does not know them. */
export type Unpacked = { binary: string; libraries: string | null };

/** The server an earlier fetch left in `cache`. */
export async function unpackedAt(cache: string): Promise<Unpacked | null> {
  const root = join(cache, await releaseName());
  const binary = join(root, wanted.program);
  return existsSync(binary) ? { binary, libraries: await libraryFolders(root) } : null;
}

/** Downloads the packages with apt and unpacks them under `cache`; throws `Unfetchable` where that cannot be. */
export async function fetchServer(cache: string, env: NodeJS.ProcessEnv): Promise<Unpacked> {
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
    if (!server) throw new Unfetchable(`the package holds no ${wanted.program}`);
    return server;
  });
}
