/**
 * The appliance's own configuration, where Handrail runs on one. The API is told everything on its command line
 * (`-db-host`, `-db-port`, `-db-name`, `-db-user`, `-db-pass`, `-port`), so that is looked for: in the process table, else in
 * its unit.
 */
import { readFileSync } from "node:fs";
import { isProgram } from "../../../connections/process.ts";
import { API_PROGRAMS } from "../site-schema.ts";
import { processTable } from "../../../connections/proc/table.ts";
import type { ClientOptions, SourcedValue } from "../../setup.ts";

const FLAGS = {
  "db-host": "host",
  "db-port": "port",
  "db-name": "database",
  "db-user": "user",
  "db-pass": "password",
} as const;

export interface Appliance {
  /** Where the API was found, as a person would say it. */
  readonly source: string;
  readonly database: ClientOptions;
  /** The port of the API itself; null where it does not say. */
  readonly port: string | null;
}

/** The API of this machine, or null where none is seen: neither running nor as a unit. */
export function applianceHere(root = "/proc", units = "/etc/systemd/system"): Appliance | null {
  const rows = [...(processTable(root)?.rows.values() ?? [])].filter(({ program }) =>
    API_PROGRAMS.some((name) => isProgram(program, name)),
  );
  const candidates = [
    ...rows.map(({ argv, pid, program }) => read(argv, `the command line of ${program} (pid ${pid})`)),
    ...API_PROGRAMS.flatMap((name) => ofUnit(`${units}/${name}.service`)),
  ];
  // Whichever says something of its database; a program that says nothing has been found all the same.
  return candidates.find(({ database }) => Object.keys(database).length > 0) ?? candidates[0] ?? null;
}

function ofUnit(path: string): Appliance[] {
  try {
    const text = readFileSync(path, "utf8").replaceAll(/\\\n/gu, " ");
    const line = /^ExecStart=(.*)$/mu.exec(text)?.[1];
    return line === undefined ? [] : [read(words(line), path)];
  } catch {
    return [];
  }
}

/** The words of a unit's command line; quotes hold one together. */
const words = (line: string): string[] =>
  (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/gu) ?? []).map((word) => word.replaceAll(/["']/gu, ""));

/** Flags as Go's programs take them: `-name value`, `-name=value`, with one dash or two. */
function flagsIn(argv: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const [index, word] of argv.entries()) {
    const [, name, value = argv[index + 1]] = /^--?([a-z-]+)(?:=(.*))?$/su.exec(word) ?? [];
    if (name !== undefined && value !== undefined) flags.set(name, value);
  }
  return flags;
}

function read(argv: readonly string[], source: string): Appliance {
  const flags = flagsIn(argv);
  const entries = Object.entries(FLAGS).flatMap(([flag, key]): (readonly [string, SourcedValue])[] => {
    const value = flags.get(flag);
    return value === undefined || value === "" ? [] : [[key, { value, source }]];
  });
  return { source, database: Object.fromEntries(entries), port: flags.get("port") ?? null };
}
