import { execa } from "execa";
import { accessSync, constants, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { startCommand, type Family, type Program, type LabServer } from "./family.ts";
import type { ServerName } from "./names.ts";

/** Where unpacked servers of a family and the templates they made are kept between labs. */
export function cacheFolder(name: ServerName, env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "handrail", name);
}

/** Folders of programs beside the `bin` of a prefix. */
const siblings = ["sbin", "libexec"];

/** Every folder in which a server program may lie, given those of the search path: a plain user's has no `sbin`. */
export function programFolders(path: string): string[] {
  const folders = path.split(":").filter((folder) => folder.startsWith("/"));
  const siblingsOf = (folder: string) =>
    basename(folder) === "bin" ? siblings.map((name) => join(dirname(folder), name)) : [];
  return [...new Set(folders.flatMap((folder) => [folder, ...siblingsOf(folder)]))];
}

/** Looks whether a program can serve a lab; a text says why it cannot. */
export async function examine(family: Family, program: Program, env: NodeJS.ProcessEnv): Promise<LabServer | string> {
  if (!mayExecute(program.binary)) return "it may not be executed by this user";
  const start = startCommand(program, ["--version"], env);
  const run = await execa(start.file, start.words, { env: start.env, reject: false, timeout: 20_000 });
  if (run.exitCode !== 0) return `it cannot be run: ${firstLine(run.stderr) || firstLine(run.message)}`;
  const version = family.versionIn(run.stdout);
  return version === null
    ? `it does not say that it is ${family.title}, but: ${firstLine(run.stdout)}`
    : serverOf(family, program, version);
}

function mayExecute(binary: string): boolean {
  try {
    accessSync(binary, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function serverOf(family: Family, program: Program, version: string): LabServer | string {
  if (isOlder(version, family.leastVersion))
    return `it is ${family.title} ${version}, which is older than ${family.leastVersion}`;
  const layout = family.layoutOf([program.binary, realpathSync(program.binary)]);
  return typeof layout === "string" ? layout : { family, version, ...program, ...layout };
}

function isOlder(version: string, than: string): boolean {
  const [[major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]] = [version, than].map((text) =>
    text.split(".").map(Number),
  ) as [number[], number[]];
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

const firstLine = (text = ""): string => text.trim().split("\n")[0] ?? "";
