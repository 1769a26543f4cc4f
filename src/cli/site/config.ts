/** The operator's configuration: sites with their connections. Never read from a runbook or the current directory. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { packOf, type Site } from "../packs.ts";
import { distrustOf } from "../../files/trust.ts";
import { didYouMean } from "../../text/near.ts";
import { fitSchema, misfitLines } from "../../text/misfits.ts";
import { safeLines } from "../../text/safe-text.ts";
import { option, type Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { configDir, stateDir } from "../paths.ts";
import { programName } from "../terminal/program-name.ts";
import { labName, variable } from "./lab-name.ts";
import { fileTrouble } from "../../files/trouble.ts";

/** The configuration of all users of this machine, read where a user has none. */
export const SYSTEM_CONFIG = "/etc/handrail/config.yaml";

/** Refuses a file that others could change or swap: whoever can decides what Handrail connects to. */
function refuseSwappable(path: string): void {
  const reason = distrustOf(path);
  if (reason !== null) throw new Stop(EXIT.badFile, `${path} is not read: ${reason}. Nothing was done`);
}

/** A file that holds or leads to secrets must belong to its user alone. */
export function readPrivate(path: string): string {
  try {
    const stats = statSync(path);
    if ((stats.mode & 0o077) !== 0) throw new Stop(EXIT.badFile, `${path} can be read by others; chmod 600 ${path}`);
    refuseSwappable(path);
    const secret = readFileSync(path, "utf8").replace(/\r?\n$/u, "");
    if (secret.trim() === "")
      throw new Stop(EXIT.badFile, `${path}: the secret is empty; write it into the file, on one line`);
    return secret;
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.badFile, `cannot read ${path}: ${fileTrouble(error)}`);
  }
}

/** `{file: PATH}` and `{env: NAME}` stand for a secret; a secret is never written into the configuration itself. */
export function resolveSecrets(value: unknown, env: Io["env"], source: string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveSecrets(item, env, source));
  if (value === null || typeof value !== "object") return value;
  const record = value as Record<string, unknown>;
  const secret = secretOf(record, env, source);
  if (secret !== null) return secret;
  refuseWritten(record, source);
  return Object.fromEntries(Object.entries(record).map(([key, member]) => [key, resolveSecrets(member, env, source)]));
}

/** The secret that a reference stands for; null for what is no reference. */
function secretOf(record: Readonly<Record<string, unknown>>, env: Io["env"], source: string): string | null {
  if (Object.keys(record).length !== 1) return null;
  if (typeof record["file"] === "string") return readPrivate(record["file"]);
  return typeof record["env"] === "string" ? secretIn(env, record["env"], source) : null;
}

function secretIn(env: Io["env"], name: string, source: string): string {
  const text = env[name];
  if (text === undefined) throw new Stop(EXIT.badFile, `${source}: the environment variable ${name} is not set`);
  if (text.trim() === "")
    throw new Stop(EXIT.badFile, `${source}: the environment variable ${name} is empty; set it to the secret`);
  return text;
}

function refuseWritten(settings: Readonly<Record<string, unknown>>, source: string): void {
  const names = ["password", "api_key", "secret_key", "token", "secret"];
  const secret = names.find((name) => typeof settings[name] === "string");
  if (secret === undefined) return;
  throw new Stop(
    EXIT.badFile,
    `${source}: ${secret} is written into the file; say {file: PATH} (mode 0600) or {env: NAME}`,
  );
}

/** The site of a lab that is up. */
function labSite(env: Io["env"], name: string): Promise<Site> {
  const dir = join(stateDir(env), "labs", name);
  const file = join(dir, "site.json");
  if (!existsSync(file)) {
    throw new Stop(
      EXIT.unreachable,
      `the lab ${name} is not up; start it with: ${programName(env)} lab up${name === "default" ? "" : ` --name ${name}`}`,
    );
  }
  // Its own name space: a lab's journal never mixes with that of a configured site of the same name.
  return parseSite({ ...(JSON.parse(readPrivate(file)) as object), name: `lab-${name}` }, file);
}

async function parseSite(json: unknown, source: string): Promise<Site> {
  const site = await packOf(json).parseSite(json);
  if (site.ok) return site.value;
  throw new Stop(EXIT.badFile, `${source}:\n${site.error.map((line) => `  ${line}`).join("\n")}`);
}

export interface ConfigFile {
  readonly path: string;
  readonly sites: Readonly<Record<string, unknown>>;
  readonly default_site?: string;
  /** Files and folders of runbooks, as they are written. */
  readonly runbooks?: readonly string[];
}

/** What stands at the top of a configuration; each part is checked where it is used. */
const whole = z.strictObject({
  sites: z.record(z.string(), z.unknown()).optional(),
  default_site: z.string().optional(),
  runbooks: z.array(z.string().min(1)).optional(),
  serve: z.unknown().optional(),
  notice: z.unknown().optional(),
});

/** The configuration in force, or null where there is none. A lab reads one only when it is named. */
export async function configIfAny(values: Values, env: Io["env"]): Promise<ConfigFile | null> {
  const wish = namedConfig(values, env);
  if (wish === undefined && labName(values, env) !== null) return null;
  return readConfig(values, env);
}

/** The files and folders of runbooks that the configuration names, and its own path; null where there is no configuration. */
export async function configuredRunbooks(
  values: Values,
  env: Io["env"],
): Promise<{ readonly file: string; readonly paths: readonly string[] } | null> {
  const wish = namedConfig(values, env);
  const isThere = wish !== undefined || [ownConfig(env), SYSTEM_CONFIG].some((path) => existsSync(path));
  const config = isThere ? await configIfAny(values, env) : null;
  return config === null ? null : { file: config.path, paths: config.runbooks ?? [] };
}

/** The configuration file that is written to: the named one, else the user's own. */
export const configPath = (values: Values, env: Io["env"]): string => namedConfig(values, env) ?? ownConfig(env);

const namedConfig = (values: Values, env: Io["env"]): string | undefined =>
  option(values, "config") ?? variable(env, "HANDRAIL_CONFIG");

const ownConfig = (env: Io["env"]): string => join(configDir(env), "config.yaml");

/** The configuration that is read. Stops where there is none. */
function presentConfig(values: Values, env: Io["env"]): string {
  const wish = namedConfig(values, env);
  const paths = wish === undefined ? [ownConfig(env), SYSTEM_CONFIG] : [wish];
  const path = paths.find((candidate) => existsSync(candidate));
  if (path !== undefined) return path;
  const hint = "`handrail setup` writes one (docs/configure.md has every key); --lab uses the lab";
  throw new Stop(EXIT.badFile, `there is no configuration at ${paths.join(" or ")}; ${hint}`);
}

async function yamlOf(path: string): Promise<unknown> {
  const { parseYaml } = await import("./parse-yaml.ts");
  const text = textOf(path);
  try {
    return parseYaml(text);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim();
    throw new Stop(EXIT.badFile, `${path} cannot be read as YAML: ${safeLines(reason).join("\n")}`);
  }
}

async function readConfig(values: Values, env: Io["env"]): Promise<ConfigFile> {
  const path = presentConfig(values, env);
  refuseSwappable(path);
  const read = fitSchema(whole, (await yamlOf(path)) ?? {});
  if ("misfits" in read)
    throw new Stop(
      EXIT.badFile,
      `${path}:\n${misfitLines(read.misfits, "configuration")
        .map((line) => `  ${line}`)
        .join("\n")}`,
    );
  const { sites = labName(values, env) === null ? null : {}, ...rest } = read.data;
  if (sites === null)
    throw new Stop(
      EXIT.badFile,
      `${path} has no \`sites\`; \`handrail setup\` adds one, docs/configure.md shows a whole one`,
    );
  return { ...rest, sites, path } as ConfigFile;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Stop(EXIT.badFile, `cannot read ${path}: ${fileTrouble(error)}`);
  }
}

/** The site that a command works on: the lab, the named one, or the only one. */
export async function chooseSite(values: Values, env: Io["env"]): Promise<Site> {
  const lab = labName(values, env);
  if (lab !== null) return labSite(env, lab);
  const { config, name } = await siteConfig(values, env);
  const source = `${config.path}, site ${name}`;
  return parseSite({ ...(resolveSecrets(config.sites[name], env, source) as object), name }, source);
}

/** The name of the configured site that is meant. */
export const configuredName = async (values: Values, env: Io["env"]): Promise<string> =>
  (await siteConfig(values, env)).name;

const namedSite = (values: Values, env: Io["env"]): string | undefined =>
  option(values, "site") ?? variable(env, "HANDRAIL_SITE");

/** The site that is meant where none is named. */
export function usualSite({ sites, default_site }: ConfigFile): string | undefined {
  const [first, ...rest] = Object.keys(sites);
  return default_site ?? (rest.length === 0 ? first : undefined);
}

/** The configuration in force, and the site of it that is meant. */
export async function siteConfig(
  values: Values,
  env: Io["env"],
): Promise<{ readonly config: ConfigFile; readonly name: string }> {
  const config = await readConfig(values, env);
  const names = Object.keys(config.sites);
  const name = namedSite(values, env) ?? usualSite(config);
  if (name === undefined) throw new Stop(EXIT.usage, `say which site: --site ${names.join(" or --site ")}`);
  if (config.sites[name] === undefined) {
    const hint = didYouMean(name, names);
    throw new Stop(EXIT.usage, `there is no site ${name} in ${config.path}${hint === null ? "" : `; ${hint}`}`);
  }
  return { config, name };
}
