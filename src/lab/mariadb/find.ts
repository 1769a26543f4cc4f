import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { Unfetchable } from "../packages.ts";
import { fetchServer, unpackedAt, type Unpacked } from "./fetch.ts";
import { programFolders } from "./layout.ts";
import { cacheFolder, examine, leastVersion, type Server } from "./program.ts";
import { makeTemplate } from "./template.ts";

/** There is no server program that can be used, nor can one be fetched; the message says what was seen and what to install. */
export class NoServer extends Error {
  override name = "NoServer";
}

/**
 * Finds a server that has proved able to make a data directory: an installed one, else one unpacked by an earlier lab, else
 * one fetched with apt without installing it, which `say` is told of, since it takes its time.
 */
export async function findServer(env: NodeJS.ProcessEnv, say?: (line: string) => void): Promise<Server> {
  const seen: string[] = [];
  const cache = cacheFolder(env);
  const tried = async ({ binary, libraries }: Unpacked): Promise<Server | null> => {
    const server = await examine(binary, libraries, env);
    const why = typeof server === "string" ? server : await makeTemplate(server, env).catch(refusal);
    if (typeof server !== "string" && why === null) return server;
    seen.push(`${binary}: ${why ?? ""}`);
    return null;
  };
  for (const binary of installed(env)) {
    const server = await tried({ binary, libraries: null });
    if (server) return server;
  }
  try {
    const kept = await unpackedAt(cache);
    if (!kept) say?.(`No MariaDB server is here that can be used; one is fetched with apt, once, into ${cache}.`);
    const server = await tried(kept ?? (await fetchServer(cache, env)));
    if (server) return server;
    seen.push(`the folder ${cache} may be removed; then it is fetched again`);
  } catch (problem) {
    seen.push(`none could be fetched: ${refusal(problem)}`);
  }
  throw new NoServer(
    `The lab needs a MariaDB server (${leastVersion} or newer), and could not get one:\n${seen.map((line) => `  ${line}\n`).join("")}` +
      "Install one so that `mariadbd` is on the PATH (Debian/Ubuntu: apt-get install mariadb-server-core; Fedora: dnf " +
      "install mariadb-server; macOS: brew install mariadb), then try again.",
  );
}

/** What the machine said, where it refused a file or a package; anything else is a bug and goes on. */
function refusal(problem: unknown): string {
  if (problem instanceof Unfetchable || (problem instanceof Error && "syscall" in problem)) return problem.message;
  throw problem;
}

/** The server programs that are installed, each once, in the order of the search path. */
function installed(env: NodeJS.ProcessEnv): string[] {
  const found = programFolders(env["PATH"] ?? "")
    .map((folder) => join(folder, "mariadbd"))
    .filter((binary) => existsSync(binary));
  const real = found.map((binary) => realpathSync(binary));
  return found.filter((_binary, index) => real.indexOf(real[index] ?? "") === index);
}
