/** Where Handrail keeps what it keeps, by the XDG rules: only absolute paths count. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { EXIT } from "../engine/exit.ts";
import { Stop, type Io } from "./io.ts";

function base(env: Io["env"], name: string, fallback: readonly string[]): string {
  const set = env[name];
  if (set !== undefined && isAbsolute(set)) return set;
  const home = env["HOME"] ?? homedir();
  if (!isAbsolute(home)) throw new Stop(EXIT.usage, `neither ${name} nor HOME names a directory; set one of them`);
  return join(home, ...fallback);
}

export const stateDir = (env: Io["env"]): string => join(base(env, "XDG_STATE_HOME", [".local", "state"]), "handrail");
export const configDir = (env: Io["env"]): string => join(base(env, "XDG_CONFIG_HOME", [".config"]), "handrail");

/** A site's name as a directory: what is not plain is replaced, so that no name leaves the folder. */
const folder = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/gu, "_").replace(/^\.+/u, "_");

export const journalPath = (env: Io["env"], site: string): string =>
  join(stateDir(env), "journals", folder(site), "journal.db");
/** Where the last look at a site's board is remembered. */
export const boardPath = (env: Io["env"], site: string): string =>
  join(stateDir(env), "boards", `${folder(site)}.json`);
export const locksDir = (env: Io["env"]): string => join(stateDir(env), "locks");
export const reportsDir = (env: Io["env"]): string => join(stateDir(env), "reports");

/** The user's cache, or null where there is no place for one. */
export function cacheDir(env: Io["env"]): string | null {
  const cache = env["XDG_CACHE_HOME"];
  if (cache !== undefined && isAbsolute(cache)) return join(cache, "handrail");
  const home = env["HOME"];
  return home !== undefined && isAbsolute(home) ? join(home, ".cache", "handrail") : null;
}
