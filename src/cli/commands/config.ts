/** `handrail config`: each value that is in force, and where it came from. It reads, and connects to nothing. */
import { existsSync, readFileSync } from "node:fs";
import type { Site } from "../packs.ts";
import { Secret } from "../../text/secret.ts";
import { safeText } from "../../text/safe-text.ts";
import { flag, option, type Invocation, type Values } from "../command.ts";
import { chooseSite, siteConfig, configIfAny, SYSTEM_CONFIG, type ConfigFile } from "../site/config.ts";
import { EXIT } from "../../engine/exit.ts";
import { lineWidth, type Io } from "../io.ts";
import { wrap } from "../terminal/wrap.ts";
import { linesOf } from "../site/parse-yaml.ts";
import { cacheDir, configDir, journalPath, stateDir } from "../paths.ts";
import { settingsOf } from "../site/settings.ts";
import { labName, variable } from "../site/lab-name.ts";

/** One value that is in force. */
interface Origin {
  /** Its path of keys: `mysql.port`. */
  readonly name: string;
  /** As text; `***` stands for a secret. */
  readonly value: string;
  /** A line of the configuration, another file, a variable, an option, or `default`. */
  readonly source: string;
}

/** Prints them, as lines or as JSON. */
export async function run({ values, io }: Invocation): Promise<number> {
  const site = await chooseSite(values, io.env);
  const origins = [
    ...(site.lab === null ? await ofSite(site, values, io.env) : ofLab(site, values, io.env)),
    ...(await ofSettings(values, io.env)),
    ...places(site.name, io.env),
  ];
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 1, values: origins })}\n`);
  else for (const line of originLines(origins, lineWidth(io))) io.out(`${line}\n`);
  return EXIT.done;
}

function originLines(origins: readonly Origin[], columns: number): string[] {
  const width = (part: "name" | "value", limit: number): number =>
    Math.min(limit, Math.max(...origins.map((origin) => origin[part].length)));
  const [names, texts] = [width("name", 28), width("value", 40)];
  return origins.flatMap(({ name, value, source }) =>
    wrap(safeText(`${name.padEnd(names)}  ${value.padEnd(texts)}  ${source}`).trimEnd(), columns, { hang: names + 2 }),
  );
}

async function ofSite(site: Site, values: Values, env: Io["env"]): Promise<Origin[]> {
  const { config, name } = await siteConfig(values, env);
  const source = sources(config, `sites.${name}`, config.sites[name]);
  const remark = existsSync(SYSTEM_CONFIG) && config.path !== SYSTEM_CONFIG ? `; ${SYSTEM_CONFIG} is not read` : "";
  return [
    { name: "configuration", value: config.path, source: `${configSource(config.path, values, env)}${remark}` },
    { name: "site", value: name, source: siteSource(config, values, env) },
    ...leaves(source, { ...site, name: null, lab: null, scale: null }),
  ];
}

function configSource(path: string, values: Values, env: Io["env"]): string {
  if (option(values, "config") !== undefined) return "--config";
  if (variable(env, "HANDRAIL_CONFIG") !== undefined) return "HANDRAIL_CONFIG";
  if (path === SYSTEM_CONFIG) return "the system's: there is none of this user";
  return `this user's (${variable(env, "XDG_CONFIG_HOME") === undefined ? "HOME" : "XDG_CONFIG_HOME"})`;
}

function siteSource(config: ConfigFile, values: Values, env: Io["env"]): string {
  if (option(values, "site") !== undefined) return "--site";
  if (variable(env, "HANDRAIL_SITE") !== undefined) return "HANDRAIL_SITE";
  if (config.default_site === undefined) return "the only one there is";
  return sources(config, "", config)("default_site");
}

/** A lab wrote its settings itself. */
function ofLab(site: Site, values: Values, env: Io["env"]): Origin[] {
  const source = flag(values, "lab") && variable(env, "HANDRAIL_LAB") === undefined ? "--lab" : "HANDRAIL_LAB";
  const file = `site.json of the lab ${labName(values, env) ?? ""}`;
  return [{ name: "site", value: site.name, source }, ...leaves(() => file, { ...site, name: null })];
}

async function ofSettings(values: Values, env: Io["env"]): Promise<Origin[]> {
  const config = await configIfAny(values, env);
  if (config === null) return [];
  const { serve, notice } = await settingsOf(values, env);
  return leaves(sources(config, "", config), { serve, notice });
}

function places(site: string, env: Io["env"]): Origin[] {
  const from = (name: string): string => (variable(env, name) === undefined ? "HOME" : name);
  return [
    { name: "journal", value: journalPath(env, site), source: from("XDG_STATE_HOME") },
    { name: "state", value: stateDir(env), source: from("XDG_STATE_HOME") },
    { name: "user's configuration", value: configDir(env), source: from("XDG_CONFIG_HOME") },
    { name: "cache", value: cacheDir(env) ?? "none", source: from("XDG_CACHE_HOME") },
  ];
}

type SourceOf = (path: string) => string;

/** Where a value of the configuration stands: in the file itself, or behind what the file names in its place. */
function sources(config: ConfigFile, prefix: string, raw: unknown): SourceOf {
  const lines = linesOf(readFileSync(config.path, "utf8"));
  return (path) => {
    const line = lines.get([prefix, path].filter(Boolean).join("."));
    if (line === undefined) return "default";
    const place = `line ${line}`;
    const reference = valueAt(raw, path) as { readonly file?: unknown; readonly env?: unknown } | null | undefined;
    if (typeof reference?.file === "string") return `${reference.file} (${place})`;
    return typeof reference?.env === "string" ? `the variable ${reference.env} (${place})` : place;
  };
}

const valueAt = (raw: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], raw);

/** Every value below `value` that is said; what is null or undefined is not there. */
function leaves(source: SourceOf, value: object, path: readonly string[] = []): Origin[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]): Origin[] => {
    if (member === null || member === undefined) return [];
    if (isSection(member)) return leaves(source, member, [...path, key]);
    const name = [...path, key].join(".");
    return [{ name, value: valueText(member), source: source(name) }];
  });
}

/** Whether a value has values of its own. */
const isSection = (value: unknown): value is object =>
  typeof value === "object" && !Array.isArray(value) && !(value instanceof Secret);

function valueText(value: unknown): string {
  if (value instanceof Secret) return "***";
  return Array.isArray(value) ? value.map(itemText).join(", ") : String(value);
}

/** One of a list: a word, or a program of which the site says that it only looks. */
function itemText(item: unknown): string {
  const { path } = (typeof item === "object" && item !== null ? item : {}) as { readonly path?: unknown };
  return path === undefined ? String(item) : `${String(path)} (it only looks)`;
}
