import { execa } from "execa";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fetchServer, unpackedAt } from "./fetch.ts";

/** A MariaDB server program that can be run without being installed. */
export type Server = {
  binary: string;
  /** The folder with the SQL files and message catalogues the package ships. */
  share: string;
  /** Where libraries lie that the system's loader does not know, or null. */
  libraries: string | null;
};

/** No server program is here and none can be fetched; the message says what to install. */
export class NoServer extends Error {
  override name = "NoServer";
}

/** Where unpacked servers and initialised templates are kept between labs. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "handrail", "mariadb");
}

/** The variables a server process needs in its environment. */
export function serverEnv(server: Server, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return server.libraries === null ? env : { ...env, LD_LIBRARY_PATH: server.libraries };
}

/** Finds a server: on the PATH, else unpacked by an earlier lab, else fetched with apt without installing it. */
export async function findServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const installed = await onPath(env);
  if (installed) return installed;
  const kept = await unpackedAt(cacheFolder(env));
  if (kept) return kept;
  try {
    return await fetchServer(cacheFolder(env), env);
  } catch (cause) {
    throw new NoServer(
      "The lab needs a MariaDB server (10.6 or newer) and could not get one. Install it so that `mariadbd` is on the " +
        "PATH (Debian/Ubuntu: apt-get install mariadb-server-core; Fedora: dnf install mariadb-server; macOS: brew " +
        `install mariadb), then try again. (${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)})`,
      { cause },
    );
  }
}

/** Where distributions put a server without saying so in an ordinary PATH; HANDRAIL_MARIADB_PATH names other folders. */
const BESIDE_PATH = "/usr/sbin:/usr/local/sbin:/usr/libexec";

async function onPath(env: NodeJS.ProcessEnv): Promise<Server | null> {
  const folders = [...(env["PATH"] ?? "").split(":"), ...(env["HANDRAIL_MARIADB_PATH"] ?? BESIDE_PATH).split(":")];
  for (const folder of folders.filter((name) => name.startsWith("/"))) {
    const binary = join(folder, "mariadbd");
    const share = await firstReadable(
      ["share/mysql", "share/mariadb"].map((name) => join(dirname(folder), name)),
      "mysql_system_tables.sql",
    );
    if (share && (await canRun(binary))) return { binary, share, libraries: null };
  }
  return null;
}

async function firstReadable(folders: string[], file: string): Promise<string | null> {
  for (const folder of folders) {
    try {
      await access(join(folder, file), constants.R_OK);
      return folder;
    } catch {
      // the next one, then
    }
  }
  return null;
}

async function canRun(binary: string): Promise<boolean> {
  try {
    await access(binary, constants.X_OK);
    return (await execa(binary, ["--no-defaults", "--version"], { reject: false })).exitCode === 0;
  } catch {
    return false;
  }
}
