/**
 * MySQL option files: what a client of this user would log in with. Their rules: groups in brackets, `key = value`, `-` and `_`
 * the same, `#` and `;` begin a remark, quotes around a value are taken off, `!include FILE` and `!includedir FOLDER`
 * (files that end in .cnf), what is read later wins. Source: MariaDB and MySQL manuals, "Option Files".
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import { CLIENT_KEYS, type ClientKey, type ClientOptions } from "../../../packs/setup.ts";

/** The groups that a client of either server reads. */
const GROUPS = new Set(["client", "client-server", "client-mariadb", "mysql", "mariadb-client"]);
const keys: ReadonlySet<string> = new Set(CLIENT_KEYS);
/** An include within an include within …: more is a circle. */
const DEEPEST = 4;

/** What the option files of this machine and user say to a client; files that are not there or not readable say nothing. */
export function clientOptions(home: string): ClientOptions {
  return ["/etc/my.cnf", "/etc/mysql/my.cnf", join(home, ".my.cnf")].reduce<ClientOptions>(
    (options, path) => ({ ...options, ...optionsOf(path, DEEPEST) }),
    {},
  );
}

function optionsOf(path: string, depth: number): ClientOptions {
  let options: ClientOptions = {};
  let isOurs = false;
  for (const line of textOf(path)
    .split(/\r?\n/u)
    .map((raw) => raw.trim())) {
    const group = /^\[(.+)\]/u.exec(line)?.[1];
    if (group !== undefined) isOurs = GROUPS.has(group.trim());
    else options = { ...options, ...(includedBy(line, path, depth) ?? (isOurs ? optionOf(line, path) : {})) };
  }
  return options;
}

/** What the files say that a line includes; null where it includes none. */
function includedBy(line: string, path: string, depth: number): ClientOptions | null {
  const [include, folder, name = ""] = /^!include(dir)?\s+(.+)$/u.exec(line) ?? [];
  if (include === undefined) return null;
  const files = depth === 1 ? [] : filesOf(path, name, folder !== undefined);
  return files.reduce<ClientOptions>((options, file) => ({ ...options, ...optionsOf(file, depth - 1) }), {});
}

function filesOf(from: string, name: string, isFolder: boolean): string[] {
  const path = isAbsolute(name) ? name : join(dirname(from), name);
  if (!isFolder) return [path];
  try {
    const names = readdirSync(path).filter((file) => file.endsWith(".cnf"));
    return names.toSorted().map((file) => join(path, file));
  } catch {
    return [];
  }
}

function optionOf(line: string, source: string): ClientOptions {
  const [, name = "", value = ""] = /^([\w-]+)\s*=\s*(.*)$/u.exec(line) ?? [];
  const key = name.replaceAll("_", "-");
  return isClientKey(key) ? { [key]: { value: plain(value), source } } : {};
}

const isClientKey = (key: string): key is ClientKey => keys.has(key);

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", s: " " };

/** A value without the quotes around it, or without the remark behind it, and with what its escapes stand for. */
function plain(value: string): string {
  const content = /^(["'])(.*)\1\s*(?:#.*)?$/u.exec(value)?.[2];
  const bare = content ?? value.replace(/\s+#.*$/u, "");
  return bare.replaceAll(/\\(.)/gu, (_all, letter: string) => ESCAPES[letter] ?? letter);
}

/** '' where it is not there, or not to be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
