import { randomBytes } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../lock.ts";
import { releaseName, Unfetchable } from "../packages.ts";
import type { Family, Program } from "./family.ts";

/** The server an earlier fetch left in `cache`. */
export async function keptProgram(family: Family, cache: string): Promise<Program | null> {
  return family.unpackedAt(join(cache, await releaseName()));
}

/** Downloads the packages with apt and unpacks them under `cache`; throws `Unfetchable` where that cannot be. */
export async function fetchProgram(
  family: Family,
  cache: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Program> {
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, "fetch.lock"), async () => {
    const copy = await keptProgram(family, cache);
    if (copy) return copy;
    const work = join(cache, `.fetch-${process.pid}-${randomBytes(4).toString("hex")}`);
    try {
      await family.unpack(work, env, say);
      await rm(join(cache, await releaseName()), { recursive: true, force: true });
      await rename(join(work, "root"), join(cache, await releaseName()));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    const program = await keptProgram(family, cache);
    if (!program) throw new Unfetchable(`the packages hold no ${family.program}`);
    return program;
  });
}
