/** A program that a test stands beside: the one on the PATH, else unpacked from the distribution's packages, as the lab does with MariaDB. */
import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import {
  libraryFolders,
  releaseName,
  unpackPackages,
  type Requirement,
} from "../../src/packs/appliance/lab/packages.ts";

export interface Program {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What tells which calls of the system a program makes. */
export const STRACE: Requirement = { program: "usr/bin/strace", groups: [["strace"]] };

function onPath(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  const files = folders.map((folder) => join(folder, name));
  return (
    files.find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

/** The program, and the environment that it runs in. Throws `Unfetchable` where it is neither installed nor to be had. */
export async function packagedProgram(requirement: Requirement): Promise<Program> {
  const name = basename(requirement.program);
  const installed = onPath(name);
  if (installed !== null) return { file: installed, env: process.env };
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "handrail", name);
  const root = join(cache, await releaseName());
  if (!existsSync(join(root, requirement.program))) {
    const work = join(cache, `.fetch-${randomBytes(4).toString("hex")}`);
    mkdirSync(work, { recursive: true });
    try {
      await unpackPackages(requirement, work, process.env);
      if (!existsSync(root)) renameSync(join(work, "root"), root);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return {
    file: join(root, requirement.program),
    env: { ...process.env, LD_LIBRARY_PATH: await libraryFolders(root) },
  };
}
