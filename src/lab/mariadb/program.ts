import { execa } from "execa";
import { accessSync, constants, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { layoutOf, type Layout } from "./layout.ts";

/** A MariaDB server program that can be run without being installed. */
export type Server = Layout & {
  binary: string;
  /** As it says it itself: `11.8.3`. */
  version: string;
  /** Where libraries lie that the system's loader does not know, or null. */
  libraries: string | null;
};

/** The oldest that the lab's SQL runs on. */
export const leastVersion = "10.6";

/** Where unpacked servers and initialised templates are kept between labs. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "handrail", "mariadb");
}

/** The variables a server process needs in its environment. */
export function serverEnv(server: Pick<Server, "libraries">, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return server.libraries === null ? env : { ...env, LD_LIBRARY_PATH: server.libraries };
}

/** Looks whether the program at `binary` can serve a lab; a text says why it cannot. */
export async function examine(
  binary: string,
  libraries: string | null,
  env: NodeJS.ProcessEnv,
): Promise<Server | string> {
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    return "it may not be executed by this user";
  }
  const run = await execa(binary, ["--no-defaults", "--version"], {
    env: serverEnv({ libraries }, env),
    reject: false,
    timeout: 20_000,
  });
  if (run.exitCode !== 0) return `it cannot be run: ${firstLine(run.stderr ?? "") || firstLine(run.message ?? "")}`;
  const version = /\bVer (\d+\.\d+\.\d+)\S*MariaDB/.exec(run.stdout)?.[1];
  if (version === undefined) return `it does not say that it is MariaDB, but: ${firstLine(run.stdout)}`;
  if (isOlder(version, leastVersion)) return `it is MariaDB ${version}, which is older than ${leastVersion}`;
  const layout = layoutOf([binary, realpathSync(binary)]);
  return typeof layout === "string" ? layout : { binary, version, libraries, ...layout };
}

function isOlder(version: string, than: string): boolean {
  const [[major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]] = [version, than].map((text) =>
    text.split(".").map(Number),
  ) as [number[], number[]];
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
