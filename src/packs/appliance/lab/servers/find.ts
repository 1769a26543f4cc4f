import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { Unfetchable } from "../packages.ts";
import { families } from "./families.ts";
import type { Family, Program, LabServer } from "./family.ts";
import { fetchProgram, keptProgram } from "./fetch.ts";
import type { ServerName } from "./names.ts";
import { cacheFolder, examine, programFolders } from "./program.ts";
import { makeTemplate } from "./template.ts";

/** There is no server program that can be used, nor can one be fetched; the message says what was seen and what to install. */
export class NoServer extends Error {
  override name = "NoServer";
}

/**
 * Finds a server that has proved able to make a data directory: an installed one, else one unpacked by an earlier lab, else
 * one fetched with apt without installing it, which `say` is told of, since it takes its time.
 */
export async function findServer(
  name: ServerName,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void = () => undefined,
): Promise<LabServer> {
  const search: Search = { family: families[name], env, lines: [] };
  const server = (await installedServer(search)) ?? (await unpackedServer(search, cacheFolder(name, env), say));
  if (server === null) throw new NoServer(noServerText(search.family, search.lines));
  return server;
}

/** A search for a server; `lines` say why each program that was met cannot be used. */
type Search = { family: Family; env: NodeJS.ProcessEnv; lines: string[] };

async function tryProgram({ family, env, lines }: Search, program: Program): Promise<LabServer | null> {
  const server = await examine(family, program, env);
  const reason = typeof server === "string" ? server : await makeTemplate(server, env).catch(refusal);
  if (typeof server !== "string" && reason === null) return server;
  lines.push(`${program.binary}: ${reason ?? ""}`);
  return null;
}

async function installedServer(search: Search): Promise<LabServer | null> {
  for (const binary of installedPrograms(search.family, search.env)) {
    const server = await tryProgram(search, { binary, libraries: null, loader: null });
    if (server) return server;
  }
  return null;
}

async function unpackedServer(search: Search, cache: string, say: (line: string) => void): Promise<LabServer | null> {
  const { family, env, lines } = search;
  try {
    const copy = await keptProgram(family, cache);
    if (!copy) say(`No ${family.title} server is here that can be used; one is fetched with apt, once, into ${cache}.`);
    const server = await tryProgram(search, copy ?? (await fetchProgram(family, cache, env, say)));
    if (server) return server;
    lines.push(`the folder ${cache} may be removed; then it is fetched again`);
  } catch (problem) {
    lines.push(`none could be fetched: ${refusal(problem)}`);
  }
  return null;
}

function noServerText({ title, leastVersion, program, advice }: Family, lines: readonly string[]): string {
  return (
    `The lab needs a ${title} server (${leastVersion} or newer), and could not get one:\n` +
    `${lines.map((line) => `  ${line}\n`).join("")}Install one so that \`${program}\` is on the PATH (${advice}), then try again.`
  );
}

/** What the machine said, where it refused a file or a package; anything else is a bug and goes on. */
function refusal(problem: unknown): string {
  if (problem instanceof Unfetchable || (problem instanceof Error && "syscall" in problem)) return problem.message;
  throw problem;
}

/** The server programs that are installed, each once, in the order of the search path. */
function installedPrograms({ program }: Family, env: NodeJS.ProcessEnv): string[] {
  const binaries = programFolders(env["PATH"] ?? "")
    .map((folder) => join(folder, program))
    .filter((binary) => existsSync(binary));
  const real = binaries.map((binary) => realpathSync(binary));
  return binaries.filter((_binary, index) => real.indexOf(real[index] ?? "") === index);
}
