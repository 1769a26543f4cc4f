/** The site that a console was opened on last, where somebody had to name one. */
import { option, type Values } from "../command.ts";
import type { Io } from "../io.ts";
import { labName, variable } from "../site/lab-name.ts";
import { readMemory, writeMemory } from "./memory.ts";

const namedSite = (values: Values, env: Io["env"]): string | undefined =>
  option(values, "site") ?? variable(env, "HANDRAIL_SITE");

/** Remembers the site that was named, once it was found in the configuration. */
export function rememberSite(values: Values, env: Io["env"]): void {
  const site = namedSite(values, env);
  if (site !== undefined && labName(values, env) === null) writeMemory(env, { site });
}

/** The site to open where nothing names one, the configuration has several, and none of them is its default; else null. */
export async function lastSite(values: Values, env: Io["env"]): Promise<string | null> {
  if (namedSite(values, env) !== undefined || labName(values, env) !== null) return null;
  const { site } = readMemory(env);
  if (site === undefined) return null;
  const { configIfAny, usualSite } = await import("../site/config.ts");
  const config = await configIfAny(values, env);
  return config !== null && usualSite(config) === undefined && config.sites[site] !== undefined ? site : null;
}
